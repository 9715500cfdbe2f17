"""Two-stage training: first the head on a frozen backbone, then everything but the batch norms."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch
import torch.nn.functional as F
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import broadcast
from timm.utils import ModelEmaV3
from torch import nn
from tqdm import tqdm

from fer_course.data.splits import stratified_split
from fer_course.evaluation.metrics import evaluate
from fer_course.evaluation.predict import predict
from fer_course.faces import Faces, check_faces
from fer_course.model.network import build_model, freeze_backbone, training_mode, unfreeze_all_but_batch_norms
from fer_course.training.balance import class_weights
from fer_course.training.batches import Batches
from fer_course.training.checkpoints import Checkpoint, fingerprint
from fer_course.training.meter import Meter
from fer_course.training.progress import NotebookLine, in_notebook
from fer_course.training.recipe import Recipe
from fer_course.training.schedules import learning_rate
from fer_course.training.soft_labels import taught_labels

STAGES = ("head", "tune")


@dataclass(frozen=True, eq=False)
class Run:
    """What a training run leaves.

    Attributes
    ----------
    model : nn.Module
        The best epoch of the last stage by validation accuracy, in evaluation mode.
    history : DataFrame
        One row an epoch: epoch, stage, learning_rate (at its start), train_loss and train_accuracy (on augmented
        images, dropout on), val_loss (unweighted, unsmoothed), val_accuracy, val_macro_recall,
        images_per_second and seconds (of training; validation and compilation not counted), compile_seconds.
        In mixed precision validation is mixed as well, but for a running mean of the weights, so its figures may
        differ from the model's own, in float32, in the last digits.
    recipe : Recipe
    folder : Path or None
    loaded : bool
        Whether the run was finished before, so that nothing was trained now.
    """

    model: nn.Module
    history: pd.DataFrame
    recipe: Recipe
    folder: Path | None
    loaded: bool


def fit(
    recipe: Recipe,
    train: Faces,
    validation: Faces,
    *,
    folder: str | Path | None = None,
    device: str | None = None,
    progress: bool = True,
    stages: tuple[str, ...] = STAGES,
) -> Run:
    """Train a network by a recipe, or go on where an interrupted run stopped.

    Parameters
    ----------
    recipe : Recipe
    train, validation : Faces
        From ``stratified_split``. The test set has no place here.
    folder : path, optional
        Where checkpoints go: ``last.safetensors`` after every epoch, ``head.safetensors`` and
        ``best.safetensors`` (the best epochs of stage 1 and 2), ``recipe.json``, ``history.csv``. Without one
        nothing is kept.
    device : "cuda" or "cpu", optional
        A CUDA GPU where there is one, if not given.
    progress : bool
        Show a bar for every epoch.
    stages : tuple of str
        ``("head",)`` stops after stage 1; a later call with both goes on from there.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If the folder holds a run with another recipe or other images, or parts of one that cannot be gone on with; if
        the device or the stages are not among those above, or a GPU is asked for where there is none.
    """
    if tuple(stages) not in (STAGES[:1], STAGES):
        raise ValueError(f'Expected stages ("head",) or ("head", "tune"), found {stages}.')
    if not isinstance(recipe, Recipe):
        raise ValueError(f"Expected a Recipe, such as Recipe.quick() or course.recipe, found {recipe!r}.")
    check_faces(train, "training faces")
    check_faces(validation, "validation faces")
    accelerator = _accelerator(recipe, device)
    if recipe.limit and recipe.limit < len(train):
        train = _limited(train, recipe)
    checkpoint = Checkpoint(folder, recipe, fingerprint(train, validation), accelerator)

    # A run that goes on brings its own weights: what it started from need not be had a second time.
    goes_on = any(row["stage"] in stages for row in checkpoint.rows)
    start = None if goes_on else recipe.weights
    options = {"dropout": recipe.dropout, "drop_path": recipe.drop_path, "seed": recipe.seed}
    options["head"] = not recipe.new_head
    model = build_model(start, backbone=recipe.backbone, **options)
    planned = {"head": recipe.head_epochs, "tune": recipe.tune_epochs}
    missing = sum(planned[stage] for stage in stages) - len(checkpoint.rows)
    if missing > 0:
        checkpoint.check_writable()
        if checkpoint.rows:
            model.load_state_dict(checkpoint.tensors("model."))
        if recipe.teaching and checkpoint.taught is None:
            if progress and accelerator.is_local_main_process:
                print(f"The model that training starts from looks at {len(train):,} images, to teach.")
            checkpoint.taught = taught_labels(recipe, train, accelerator.device)
        batches = Batches(
            train,
            recipe.image_size,
            recipe.batch_size,
            recipe.augmentation,
            recipe.seed,
            accelerator.device,
            accelerator.process_index,
            accelerator.num_processes,
            checkpoint.taught,
        )
        loss_of = _loss(recipe, train, accelerator.device)
        try:
            for stage in stages:
                _train_stage(
                    stage, model, batches, validation, loss_of, recipe, checkpoint, accelerator, progress
                )
        except KeyboardInterrupt:
            kept = f"{len(checkpoint.rows)} finished epochs are kept: run the same call again to go on from there."
            print(f"\nStopped. {kept if checkpoint.folder else 'Without a folder nothing was kept.'}")
            raise
    best = checkpoint.best_state(stages)
    model.load_state_dict(best or model.state_dict())
    model.requires_grad_(True).to(accelerator.device).eval()
    return Run(model, checkpoint.history(stages), recipe, checkpoint.folder, loaded=missing <= 0)


def _train_stage(stage, model, batches, validation, loss_of, recipe, checkpoint, accelerator, progress):
    """Train what is missing of one stage."""
    if stage == "head":
        freeze_backbone(model)
        epochs, rate = recipe.head_epochs, recipe.head_lr
    else:
        model.requires_grad_(True)
        if not recipe.tune_batch_norms:
            unfreeze_all_but_batch_norms(model)
        epochs, rate = recipe.tune_epochs, recipe.tune_lr
    done = sum(row["stage"] == stage for row in checkpoint.rows)
    if done >= epochs:
        checkpoint.hand_over(model, stage)
        return
    model.to(accelerator.device)
    optimizer = _optimizer(stage, recipe, [p for p in model.parameters() if p.requires_grad])
    checkpoint.restore_optimizer(optimizer, stage)
    average = None
    if recipe.ema_decay is not None:
        average = ModelEmaV3(model, decay=recipe.ema_decay)
        checkpoint.restore_average(average, stage)
    wrapped, optimizer = accelerator.prepare(model, optimizer)
    compiled, compile_seconds = wrapped, 0.0
    if recipe.compile:
        compiled, compile_seconds = _compile(wrapped, batches, loss_of, accelerator)

    for epoch in range(done, epochs):
        # Over both stages, and those before the start, so that no two epochs see the same changes.
        number = recipe.epochs_before + len(checkpoint.rows)
        title = (
            f"{'Stage 1, head' if stage == 'head' else 'Stage 2, fine-tuning'}, epoch {epoch + 1} of {epochs}"
        )
        accuracies = [row["val_accuracy"] for row in checkpoint.rows if row["stage"] == stage]

        def rate_of(step, epoch=epoch, accuracies=accuracies):
            progress = (epoch + step / len(batches)) / epochs
            return learning_rate(recipe.schedule, rate, progress, accuracies)

        # Dropout draws from the global generator: seeded for each epoch, a resumed run repeats the unbroken one.
        gpus = [accelerator.device] if accelerator.device.type == "cuda" else []
        with torch.random.fork_rng(devices=gpus):
            torch.manual_seed((recipe.seed * 1009 + number) * 64 + accelerator.process_index)
            row = train_epoch(
                compiled,
                batches.epoch(number),
                optimizer,
                loss_of,
                rate_of,
                accelerator,
                after_step=None if average is None else lambda: average.update(model),
                bar=_bar(title, len(batches), progress and accelerator.is_local_main_process),
            )
        judged = model if average is None else average.module
        logits = predict(judged, validation, recipe.image_size)
        # Processes differ in their batch norms' statistics; they must agree on the figures that schedules go by.
        logits = broadcast(torch.from_numpy(logits).to(accelerator.device)).cpu().numpy()
        result = evaluate(logits, validation.labels)
        val_loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(validation.labels)).item()
        row = {"epoch": len(checkpoint.rows) + 1, "stage": stage, "learning_rate": rate_of(0)} | row
        row |= {
            "val_loss": val_loss,
            "val_accuracy": result.accuracy,
            "val_macro_recall": result.macro_recall,
            "compile_seconds": compile_seconds if epoch == done else 0.0,
        }
        if progress and accelerator.is_local_main_process:
            print(f"    validation: accuracy {result.accuracy:.1%}, macro recall {result.macro_recall:.1%}")
        checkpoint.save(row, model, optimizer, average)
    accelerator.unwrap_model(wrapped, keep_fp32_wrapper=False)
    # Unwrapping forgets to take this mark off, and a model that bears it would run the next stage in float32.
    vars(model).pop("_is_accelerate_prepared", None)
    accelerator.free_memory()
    if average is not None:
        model.load_state_dict(average.module.state_dict())  # the next stage goes on from what was judged


def train_epoch(
    model, batches, optimizer, loss_of, rate_of, accelerator, *, after_step=None, bar=None
) -> dict:
    """Show every batch of an epoch to the model once, and let it learn.

    Parameters
    ----------
    model : nn.Module
        As prepared by accelerate: its forward pass runs in mixed precision.
    batches : iterable of (inputs, labels)
    optimizer : Optimizer
    loss_of : callable (logits, labels) to loss
    rate_of : callable (step) to learning rate
    accelerator : Accelerator
    after_step : callable, optional
        What keeps up a running mean of the weights.
    bar : tqdm, optional
        To show progress on.

    Returns
    -------
    dict
        train_loss, train_accuracy, images_per_second, seconds.
    """
    training_mode(model)
    meter = Meter(accelerator.device)
    began = time.perf_counter()
    for step, (inputs, labels) in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = rate_of(step)
        logits = model(inputs)
        loss = loss_of(logits, labels)
        accelerator.backward(loss)
        optimizer.step()
        optimizer.zero_grad()
        if after_step is not None:
            after_step()
        meter.add(loss, logits, labels)
        if bar is not None and bar.update():
            bar.set_postfix_str(_figures(*meter.glance(), time.perf_counter() - began), refresh=False)
    loss, right, images = accelerator.reduce(meter.totals(), "sum").tolist()
    seconds = time.perf_counter() - began
    if bar is not None:
        bar.set_postfix_str(_figures(loss / images, right / images, images, seconds))
        bar.close()
    return {
        "train_loss": loss / images,
        "train_accuracy": right / images,
        "images_per_second": images / seconds,
        "seconds": seconds,
    }


def _optimizer(stage: str, recipe: Recipe, parameters) -> torch.optim.Optimizer:
    """Return what changes the weights; fused: one kernel for all of them instead of several for each."""
    if stage == "head":
        return torch.optim.Adam(parameters, lr=recipe.head_lr, fused=True)
    options = {"lr": recipe.tune_lr, "weight_decay": recipe.weight_decay}
    if recipe.tune_optimizer == "sgd":
        # Not fused: when fp16 overflows in the first step, the fused one goes on from momentum that was never set.
        # The price: in fp16 (not in bf16) every step waits for the GPU to say whether it overflowed.
        return torch.optim.SGD(parameters, momentum=0.9, nesterov=True, **options)
    return torch.optim.AdamW(parameters, fused=True, **options)


def _bar(title: str, steps: int, shown: bool):
    place = NotebookLine() if shown and in_notebook() else sys.stdout
    return tqdm(
        total=steps, desc=title, unit="batch", file=place, mininterval=2, disable=not shown, ncols=120
    )


def _figures(loss: float, accuracy: float, images: float, seconds: float) -> str:
    return f"loss {loss:.3f}, accuracy {accuracy:.1%}, {images / seconds:,.0f} images/s"


def _compile(model, batches, loss_of, accelerator):
    """Compile, and train on nothing once, so that no epoch's time holds the compiler's."""
    began = time.perf_counter()
    compiled = torch.compile(model)
    training_mode(compiled)
    statistics = [
        buffer.clone() for buffer in model.buffers()
    ]  # a batch norm in training takes every batch in
    inputs, labels = next(iter(batches.epoch(0)))
    gpus = [accelerator.device] if accelerator.device.type == "cuda" else []
    with torch.random.fork_rng(devices=gpus):  # dropout's draws are of no account here
        accelerator.backward(0 * loss_of(compiled(inputs), labels))
    model.zero_grad()
    for buffer, kept in zip(model.buffers(), statistics, strict=True):
        buffer.copy_(kept)
    if accelerator.device.type == "cuda":
        torch.cuda.synchronize()
    return compiled, time.perf_counter() - began


def _limited(train: Faces, recipe: Recipe) -> Faces:
    """Return at most ``recipe.limit`` of the training images."""
    try:
        limited, _ = stratified_split(train, 1 - recipe.limit / len(train), recipe.seed)
    except ValueError:
        raise ValueError(
            f"Expected a limit with at least one image of every label within it and beyond it, found {recipe.limit} "
            f"of {len(train):,} training images; choose another limit, or None for all images."
        ) from None
    return limited


def _loss(recipe: Recipe, train: Faces, device):
    """Return the mean of weighted losses, over the images and not over their weights.

    ``F.cross_entropy`` divides by the weights that a batch happens to hold. Processes hold different ones, and the mean
    of their quotients would not be the quotient of the whole batch. So the weights are made to have mean 1 over the
    training images, once, and each batch is divided by its number of images.
    """
    weights = None
    if recipe.weight_cap is not None:
        counts = train.counts()
        weights = class_weights(counts, recipe.weight_cap)
        weights = torch.from_numpy(weights * counts.sum() / (weights * counts).sum()).float().to(device)

    def loss_of(logits, labels):
        return F.cross_entropy(
            logits, labels, weight=weights, label_smoothing=recipe.label_smoothing, reduction="none"
        ).mean()

    return loss_of


def _accelerator(recipe: Recipe, device: str | None) -> Accelerator:
    if device not in (None, "cuda", "cpu"):
        raise ValueError(
            f'Expected device "cuda", "cpu" or None (a GPU where there is one), found {device!r}.'
        )
    gpu = torch.cuda.is_available() and device != "cpu"
    if device == "cuda" and not gpu:
        raise ValueError('Expected a CUDA GPU, found none; use device="cpu" or leave the device out.')
    precision = recipe.mixed_precision
    if precision == "auto":
        # A T4 says that it can do bf16, and emulates it, slower than float32.
        bf16 = gpu and torch.cuda.is_bf16_supported(including_emulation=False)
        precision = "bf16" if bf16 else "fp16" if gpu else "no"
    if precision == "fp16" and not gpu:
        raise ValueError('Expected a CUDA GPU for mixed_precision="fp16", found none; use "auto".')
    if not torch.distributed.is_initialized():
        # accelerate keeps one state for the whole process; a notebook may ask for another precision or device.
        AcceleratorState._reset_state(True)
    return Accelerator(mixed_precision=precision, cpu=not gpu)
