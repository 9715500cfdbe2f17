"""What a run's folder keeps, what it refuses, and what is left after an interruption."""

import json
from types import SimpleNamespace

import pytest
import torch

from fer_course.model.network import build_model
from fer_course.model.weights import save_tensors
from fer_course.training import checkpoints
from fer_course.training.checkpoints import Checkpoint, epochs_done
from fer_course.training.recipes import QUICK


def machine(scaler=None):
    return SimpleNamespace(is_main_process=True, scaler=scaler, wait_for_everyone=lambda: None)


def opened(folder, scaler=None):
    return Checkpoint(folder, QUICK, "faces", machine(scaler))


def saved(checkpoint, stage="head", accuracy=0.5):
    model = build_model(None, backbone="test_efficientnet")
    row = {"epoch": len(checkpoint.rows) + 1, "stage": stage, "val_accuracy": accuracy}
    optimizer = torch.optim.Adam(model.parameters())
    checkpoint.save(row, SimpleNamespace(model=model, judged=model, optimizer=optimizer, average=None))


def test_an_epoch_that_was_saved_is_found_again(tmp_path):
    first = opened(tmp_path)
    saved(first)
    assert opened(tmp_path).rows == first.rows == [{"epoch": 1, "stage": "head", "val_accuracy": 0.5}]


@pytest.mark.parametrize("name", ["best.safetensors", "head.safetensors", "history.csv", "recipe.json"])
def test_parts_of_a_run_are_not_written_over(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(ValueError, match=rf"found {name} without it in .*; choose another folder"):
        opened(tmp_path)
    assert (tmp_path / name).read_text() == "mine"


def test_other_files_in_the_folder_are_no_hindrance(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    saved(opened(tmp_path))
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_file_cut_short_is_refused_in_one_sentence(tmp_path):
    saved(opened(tmp_path))
    last = tmp_path / "last.safetensors"
    last.write_bytes(last.read_bytes()[:200])
    with pytest.raises(
        ValueError, match=r"the last epoch of a run in .*last\.safetensors, found a damaged file"
    ):
        opened(tmp_path)


@pytest.mark.parametrize("stage", ["head", "tune"])
def test_a_best_epoch_cut_short_or_lost_is_refused_before_training_goes_on(tmp_path, stage):
    saved(opened(tmp_path), stage)
    best = tmp_path / ("head.safetensors" if stage == "head" else "best.safetensors")
    best.write_bytes(best.read_bytes()[:200])
    with pytest.raises(
        ValueError, match=rf"the best epoch of a run in .*{best.name}, found no file or a damaged"
    ):
        opened(tmp_path)
    best.unlink()
    with pytest.raises(ValueError, match="copy it again, or choose another folder"):
        opened(tmp_path)


def test_another_safetensors_file_in_its_place_is_refused(tmp_path):
    save_tensors({"weight": torch.zeros(2)}, tmp_path / "last.safetensors", {})
    with pytest.raises(
        ValueError, match=r"Expected the last epoch of a run in .*found a damaged file or another one"
    ):
        opened(tmp_path)


def test_an_interruption_while_an_epoch_is_saved_leaves_it_out(tmp_path, monkeypatch):
    checkpoint = opened(tmp_path)
    saved(checkpoint)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoints, "save_tensors", interrupted)
    with pytest.raises(KeyboardInterrupt):
        saved(checkpoint)
    assert len(checkpoint.rows) == len(opened(tmp_path).rows) == 1


def test_the_scale_of_fp16_losses_is_given_back_whatever_stage_comes_next(tmp_path):
    used = torch.amp.GradScaler("cpu", init_scale=1024.0)
    used.load_state_dict(used.state_dict() | {"_growth_tracker": 355})
    saved(opened(tmp_path, used))
    new = torch.amp.GradScaler("cpu")
    opened(tmp_path, new)
    assert new.state_dict() == used.state_dict()
    assert json.loads(checkpoints.metadata_of(tmp_path / "last.safetensors")["scaler"])["scale"] == 1024.0


def test_a_folder_tells_how_many_epochs_it_holds(tmp_path):
    assert epochs_done(tmp_path) == 0
    save_tensors(
        {"x": torch.zeros(1)}, tmp_path / "last.safetensors", {"rows": '[{"epoch": 1}, {"epoch": 2}]'}
    )
    assert epochs_done(tmp_path) == 2
    (tmp_path / "last.safetensors").write_bytes(b"cut short")
    assert epochs_done(tmp_path) == 0


def test_a_first_epoch_that_a_full_disk_cut_off_is_no_hindrance_to_the_next_call(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "save_tensors", full)
        with pytest.raises(OSError, match="No space"):
            saved(opened(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"head.safetensors", "recipe.json", "history.csv"}
    again = opened(tmp_path)
    saved(again)
    assert len(opened(tmp_path).rows) == 1


def test_the_best_epoch_of_a_longer_run_is_not_taken_for_one_that_was_cut_off(tmp_path):
    first = opened(tmp_path)
    saved(first)
    saved(first, accuracy=0.6)
    (tmp_path / "last.safetensors").unlink()
    with pytest.raises(ValueError, match=r"without it in .*; choose another folder"):
        opened(tmp_path)


@pytest.mark.parametrize("rows", ["5", "[{}]", "nonsense", "[" * 100_000])
def test_a_header_whose_epochs_are_none_is_refused_in_a_sentence(tmp_path, rows):
    saved(opened(tmp_path))
    last = tmp_path / "last.safetensors"
    header = checkpoints.metadata_of(last) | {"rows": rows}
    save_tensors({"x": torch.zeros(1)}, last, header)
    with pytest.raises(
        ValueError, match=r"Expected the epochs of a run in the header of .*last\.safetensors"
    ):
        opened(tmp_path)
