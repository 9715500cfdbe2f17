"""The two stages, and that an interruption changes nothing; timm's smallest network, random weights, 32 px."""

import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F
from short_runs import RECIPE, assert_same, run
from timm.layers import DropPath
from torch import nn

from fer_course.evaluation.predict import predict
from fer_course.model.network import build_model
from fer_course.training import fit as training
from fer_course.training import loop
from fer_course.training.checkpoints import fingerprint
from fer_course.training.fit import fit
from fer_course.training.loop import Trainer


@pytest.fixture(scope="module")
def unbroken(split):
    return fit(RECIPE, *split, device="cpu", progress=False)


def interrupt(monkeypatch, when):
    """Let the n-th epoch (from 1) be interrupted in the middle, as the stop button does."""
    train, calls = Trainer.train, []

    def stopped(trainer, batches, *arguments):
        calls.append(1)
        if len(calls) == when:
            next(iter(batches))
            raise KeyboardInterrupt
        return train(trainer, batches, *arguments)

    monkeypatch.setattr(Trainer, "train", stopped)


def launch(folder, *more):
    """Start two processes, as from a shell or from a notebook, and wait for them."""
    script = Path(__file__).parents[1] / "helpers" / "two_processes.py"
    # ``accelerate launch`` calls this module for GPUs; for CPUs alone it wants MPI.
    several = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [sys.executable, *(several if "notebook" not in more else []), script, folder, *more]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, check=False)


def test_the_history_has_a_row_for_every_epoch_of_both_stages(unbroken):
    history = unbroken.history
    assert history["epoch"].tolist() == [1, 2, 3, 4]
    assert history["stage"].tolist() == ["head", "head", "tune", "tune"]
    assert history["learning_rate"].tolist() == [1e-2, 1e-2, 1e-3, 1e-3]
    assert np.isfinite(history.drop(columns="stage").to_numpy(float)).all()
    assert not unbroken.loaded and not unbroken.model.training


def test_the_same_recipe_trains_the_same_model(split, unbroken):
    assert_same(fit(RECIPE, *split, device="cpu", progress=False), unbroken)


def test_a_run_leaves_torchs_random_generator_alone(split):
    torch.manual_seed(123)
    expected = torch.rand(1)
    torch.manual_seed(123)
    fit(RECIPE.but(head_epochs=1), *split, device="cpu", progress=False, stages=("head",))
    assert torch.equal(torch.rand(1), expected)


def test_stage_1_changes_the_head_alone(split):
    run_ = fit(RECIPE, *split, device="cpu", progress=False, stages=("head",))
    start = build_model(None, backbone=RECIPE.backbone, dropout=RECIPE.dropout, seed=0).state_dict()
    changed = [
        name for name, tensor in run_.model.state_dict().items() if not torch.equal(tensor, start[name])
    ]
    assert changed == ["classifier.weight", "classifier.bias"]
    assert run_.history["stage"].tolist() == ["head", "head"]


def test_stage_2_leaves_the_batch_norms_as_they_were(unbroken):
    start = build_model(None, backbone=RECIPE.backbone, dropout=RECIPE.dropout, seed=0)
    norms = {name for name, module in start.named_modules() if isinstance(module, nn.BatchNorm2d)}
    before, after = start.state_dict(), unbroken.model.state_dict()
    for name in before:
        kept = torch.equal(before[name], after[name])
        assert kept == (name.rpartition(".")[0] in norms), name


def test_stage_2_trains_the_batch_norms_where_the_recipe_says_so(split):
    recipe = RECIPE.but(head_epochs=0, tune_epochs=1, tune_batch_norms=True)
    start = build_model(None, backbone=recipe.backbone, dropout=recipe.dropout, seed=0).state_dict()
    trained = fit(recipe, *split, device="cpu", progress=False).model.state_dict()
    assert [name for name in start if torch.equal(start[name], trained[name])] == []


