"""The trainer: its optimizers, its loss, its precision, its average and its compiler."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from short_runs import RECIPE, assert_same

from fer_course.faces import Faces
from fer_course.model.network import build_model
from fer_course.training import fit as training
from fer_course.training.balance import class_weights
from fer_course.training.fit import fit
from fer_course.training.loop import Trainer, accelerator_for, weighted_loss
from fer_course.training.schedules import learning_rate


@pytest.mark.parametrize("device", ["cuda:1", "mps", torch.device("cpu")])
def test_a_device_that_is_neither_gpu_nor_cpu_by_name_is_not_replaced_in_silence(split, device):
    with pytest.raises(ValueError, match='Expected device "cuda", "cpu" or None'):
        fit(RECIPE, *split, device=device)


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA GPU is here")
def test_a_gpu_that_is_not_there_is_not_replaced_in_silence(split):
    with pytest.raises(ValueError, match='Expected a CUDA GPU, found none; use device="cpu"'):
        fit(RECIPE, *split, device="cuda")
    with pytest.raises(ValueError, match='for mixed_precision="fp16", found none'):
        fit(RECIPE.but(mixed_precision="fp16"), *split)


def test_both_stages_run_in_the_precision_asked_for(split, monkeypatch):
    kinds = {"head": set(), "tune": set()}

    def watched(*arguments, **options):
        model = build_model(*arguments, **options)
        stage = lambda: "tune" if model.conv_stem.weight.requires_grad else "head"  # noqa: E731
        model.conv_stem.register_forward_hook(lambda *found: kinds[stage()].add(found[2].dtype))
        return model

    monkeypatch.setattr(training, "build_model", watched)
    fit(
        RECIPE.but(mixed_precision="bf16", head_epochs=1, tune_epochs=1), *split, device="cpu", progress=False
    )
    assert kinds == {"head": {torch.bfloat16}, "tune": {torch.bfloat16}}


def test_a_running_mean_of_the_weights_is_what_is_judged_and_kept(split):
    after_one = fit(
        RECIPE.but(head_epochs=1, ema_decay=0.5), *split, device="cpu", progress=False, stages=("head",)
    )
    # By hand: the same epoch without a mean, each step's weights noted.
    steps, update = [], torch.optim.Adam.step

    def noted(optimizer, *arguments, **options):
        update(optimizer, *arguments, **options)
        steps.append(optimizer.param_groups[0]["params"][0].detach().clone())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.optim.Adam, "step", noted)
        fit(RECIPE.but(head_epochs=1), *split, device="cpu", progress=False, stages=("head",))
    mean = torch.zeros_like(steps[0])  # the weights before the first step begin it, and a head's are 0
    for weights in steps:
        mean = 0.5 * mean + 0.5 * weights
    assert torch.allclose(after_one.model.get_classifier().weight, mean, atol=1e-7)


def test_every_step_is_taken_at_its_own_rate(split, monkeypatch):
    rates, start = [], Trainer.start

    def noted(trainer, stage):
        start(trainer, stage)
        raw = trainer.optimizer.optimizer
        raw.register_step_pre_hook(lambda one, *_: rates.append(one.param_groups[0]["lr"]))

    monkeypatch.setattr(Trainer, "start", noted)
    fit(RECIPE.but(schedule="cosine"), *split, device="cpu", progress=False, stages=("head",))
    steps = len(split[0]) // 32  # in each of two epochs
    expected = [learning_rate("cosine", 1e-2, k / (2 * steps)) for k in range(2 * steps)]
    assert rates == pytest.approx(expected)


@pytest.mark.parametrize(
    ("stage", "kind", "decay"), [("head", torch.optim.Adam, 0), ("tune", torch.optim.AdamW, 0.3)]
)
@pytest.mark.parametrize("fused", [True, False])
def test_each_stage_has_its_own_optimizer_and_weight_decay(split, stage, kind, decay, fused):
    recipe = RECIPE.but(weight_decay=0.3)
    model = build_model(None, backbone=recipe.backbone)
    trainer = Trainer(model, recipe, split[0], accelerator_for(recipe, "cpu"))
    trainer.start(stage, fused=fused)
    optimizer = trainer.optimizer.optimizer
    assert type(optimizer) is kind and optimizer.defaults["weight_decay"] == decay
    assert optimizer.defaults["fused"] == fused


def test_a_trainer_learns_from_any_batches_it_is_given(split):
    recipe = RECIPE.but(ema_decay=0.5)
    model = build_model(None, backbone=recipe.backbone)
    trainer = Trainer(model, recipe, split[0], accelerator_for(recipe, "cpu"))
    trainer.start("head")
    always_happy = [(torch.randn(8, 1, 32, 32), torch.full((8,), 3)) for _ in range(20)]
    figures = trainer.train(always_happy, lambda step: 0.01)
    assert figures["train_accuracy"] > 0.9 and figures["images_per_second"] * figures[
        "seconds"
    ] == pytest.approx(160)
    assert trainer.judged is trainer.average.module
    happy = (split[1].labels == 3).mean()
    assert trainer.validate(split[1])["val_accuracy"] == pytest.approx(happy)
    trainer.finish()
    assert torch.equal(model.get_classifier().bias, trainer.average.module.get_classifier().bias)


def test_dropout_is_another_one_in_every_epoch(split, monkeypatch):
    seeds, train = [], Trainer.train

    def noted(*arguments):
        seeds.append(torch.initial_seed())
        return train(*arguments)

    monkeypatch.setattr(Trainer, "train", noted)
    fit(RECIPE, *split, device="cpu", progress=False)
    assert len(set(seeds)) == 4


def test_a_loss_holds_class_weights_of_mean_1_and_label_smoothing():
    labels = np.repeat(np.arange(7), [40, 2, 30, 60, 30, 20, 28])
    faces = Faces(
        np.zeros((210, 48, 48), np.uint8), labels, labels.astype(str), np.full(210, "Training"), "grey"
    )
    logits = torch.randn(210, 7, generator=torch.Generator().manual_seed(0))
    targets = torch.from_numpy(labels)
    counts = faces.counts()
    weights = class_weights(counts, 3.0)
    weights = torch.from_numpy(weights * 210 / (weights * counts).sum()).float()
    plain = F.cross_entropy(logits, targets, reduction="none")
    weighted = weighted_loss(RECIPE.but(label_smoothing=0.0), counts, "cpu")(logits, targets)
    assert weighted.item() == pytest.approx((weights[targets] * plain).mean().item(), rel=1e-5)
    assert weights[targets].mean().item() == pytest.approx(1, rel=1e-5)
    smoothed = weighted_loss(RECIPE.but(weight_cap=None), counts, "cpu")(logits, targets)
    assert smoothed.item() == pytest.approx(
        F.cross_entropy(logits, targets, label_smoothing=0.06).item(), rel=1e-5
    )


def test_the_loss_of_a_batch_is_the_mean_of_the_losses_of_its_halves(split):
    loss_of = weighted_loss(RECIPE, split[0].counts(), "cpu")
    logits, labels = torch.randn(8, 7, generator=torch.Generator().manual_seed(0)), torch.arange(8) % 7
    halves = (loss_of(logits[:4], labels[:4]) + loss_of(logits[4:], labels[4:])) / 2
    assert torch.allclose(loss_of(logits, labels), halves)


def test_without_a_compiler_a_run_says_so_and_trains_what_it_would_have_trained(split, monkeypatch, capsys):
    recipe = RECIPE.but(head_epochs=1, tune_epochs=1)
    plain = fit(recipe, *split, device="cpu", progress=False)

    def broken(model):
        def run(*_):
            raise RuntimeError("InvalidCxxCompiler: No working C++ compiler found\nand 94 lines more")

        return torch.nn.Module() if model is None else Broken(model, run)

    class Broken(torch.nn.Module):
        def __init__(self, model, run):
            super().__init__()
            self.model, self.forward = model, run

    monkeypatch.setattr(torch, "compile", broken)
    found = fit(recipe.but(compile=True), *split, device="cpu", progress=False)
    said = capsys.readouterr().out
    assert (
        said.count("torch.compile does not work here (InvalidCxxCompiler: No working C++ compiler found)")
        == 2
    )
    found.history["compile_seconds"] = 0.0
    assert_same(found, plain)


def test_a_backbone_for_another_size_is_refused_before_the_first_epoch(split):
    recipe = RECIPE.but(backbone="vit_tiny_patch16_224", image_size=64)
    with pytest.raises(ValueError, match="takes images of 64 px, found vit_tiny_patch16_224, which does not"):
        fit(recipe, *split, device="cpu", progress=False)
