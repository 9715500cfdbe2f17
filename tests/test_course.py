"""The setup call of the notebooks."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from samples import noise_faces

from fer_course import course as course_module
from fer_course.course import Course, setup
from fer_course.model.weights import save_tensors
from fer_course.training.recipes import PAPER, QUICK, QUICK_PHOTOGRAPHS, REFERENCE


@pytest.fixture
def faces():
    return noise_faces(112, tested=14, source="fourteen dozen random squares")


@pytest.fixture
def loaded(monkeypatch, faces):
    asked = {}
    monkeypatch.setattr(
        course_module, "load_faces", lambda data, profile: asked.update(data=data, profile=profile) or faces
    )
    return asked


def test_setup_says_device_data_and_profile(loaded, monkeypatch, capsys):
    monkeypatch.delenv("FER_PROFILE", raising=False)
    course = setup()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["Device", "Data", "Profile"]
    assert "fourteen dozen random squares: 98 Training, 14 PublicTest" in lines[1]
    assert course.profile == "quick" and course.recipe == QUICK_PHOTOGRAPHS


def test_the_environment_chooses_the_profile_and_the_call_overrides_it(loaded, monkeypatch):
    monkeypatch.setenv("FER_PROFILE", "full")
    assert setup().recipe == PAPER
    assert setup(profile="quick").recipe == QUICK_PHOTOGRAPHS
    assert loaded["profile"] == "quick"


def test_an_unknown_profile_is_refused_with_the_two_that_exist(loaded):
    with pytest.raises(ValueError, match='Expected the profile "quick" or "full", found \'fast\''):
        setup(profile="fast")


def test_training_and_validation_share_no_face_and_leave_the_test_set_alone(faces):
    course = Course(faces, "quick", "cpu", QUICK)
    train, validation = set(course.train.names), set(course.validation.names)
    assert not train & validation
    assert train | validation == set(faces.of("Training").names)


def test_no_pixel_of_training_faces_is_among_those_of_validation(faces):
    images = faces.images.copy()
    images[49:77] = images[:28]  # twins, with the same labels
    course = Course(dataclasses.replace(faces, images=images), "quick", "cpu", QUICK)
    train, validation = (
        {image.tobytes() for image in one.images} for one in (course.train, course.validation)
    )
    assert not train & validation


def test_the_seed_decides_which_faces_are_kept_back(faces):
    kept = [Course(faces, "quick", "cpu", QUICK, seed).validation.names.tolist() for seed in (0, 0, 1)]
    assert kept[0] == kept[1] != kept[2]


def test_another_recipe_or_other_faces_have_another_folder(faces):
    course = Course(faces, "quick", "cpu", QUICK)
    recipe = Course(faces, "quick", "cpu", QUICK.but(tune_lr=1e-5))
    other = Course(dataclasses.replace(faces, images=255 - faces.images), "quick", "cpu", QUICK)
    assert len({course.folder, recipe.folder, other.folder}) == 3
    assert Course(faces, "quick", "cpu", QUICK).folder == course.folder


def test_a_headline_is_printed_for_the_table(faces, capsys):
    Course(faces, "quick", "cpu", QUICK).headline("72 % of 14")
    assert capsys.readouterr().out == "Headline · 72 % of 14\n"


def test_photographs_get_the_reference_model_and_are_told_when_it_may_know_validation_faces(faces, capsys):
    run = Course(faces, "quick", "cpu", QUICK).trained()
    assert run.recipe == REFERENCE["reference"]
    said = capsys.readouterr().out
    assert 'weights="fer2013"' in said and "trained(own=True)" in said
    assert "may know faces of course.validation already" in said


def test_puppets_and_whoever_asks_get_the_run_of_notebook_03(faces, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(course_module, "fit", lambda recipe, *_, **options: asked.append(recipe) or "a run")
    recipe = QUICK
    assert Course(faces, "quick", "cpu", recipe).trained(own=True) == "a run"
    puppets = dataclasses.replace(faces, clean_labels=faces.labels)
    assert Course(puppets, "quick", "cpu", recipe).trained() == "a run"
    assert asked == [recipe, recipe]
    assert "fer2013" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (0, "No run yet: training one now, in runs/"),
        (2, "Resuming the run in runs/{}, of which 2 epochs"),
        (5, "Using the run in runs/"),
    ],
)
def test_an_unfinished_run_is_not_called_a_run_to_use(faces, monkeypatch, tmp_path, capsys, done, said):
    monkeypatch.setattr(course_module, "home", lambda: tmp_path)
    monkeypatch.setattr(course_module, "fit", lambda *_, **options: "a run")
    course = Course(faces, "quick", "cpu", QUICK)
    if done:
        course.folder.mkdir(parents=True)
        rows = json.dumps([{"epoch": n + 1} for n in range(done)])
        save_tensors({"x": torch.zeros(1)}, course.folder / "last.safetensors", {"rows": rows})
        (course.folder / "history.csv").write_bytes(
            b""
        )  # only for people to read: what it says decides nothing
    assert course.trained(own=True) == "a run"
    assert said.format(course.folder.name) in capsys.readouterr().out


def test_a_copy_without_training_or_test_images_says_so(loaded, faces, monkeypatch, capsys):
    test = faces.usage == "PublicTest"
    for some, said in ((faces[test], "Missing   training images"), (faces[~test], "Missing   test images")):
        monkeypatch.setattr(course_module, "load_faces", lambda data, profile, some=some: some)
        setup()
        assert capsys.readouterr().out.splitlines()[-1].startswith(said)
    course = Course(faces[test], "quick", "cpu", QUICK)
    with pytest.raises(
        ValueError, match="Expected training images, found none in fourteen dozen random squares"
    ):
        _ = course.train
    assert len(course.test) == test.sum()
    with pytest.raises(ValueError, match="Expected test images, found none in fourteen dozen random squares"):
        _ = Course(faces[~test], "quick", "cpu", QUICK).test


def test_a_course_introduces_itself_in_one_line(faces):
    said = repr(Course(faces, "quick", "cpu", QUICK))
    assert said.startswith(f"Course: {len(faces):,} faces ({faces.source}), quick profile, on cpu.")
    assert "\n" not in said


def test_photographs_and_the_full_profile_are_not_held_to_the_effects_of_puppets(faces, capsys):
    drawn = dataclasses.replace(faces, clean_labels=faces.labels, action_units=np.zeros((112, 13)))
    assert drawn.is_puppets
    stages = "stage 2 over stage 1"
    Course(faces, "quick", "cpu", QUICK_PHOTOGRAPHS).effect(stages, 1.0, -1.0, 3.0)
    Course(drawn, "full", "cpu", PAPER).effect(stages, 1.0)
    with pytest.raises(AssertionError):
        Course(drawn, "quick", "cpu", QUICK).effect(stages, 1.0)
    assert capsys.readouterr().out.count("Effect ·") == 3