def test_drop_path_reaches_the_network(split):
    recipe = RECIPE.but(head_epochs=0, tune_epochs=1, drop_path=0.5)
    model = fit(recipe, *split, device="cpu", progress=False).model
    rates = [module.drop_prob for module in model.modules() if isinstance(module, DropPath)]
    assert rates == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_the_first_loss_is_near_ln_7(split):
    gentle = RECIPE.but(head_lr=1e-9, head_epochs=1, weight_cap=None)
    history = fit(gentle, *split, device="cpu", progress=False, stages=("head",)).history
    assert history["train_loss"][0] == pytest.approx(math.log(7), abs=1e-4)
    assert history["val_loss"][0] == pytest.approx(math.log(7), abs=1e-4)


@pytest.mark.parametrize("when", [1, 2, 3, 4])
def test_an_interrupted_run_goes_on_and_ends_as_an_unbroken_one(
    split, unbroken, tmp_path, monkeypatch, capsys, when
):
    with monkeypatch.context() as patch:
        interrupt(patch, when)
        with pytest.raises(KeyboardInterrupt):
            run(split, tmp_path)
    assert f"Stopped. {when - 1} finished epochs are kept" in capsys.readouterr().out
    resumed = run(split, tmp_path)
    assert_same(resumed, unbroken)
    assert not resumed.loaded


