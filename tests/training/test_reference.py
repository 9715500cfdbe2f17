"""The reference model, as it was shipped."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from fer_course.faces import Faces
from fer_course.model.weights import SHIPPED, metadata_of
from fer_course.training.checkpoints import fingerprint
from fer_course.training.recipes import PHASES, REFERENCE
from fer_course.training.reference import learned_from, reference_run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run():
    return reference_run()


def test_its_recipe_is_the_one_in_the_package(run):
    assert run.recipe == REFERENCE["reference"]


def test_its_history_has_every_epoch_and_its_best_is_the_one_shipped(run):
    runs = list(REFERENCE.values())
    phases = [PHASES[name] for name, one in REFERENCE.items() for _ in range(one.tune_epochs)]
    assert run.history.phase.tolist() == phases
    assert run.history.epoch.tolist() == list(range(1, len(phases) + 1))
    header = metadata_of(SHIPPED["fer2013"])
    best = run.history.loc[run.history.val_accuracy.idxmax()]
    assert best.epoch == sum(one.tune_epochs for one in runs[:-1]) + int(header["epoch"])
    assert best.val_accuracy == pytest.approx(float(header["val_accuracy"]), abs=1e-4)


def test_it_brings_its_head_and_is_ready_to_predict(run):
    assert not run.model.training and run.loaded and run.folder is None
    assert run.model.get_classifier().weight.any()
    with torch.inference_mode():
        size = run.recipe.image_size
        logits = run.model(torch.randn(2, 1, size, size, generator=torch.Generator().manual_seed(0)))
    assert logits.shape == (2, 7) and logits.isfinite().all()


def test_its_weights_are_float16_and_hold_no_photograph(run):
    from safetensors import safe_open

    with safe_open(SHIPPED["fer2013"], framework="pt") as file:
        kinds = {file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118 (not a dict)
        assert set(file.keys()) == set(run.model.state_dict())
    assert kinds <= {torch.float16, torch.int64}


def test_its_card_says_what_float16_changes():
    found = json.loads((ROOT / "research" / "results" / "reference.json").read_text(encoding="utf-8"))
    card = SHIPPED["fer2013"].with_suffix(".md").read_text(encoding="utf-8")
    assert f"{found['changed_by_float16']} of {found['validation']['1']['n']:,} predictions" in card


def test_the_faces_of_its_own_split_are_what_it_learned_from(monkeypatch):
    from fer_course.training import reference

    def some(grey):
        images = np.full((7, 48, 48), grey, np.uint8)
        return Faces(images, np.arange(7), np.arange(7).astype(str), np.array(["Training"] * 7), "squares")

    train, validation = some(0), some(255)
    monkeypatch.setattr(reference, "metadata_of", lambda _: {"data": fingerprint(train, validation)})
    assert learned_from(train, validation) and not learned_from(validation, train)


def test_other_faces_are_not_what_it_learned_from():
    squares = Faces(
        images=np.zeros((7, 48, 48), np.uint8),
        labels=np.arange(7),
        names=np.arange(7).astype(str),
        usage=np.array(["Training"] * 7),
        source="squares",
    )
    assert not learned_from(squares, squares)
