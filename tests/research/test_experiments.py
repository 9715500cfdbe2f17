"""The tool that trains the rows of the tables."""

import dataclasses
import json

import pytest
from samples import noise_faces

from fer_course.course import Course
from fer_course.puppets.draw import draw_puppets
from fer_course.training.recipes import PAPER, QUICK
from research import experiments

TINY = {
    "backbone": "test_efficientnet",
    "image_size": 32,
    "batch_size": 8,
    "tune_epochs": 1,
    "compile": False,
}


@pytest.fixture
def course():
    return Course(noise_faces(140, tested=28), "quick", "cpu", QUICK)


def test_a_row_differs_from_the_base_in_one_thing_or_in_what_its_name_says():
    planned = experiments.rows(5)
    base = dataclasses.asdict(planned.pop("base"))
    for row, recipe in planned.items():
        changed = {name for name, value in dataclasses.asdict(recipe).items() if value != base[name]}
        if row in ("VGG16", "ResNet-50"):
            assert changed == {"backbone", "weights"}
        elif row == "random start, no running mean":
            assert changed == {"weights", "ema_decay"}
        elif not row.startswith("paper"):
            assert len(changed) == 1, row


def test_the_papers_row_is_the_papers_recipe_but_for_the_start_that_needs_no_download():
    assert experiments.rows(5)["paper's recipe"] == PAPER.but(weights="puppets")


def test_a_run_is_judged_written_and_not_repeated(course, tmp_path, capsys):
    recipe = experiments.rows(1)["random start"].but(**TINY)
    experiments.perform("random start", recipe, course, tmp_path / "runs", tmp_path / "results")
    (path,) = (tmp_path / "results").iterdir()
    assert path.name == "random-start-1-0.json"
    found = json.loads(path.read_text())
    assert found["validation"]["1"]["n"] == len(course.validation) and set(found["validation"]) == {
        "1",
        "2",
        "10",
    }
    assert "PublicTest" not in found
    assert "random-start-1-0: validation" in capsys.readouterr().out
    experiments.perform("random start", recipe, course, tmp_path / "runs", tmp_path / "results")
    assert capsys.readouterr().out == ""


def test_a_result_of_another_recipe_is_neither_taken_for_this_one_nor_written_over(course, tmp_path):
    recipe = experiments.rows(1)["base"].but(**TINY)
    path = tmp_path / "base-1-0.json"
    path.write_text(json.dumps({"recipe": dataclasses.asdict(recipe.but(batch_size=4))}))
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"same recipe in .*base-1-0.json, found another"):
        experiments.perform("base", recipe, course, tmp_path / "runs", tmp_path)
    assert path.read_bytes() == before
    path.write_text(json.dumps({"recipe": dataclasses.asdict(recipe.but(compile=True))}))
    experiments.perform(
        "base", recipe, course, tmp_path / "runs", tmp_path
    )  # compiled or not: the same result
    assert not (tmp_path / "runs").exists()


def test_a_row_that_ends_a_line_of_work_is_judged_on_publictest_too(course, tmp_path):
    recipe = experiments.rows(1)["paper's recipe"].but(weights=None, head_epochs=1, **TINY)
    experiments.perform("paper's recipe", recipe, course, tmp_path / "runs", tmp_path / "results")
    found = json.loads((tmp_path / "results" / "paper-s-recipe-2-0.json").read_text())
    assert found["PublicTest"]["1"]["n"] == 28


def test_every_row_but_the_papers_takes_over_what_the_base_was_given():
    planned = experiments.rows(5, ["batch_size=512", "augmentation.mixup=0.5"])
    assert planned["base"].batch_size == planned["VGG16"].batch_size == 512
    assert planned["random start"].augmentation.mixup == 0.5
    assert planned["paper's recipe"] == PAPER.but(weights="puppets")


def test_no_run_begins_that_would_end_too_late(course, monkeypatch, capsys):
    clock, begun = [0.0], []

    def perform(row, recipe, *_):
        begun.append((row, recipe.seed))
        clock[0] += 60

    monkeypatch.setattr(experiments, "setup", lambda *_: course)
    monkeypatch.setattr(experiments, "perform", perform)
    monkeypatch.setattr(experiments.time, "monotonic", lambda: clock[0])
    experiments.main(["base", "random start", "--minutes", "3.5"])
    assert begun == [("base", 0), ("random start", 0), ("base", 1)]
    assert "Out of time before random start, seed 1" in capsys.readouterr().out


def test_puppets_are_not_taken_for_fer_2013(monkeypatch, capsys):
    monkeypatch.setattr(experiments, "setup", lambda *_: Course(draw_puppets(3), "quick", "cpu", QUICK))
    monkeypatch.setattr(experiments, "perform", None)
    with pytest.raises(SystemExit):
        experiments.main(["base"])
    assert "expected FER-2013 in --data or FER_DATA, found puppets" in capsys.readouterr().err


def test_a_change_of_no_recipe_is_refused_in_one_sentence(capsys):
    with pytest.raises(SystemExit):
        experiments.main(["--set", "speed=9"])
    assert "found 'speed'" in capsys.readouterr().err


def test_an_unknown_row_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit):
        experiments.main(["no such row"])
    assert "found no such row" in capsys.readouterr().err