def test_an_interruption_without_a_folder_says_that_nothing_was_kept(split, monkeypatch, capsys):
    interrupt(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        run(split, None)
    assert "Without a folder nothing was kept" in capsys.readouterr().out


def test_with_a_cosine_schedule_a_resumed_run_goes_on_at_the_right_rate(split, tmp_path, monkeypatch):
    recipe = RECIPE.but(schedule="cosine")
    whole = fit(recipe, *split, device="cpu", progress=False)
    with monkeypatch.context() as patch:
        interrupt(patch, 4)
        with pytest.raises(KeyboardInterrupt):
            run(split, tmp_path, recipe)
    assert_same(run(split, tmp_path, recipe), whole)
    assert whole.history["learning_rate"].tolist() == pytest.approx([1e-2, 5e-3, 1e-3, 5e-4])


def test_with_batch_norms_that_learn_a_resumed_run_ends_as_an_unbroken_one(split, tmp_path, monkeypatch):
    recipe = RECIPE.but(tune_batch_norms=True, schedule="warm-up cosine")
    whole = fit(recipe, *split, device="cpu", progress=False)
    with monkeypatch.context() as patch:
        interrupt(patch, 4)
        with pytest.raises(KeyboardInterrupt):
            run(split, tmp_path, recipe)
    assert_same(run(split, tmp_path, recipe), whole)


def test_stage_1_first_and_then_both_is_the_same_as_both(split, unbroken, tmp_path):
    head = run(split, tmp_path, stages=("head",))
    both = run(split, tmp_path)
    assert_same(both, unbroken)
    again = run(split, tmp_path, stages=("head",))
    assert again.loaded
    assert_same(again, head)


def test_a_finished_run_is_loaded_and_not_repeated(split, unbroken, tmp_path, monkeypatch):
    run(split, tmp_path)
    files = {path.name for path in tmp_path.iterdir()}
    assert files == {"recipe.json", "history.csv", "head.safetensors", "best.safetensors", "last.safetensors"}
    monkeypatch.setattr(Trainer, "train", None)
    loaded = run(split, tmp_path)
    assert loaded.loaded
    assert_same(loaded, unbroken)


def test_a_run_that_goes_on_does_not_need_what_it_started_from(split, tmp_path):
    from fer_course.model.weights import save_weights

    start = tmp_path / "start.safetensors"
    save_weights(build_model(None, backbone=RECIPE.backbone), start)
    recipe = RECIPE.but(weights=str(start), head_epochs=1, tune_epochs=1)
    run(split, tmp_path / "run", recipe, stages=("head",))
    start.unlink()
    assert len(run(split, tmp_path / "run", recipe).history) == 2


def test_a_run_of_an_earlier_version_with_other_names_and_options_is_resumed(split, unbroken, tmp_path):
    import json

    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    run(split, tmp_path, stages=("head",))
    last = tmp_path / "last.safetensors"
    with safe_open(last, framework="pt") as file:
        metadata = file.metadata()
    recipe = json.loads(metadata["recipe"])
    recipe |= {"teaching": recipe.pop("distillation"), "tune_optimizer": "adamw"}
    recipe["augmentation"] |= {"contrast": 0.0, "cutmix": 0.0}
    del recipe["drop_path"]
    save_file(load_file(last), last, metadata | {"recipe": json.dumps(recipe)})
    assert_same(run(split, tmp_path), unbroken)


def test_a_distilled_run_is_resumed_without_its_teacher_and_ends_as_an_unbroken_one(
    split, tmp_path, monkeypatch
):
    from fer_course.model.weights import save_weights

    start = tmp_path / "start.safetensors"
    save_weights(build_model(None, backbone=RECIPE.backbone), start, recipe=RECIPE.to_json())
    recipe = RECIPE.but(weights=str(start), distillation=0.5)
    whole = run(split, tmp_path / "whole", recipe)
    with monkeypatch.context() as patch:
        interrupt(patch, 3)
        with pytest.raises(KeyboardInterrupt):
            run(split, tmp_path / "run", recipe)
    start.unlink()
    assert_same(run(split, tmp_path / "run", recipe), whole)


def test_a_distilled_run_learns_its_soft_labels_and_not_the_faces_own(split, monkeypatch, capsys):
    always_happy = torch.eye(7)[[3]].expand(len(split[0]), 7)
    monkeypatch.setattr(training, "soft_labels", lambda *_: always_happy)
    model = fit(RECIPE.but(distillation=1.0), *split, device="cpu").model
    with torch.inference_mode():
        logits = model(torch.randn(20, 1, 32, 32, generator=torch.Generator().manual_seed(0)))
    assert (logits.argmax(1) == 3).all()
    assert f"looks at {len(split[0])} images" in capsys.readouterr().out


def test_the_best_epoch_by_validation_accuracy_is_handed_back(split, tmp_path, monkeypatch):
    accuracies = iter([0.5, 0.3])
    evaluate = loop.evaluate

    def told(logits, labels):
        return replace(evaluate(logits, labels), accuracy=next(accuracies))

    one = run(split, None, RECIPE.but(head_epochs=1), stages=("head",))
    monkeypatch.setattr(loop, "evaluate", told)
    two = run(split, tmp_path, stages=("head",))
    assert two.history["val_accuracy"].tolist() == [0.5, 0.3]
    ours, theirs = one.model.state_dict(), two.model.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_folder_with_another_recipe_is_refused_and_left_alone(split, tmp_path):
    quick = RECIPE.but(head_epochs=1)
    run(split, tmp_path, quick, stages=("head",))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match=r"found a run with another recipe in .*choose another folder"):
        run(split, tmp_path, quick.but(seed=1), stages=("head",))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_with_other_images_is_refused(split, tmp_path):
    train, validation = split
    quick = RECIPE.but(head_epochs=1)
    run(split, tmp_path, quick, stages=("head",))
    with pytest.raises(ValueError, match="other images or another split"):
        run((train[::-1], validation), tmp_path, quick, stages=("head",))


def test_a_limit_takes_fewer_images_with_every_labels_share(split, monkeypatch):
    seen = []
    real = loop.Batches
    monkeypatch.setattr(
        loop, "Batches", lambda faces, *rest: seen.append(faces.counts()) or real(faces, *rest)
    )
    fit(RECIPE.but(limit=70, head_epochs=1), *split, device="cpu", progress=False, stages=("head",))
    assert seen[0].tolist() == [10] * 7


@pytest.mark.parametrize("limit", [3, 139])
def test_a_limit_too_near_none_or_all_is_refused_in_words_of_its_own(split, limit):
    with pytest.raises(ValueError, match=rf"Expected a limit .* found {limit} of 140 training images"):
        fit(RECIPE.but(limit=limit), *split, device="cpu")


