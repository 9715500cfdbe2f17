"""Two-stage training: first the head on a frozen backbone, then everything but the batch norms."""

import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch
import torch.nn.functional as F
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import nn
from tqdm import tqdm

from .balance import class_weights
from .batches import Batches
from .checkpoints import Checkpoint, fingerprint
from .evaluation import evaluate, predict
from .faces import Faces, stratified_split
from .model import (
    build_model,
    freeze_backbone,
    training_mode,
    unfreeze_all_but_batch_norms,
)
from .recipe import Recipe

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
        images_per_second and seconds (of training, validation not counted).
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
        If the folder holds a run with another recipe or other images.
    """
    if tuple(stages) not in (STAGES[:1], STAGES):
        raise ValueError(f'Expected stages ("head",) or ("head", "tune"), found {stages}.')
    accelerator = _accelerator(recipe, device)
    if recipe.limit and recipe.limit < len(train):
        train, _ = stratified_split(train, 1 - recipe.limit / len(train), recipe.seed)
    checkpoint = Checkpoint(folder, recipe, fingerprint(train, validation), accelerator)

    # A run that goes on brings its own weights: what it started from need not be had a second time.
    start = None if checkpoint.rows else recipe.weights
    model = build_model(start, backbone=recipe.backbone, dropout=recipe.dropout, seed=recipe.seed)
    planned = {"head": recipe.head_epochs, "tune": recipe.tune_epochs}
    missing = sum(planned[stage] for stage in stages) - len(checkpoint.rows)
    if missing > 0:
        if checkpoint.rows:
            model.load_state_dict(checkpoint.tensors("model."))
        batches = Batches(
            train,
            recipe.image_size,
            recipe.batch_size,
            recipe.augmentation,
            recipe.seed,
            accelerator.device,
            accelerator.process_index,
            accelerator.num_processes,
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
        epochs, rate, optimizer_class, decay = recipe.head_epochs, recipe.head_lr, torch.optim.Adam, 0.0
    else:
        unfreeze_all_but_batch_norms(model)
        epochs, rate, optimizer_class, decay = (
            recipe.tune_epochs,
            recipe.tune_lr,
            torch.optim.AdamW,
            recipe.weight_decay,
        )
    done = sum(row["stage"] == stage for row in checkpoint.rows)
    if done >= epochs:
        return
    model.to(accelerator.device)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = optimizer_class(parameters, lr=rate, weight_decay=decay)
    checkpoint.restore_optimizer(optimizer, stage)
    wrapped, optimizer = accelerator.prepare(model, optimizer)

    for epoch in range(done, epochs):
        number = len(checkpoint.rows)  # over both stages, so that no two epochs see the same changes
        title = (
            f"{'Stage 1, head' if stage == 'head' else 'Stage 2, fine-tuning'}, epoch {epoch + 1} of {epochs}"
        )
        schedule = _schedule(recipe.schedule, rate, epoch * len(batches), epochs * len(batches))
        # Dropout draws from the global generator: seeded for each epoch, a resumed run repeats the unbroken one.
        with torch.random.fork_rng(enabled=True):
            torch.manual_seed((recipe.seed * 1009 + number) * 64 + accelerator.process_index)
            row = train_epoch(
                wrapped,
                batches.epoch(number),
                optimizer,
                loss_of,
                schedule,
                accelerator,
                len(batches),
                title,
                progress,
            )
        logits = predict(model, validation, recipe.image_size)
        result = evaluate(logits, validation.labels)
        val_loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(validation.labels)).item()
        row = {"epoch": number + 1, "stage": stage, "learning_rate": schedule(0)} | row
        row |= {
            "val_loss": val_loss,
            "val_accuracy": result.accuracy,
            "val_macro_recall": result.macro_recall,
        }
        if progress and accelerator.is_local_main_process:
            print(f"    validation: accuracy {result.accuracy:.1%}, macro recall {result.macro_recall:.1%}")
        checkpoint.save(row, model, optimizer)
    accelerator.unwrap_model(wrapped, keep_fp32_wrapper=False)
    accelerator.free_memory()


def train_epoch(
    model, batches, optimizer, loss_of, schedule, accelerator, steps, title="", progress=False
) -> dict:
    """Show every batch of an epoch to the model once, and let it learn.

    Parameters
    ----------
    model : nn.Module
        As prepared by accelerate: its forward pass runs in mixed precision.
    batches : iterable of (inputs, labels)
    optimizer : Optimizer
    loss_of : callable (logits, labels) to loss
    schedule : callable (step) to learning rate
    accelerator : Accelerator
    steps : int
        Number of batches.

    Returns
    -------
    dict
        train_loss, train_accuracy, images_per_second, seconds.
    """
    training_mode(model)
    totals = torch.zeros(3, device=accelerator.device)  # loss, right, images; read only where it is shown
    began = time.perf_counter()
    shown = progress and accelerator.is_local_main_process
    bar = tqdm(
        total=steps, desc=title, unit="batch", file=sys.stdout, mininterval=2, disable=not shown, ncols=120
    )
    for step, (inputs, labels) in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = schedule(step)
        logits = model(inputs)
        loss = loss_of(logits, labels)
        accelerator.backward(loss)
        optimizer.step()
        optimizer.zero_grad()
        with torch.no_grad():
            right = (logits.argmax(1) == labels).sum()
            totals += torch.stack([loss.detach() * len(labels), right, right.new_tensor(len(labels))])
        if bar.update():
            bar.set_postfix_str(_postfix(totals, time.perf_counter() - began, accelerator), refresh=False)
    loss, right, images = accelerator.reduce(totals, "sum").tolist()
    seconds = time.perf_counter() - began
    bar.set_postfix_str(_postfix(totals, seconds, accelerator))
    bar.close()
    return {
        "train_loss": loss / images,
        "train_accuracy": right / images,
        "images_per_second": images / seconds,
        "seconds": seconds,
    }


def _postfix(totals, seconds, accelerator) -> str:
    loss, right, images = totals.tolist()
    rate = images * accelerator.num_processes / seconds
    return f"loss {loss / images:.3f}, accuracy {right / images:.1%}, {rate:,.0f} images/s"


def _schedule(kind: str, rate: float, done: int, total: int):
    """Learning rate as a function of the step within this epoch."""
    if kind == "constant":
        return lambda step: rate
    return lambda step: rate * 0.5 * (1 + math.cos(math.pi * (done + step) / total))


def _loss(recipe: Recipe, train: Faces, device):
    weights = None
    if recipe.weight_cap is not None:
        weights = torch.from_numpy(class_weights(train.counts(), recipe.weight_cap)).to(device)
    return lambda logits, labels: F.cross_entropy(
        logits, labels, weight=weights, label_smoothing=recipe.label_smoothing
    )


def _accelerator(recipe: Recipe, device: str | None) -> Accelerator:
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
