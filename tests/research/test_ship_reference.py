"""The tool that ships the reference model."""

import json

import pandas as pd
import pytest
import torch
from networks import tiny_recipe
from safetensors.torch import load_file
from samples import noise_faces

from fer_course.course import Course
from fer_course.model.weights import metadata_of
from fer_course.training.checkpoints import fingerprint
from fer_course.training.fit import fit
from research import ship_reference

TINY = tiny_recipe(batch_size=32, head_epochs=0, tune_epochs=2)


@pytest.fixture
def tool(monkeypatch, tmp_path):
    """The tool with a tiny recipe, and a text in the place of the shipped model, to see whether it stays."""
    course = Course(noise_faces(126, tested=14), "quick", "cpu", TINY)
    monkeypatch.setattr(ship_reference, "setup", lambda *_: course)
    monkeypatch.setattr(ship_reference, "REFERENCE", {"reference": TINY})
    monkeypatch.setattr(ship_reference, "PHASES", {"reference": "32 px"})
    monkeypatch.setattr(ship_reference, "SHIPPED", {"fer2013": tmp_path / "shipped"})
    monkeypatch.setattr(ship_reference, "HISTORY", tmp_path / "shipped.csv")
    (tmp_path / "shipped").write_text("the model of before")
    return course


def ship(folder):
    return ship_reference.main([str(folder), "--data", "noise"])


def test_a_model_that_float16_changes_too_much_is_not_shipped(tool, tmp_path, monkeypatch):
    fit(TINY, tool.train, tool.validation, folder=tmp_path / "run", device="cpu", progress=False)
    monkeypatch.setattr(ship_reference, "MOST_CHANGED", -1)
    with pytest.raises(SystemExit, match="Expected float16 to change at most one prediction"):
        ship(tmp_path / "run")
    assert (tmp_path / "shipped").read_text() == "the model of before"
    assert not (tmp_path / "shipped.csv").exists()


def test_what_float16_changes_is_counted_on_the_file_to_ship(tool, tmp_path, monkeypatch):
    fit(TINY, tool.train, tool.validation, folder=tmp_path / "run", device="cpu", progress=False)
    load = ship_reference.load_weights

    def another_model(model, path):  # as if float16 had spoiled it
        load(model, path)
        head = model.get_classifier().bias
        head.data = head.data - 100 * torch.arange(7)

    monkeypatch.setattr(ship_reference, "load_weights", another_model)
    with pytest.raises(SystemExit, match="Expected float16 to change at most one prediction"):
        ship(tmp_path / "run")
    assert (tmp_path / "shipped").read_text() == "the model of before"


def test_a_finished_run_is_shipped_in_float16_with_its_history_and_its_figures(tool, tmp_path, monkeypatch):
    run = fit(TINY, tool.train, tool.validation, folder=tmp_path / "run", device="cpu", progress=False)
    monkeypatch.setattr(ship_reference, "renew", lambda: None)
    monkeypatch.setattr(ship_reference, "reference_run", lambda _: run)
    monkeypatch.setattr(ship_reference, "RESULTS", tmp_path / "results")
    assert ship(tmp_path / "run") == 0
    tensors = load_file(tmp_path / "shipped")
    assert {tensor.dtype for tensor in tensors.values() if tensor.is_floating_point()} == {torch.float16}
    assert metadata_of(tmp_path / "shipped")["data"] == fingerprint(tool.train, tool.validation)
    assert pd.read_csv(tmp_path / "shipped.csv").phase.tolist() == ["32 px"] * 2
    found = json.loads((tmp_path / "results" / "reference.json").read_text())
    assert set(found["PublicTest"]) == {"1", "2", "10"} and found["changed_by_float16"] == 0


def test_faces_with_a_twin_in_training_are_left_out_of_one_figure(tool, tmp_path, monkeypatch):
    tool.faces.images[0] = tool.faces.images[-1]  # of Training and of PublicTest
    run = fit(TINY, tool.train, tool.validation, folder=tmp_path / "run", device="cpu", progress=False)
    monkeypatch.setattr(ship_reference, "renew", lambda: None)
    monkeypatch.setattr(ship_reference, "reference_run", lambda _: run)
    monkeypatch.setattr(ship_reference, "RESULTS", tmp_path / "results")
    assert ship(tmp_path / "run") == 0
    found = json.loads((tmp_path / "results" / "reference.json").read_text())
    counts = [found[split]["1"]["n"] for split in ("PublicTest", "PublicTest without twins")]
    assert counts[1] == counts[0] - 1


def test_a_run_that_is_not_finished_is_not_shipped(tool, tmp_path, monkeypatch):
    fit(TINY, tool.train, tool.validation, folder=tmp_path / "run", device="cpu", progress=False)
    history = tmp_path / "run" / "history.csv"
    pd.read_csv(history)[:1].to_csv(history, index=False)
    with pytest.raises(SystemExit, match=r"Expected a finished run in .*, found one of 1 epochs so far"):
        ship(tmp_path / "run")
    assert (tmp_path / "shipped").read_text() == "the model of before"


def test_the_histories_of_several_runs_become_one_with_its_epochs_numbered_through(tmp_path):
    for folder, accuracies in (("a", [0.1, 0.2]), ("b", [0.15])):
        (tmp_path / folder).mkdir()
        epochs = range(1, len(accuracies) + 1)
        table = pd.DataFrame({"epoch": epochs, "val_accuracy": accuracies})
        table.to_csv(tmp_path / folder / "history.csv", index=False)
    found = ship_reference.joined((tmp_path / "a", "64 px"), (tmp_path / "b", "80 px"))
    assert found.epoch.tolist() == [1, 2, 3]
    assert found.val_accuracy.tolist() == [0.1, 0.2, 0.15]
    assert found.phase.tolist() == ["64 px", "64 px", "80 px"]


def test_a_run_without_a_history_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"Expected the history of a run in .*history.csv, found none"):
        ship_reference.joined((tmp_path, "64 px"))