def test_stage_1_of_a_run_without_one_is_the_start_whatever_the_folder_holds(split, tmp_path):
    recipe = RECIPE.but(head_epochs=0, tune_epochs=1)
    start = build_model(None, backbone=recipe.backbone, dropout=recipe.dropout, seed=0)
    from fer_course.model.weights import save_weights

    save_weights(start, tmp_path / "start.safetensors")
    recipe = recipe.but(weights=str(tmp_path / "start.safetensors"), seed=1)
    run(split, tmp_path / "run", recipe)
    found = run(split, tmp_path / "run", recipe, stages=("head",)).model.state_dict()
    assert all(torch.equal(tensor, found[name]) for name, tensor in start.state_dict().items())


def test_a_folder_that_cannot_be_written_is_told_before_the_first_epoch(split, tmp_path, monkeypatch):
    monkeypatch.setattr(Trainer, "train", None)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(
        ValueError, match=r"Expected a folder that can be written, found .*file.run .*set FER_HOME"
    ):
        run(split, tmp_path / "file" / "run")
    assert (tmp_path / "file").read_text() == "mine"


def test_stages_in_another_order_are_refused(split):
    with pytest.raises(ValueError, match=r'Expected stages \("head",\) or \("head", "tune"\)'):
        fit(RECIPE, *split, stages=("tune",))


def test_a_continued_run_does_not_repeat_the_draws_of_its_parent(split, monkeypatch):
    epoch, shown = loop.Batches.epoch, []
    monkeypatch.setattr(
        loop.Batches, "epoch", lambda self, number: shown.append(number) or epoch(self, number)
    )
    history = fit(RECIPE.but(first_epoch=40), *split, device="cpu", progress=False).history
    assert shown == [40, 41, 42, 43]
    assert history["epoch"].tolist() == [1, 2, 3, 4]


def test_progress_says_loss_accuracy_and_speed(split, capsys):
    fit(RECIPE.but(head_epochs=1), *split, device="cpu", stages=("head",))
    text = capsys.readouterr().out
    for part in ("Stage 1, head, epoch 1 of 1", "loss ", "accuracy ", "images/s", "validation: accuracy"):
        assert part in text


def test_a_fingerprint_changes_with_one_pixel_and_with_one_label(split):
    train, _ = split
    darker, relabelled = train[np.arange(len(train))], train[np.arange(len(train))]
    darker.images[0, 0, 0] ^= 1
    relabelled.labels[0] = (relabelled.labels[0] + 1) % 7
    assert len({fingerprint(train), fingerprint(darker), fingerprint(relabelled)}) == 3


def test_a_run_with_a_running_mean_resumes_exactly(split, tmp_path, monkeypatch):
    recipe = RECIPE.but(ema_decay=0.9)
    whole = fit(recipe, *split, device="cpu", progress=False)
    for when in (2, 3, 4):
        folder = tmp_path / str(when)
        with monkeypatch.context() as patch:
            interrupt(patch, when)
            with pytest.raises(KeyboardInterrupt):
                run(split, folder, recipe)
        assert_same(run(split, folder, recipe), whole)


def test_a_break_between_the_stages_leaves_their_running_mean_as_it_is(split, tmp_path):
    recipe = RECIPE.but(ema_decay=0.9)
    run(split, tmp_path, recipe, stages=("head",))
    assert_same(run(split, tmp_path, recipe), fit(recipe, *split, device="cpu", progress=False))


def test_a_compiled_run_trains_the_same_model_and_leaves_torchs_random_generator_alone(split, monkeypatch):
    recipe = RECIPE.but(head_epochs=1, tune_epochs=1, tune_batch_norms=True)
    plain = fit(recipe, *split, device="cpu", progress=False)
    compile_, calls = torch.compile, []
    monkeypatch.setattr(
        torch, "compile", lambda model: calls.append(1) or compile_(model, backend="eager")
    )  # the same operations, so to the last digit
    torch.manual_seed(123)
    expected = torch.rand(1)
    torch.manual_seed(123)
    compiled = fit(recipe.but(compile=True), *split, device="cpu", progress=False)
    assert torch.equal(torch.rand(1), expected)
    assert len(calls) == 2 and (compiled.history["compile_seconds"] > 0).all()
    for one in (plain, compiled):
        one.history["compile_seconds"] = 0.0
    assert_same(compiled, plain)


def test_a_run_on_mixed_images_learns_from_shares_of_labels(split):
    mixed = RECIPE.but(augmentation=RECIPE.augmentation.but(mixup=0.4), head_epochs=1, tune_epochs=1)
    history = fit(mixed, *split, device="cpu", progress=False).history
    assert np.isfinite(history["train_loss"]).all()


def test_another_seed_starts_from_other_weights_and_shows_other_batches(split, tmp_path):
    from fer_course.model.weights import save_weights

    options = {"device": "cpu", "progress": False, "stages": ("head",)}
    recipe = RECIPE.but(head_epochs=1)
    one, other = (fit(recipe.but(seed=seed), *split, **options).model for seed in (0, 1))
    assert not torch.equal(one.conv_stem.weight, other.conv_stem.weight)
    save_weights(one, tmp_path / "start.safetensors")
    recipe = recipe.but(weights=str(tmp_path / "start.safetensors"), dropout=0.0)
    one, other = (fit(recipe.but(seed=seed), *split, **options) for seed in (0, 1))
    assert one.history["train_loss"][0] != other.history["train_loss"][0]


@pytest.mark.parametrize("ema_decay", [None, 0.5])
def test_the_history_tells_what_the_model_handed_back_does_on_validation_faces(split, ema_decay):
    train, validation = split
    recipe = RECIPE.but(tune_epochs=1, ema_decay=ema_decay)
    trained = fit(recipe, train, validation, device="cpu", progress=False)
    logits = predict(trained.model, validation, 32)
    told = trained.history.iloc[-1]
    loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(validation.labels))
    assert told.val_loss == pytest.approx(loss.item(), rel=1e-5)
    assert told.val_accuracy == np.mean(logits.argmax(1) == validation.labels)
    assert told.images_per_second * told.seconds == pytest.approx(len(train) // 32 * 32)


@pytest.mark.parametrize("how", [(), ("notebook",)], ids=["shell", "notebook"])
def test_two_processes_train_what_one_process_trains(tmp_path, how):
    import two_processes

    result = launch(tmp_path / "two", *how)
    assert result.returncode == 0, result.stderr[-2000:]
    alone = fit(two_processes.RECIPE, *two_processes.noise(), device="cpu", progress=False)
    together = fit(two_processes.RECIPE, *two_processes.noise(), folder=tmp_path / "two", device="cpu")
    assert together.loaded
    columns = ["train_loss", "train_accuracy", "val_loss", "val_accuracy"]
    np.testing.assert_allclose(together.history[columns], alone.history[columns], rtol=1e-4)
    ours, theirs = together.model.state_dict(), alone.model.state_dict()
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-4) for name in ours)


def test_a_process_that_dies_ends_the_run_with_an_error_and_not_with_a_wait(tmp_path):
    result = launch(tmp_path, "kill")
    assert result.returncode != 0
    assert "SIGKILL" in result.stderr or "Signal 9" in result.stderr
    assert len(pd.read_csv(tmp_path / "history.csv")) == 1  # the first epoch is kept: run it again to go on


def test_a_run_trains_where_gradients_are_off_and_double_precision_is_the_default(split, unbroken):
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)
    try:
        found = fit(RECIPE, *split, device="cpu", progress=False)
    finally:
        torch.set_grad_enabled(True)
        torch.set_default_dtype(torch.float32)
    assert {p.dtype for p in found.model.parameters()} == {torch.float32}
    # Random weights are drawn in double precision then, and are others.
    np.testing.assert_allclose(found.history.train_loss, unbroken.history.train_loss, rtol=1e-2)
