"""The training loop: a network, its optimizer and its loss, one epoch at a time."""

import time

import numpy as np
import torch
import torch.nn.functional as F
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import broadcast
from timm.utils import ModelEmaV3
from torch import nn

from fer_course.evaluation.metrics import evaluate
from fer_course.evaluation.predict import predict
from fer_course.faces import Faces
from fer_course.model.network import (
    evaluation_mode,
    freeze_backbone,
    training_mode,
    unfreeze_all_but_batch_norms,
)
from fer_course.training.balance import class_weights
from fer_course.training.batches import Batches
from fer_course.training.meter import Meter
from fer_course.training.progress import figures
from fer_course.training.recipe import Recipe
from fer_course.training.schedules import learning_rate

STAGES = ("head", "tune")


class Trainer:
    """Trains a model by a recipe. ``fit`` and the benchmark use it::

        trainer = Trainer(model, recipe, faces, accelerator_for(recipe))
        trainer.start("tune")
        for number in range(recipe.tune_epochs):
            figures = trainer.epoch(number, lambda step: recipe.tune_lr) | trainer.validate(validation)
        trainer.finish()

    Parameters
    ----------
    model : nn.Module
        Trained in place.
    recipe : Recipe
    faces : Faces
        The training images.
    accelerator : Accelerator
        From ``accelerator_for``.
    soft_labels : tensor of float32, shape (N, 7), optional
        To learn instead of the faces' own labels.

    Attributes
    ----------
    batches : Batches
    optimizer : Optimizer
        Of the stage that was started.
    average : ModelEmaV3 or None
        The EMA of the weights, if the recipe has one.
    compile_seconds : float
        How long ``start`` took to compile the model.
    """

    def __init__(self, model, recipe: Recipe, faces: Faces, accelerator: Accelerator, soft_labels=None):
        self.model, self.recipe, self.accelerator = model, recipe, accelerator
        # Whoever asks the model later, asks it at the size that it has learned.
        model.trained_size = recipe.image_size
        with accelerator.autocast():
            check_input(model, recipe)
        self.batches = Batches(
            faces,
            recipe.image_size,
            recipe.batch_size,
            recipe.augmentation,
            recipe.seed,
            accelerator.device,
            accelerator.process_index,
            accelerator.num_processes,
            soft_labels,
        )
        self.loss = weighted_loss(recipe, faces.counts(), accelerator.device)
        self.optimizer, self.average, self.compile_seconds = None, None, 0.0

    def start(self, stage: str, *, fused: bool = True):
        """Make ready for a stage: choose what trains, and give it a new optimizer and a new EMA.

        Parameters
        ----------
        stage : {"head", "tune"}
        fused : bool
            Let one kernel update all weights, instead of several kernels for each.
        """
        recipe, self.stage = self.recipe, stage
        if stage == "head":
            freeze_backbone(self.model)
        elif recipe.tune_batch_norms:
            self.model.requires_grad_(True)
        else:
            unfreeze_all_but_batch_norms(self.model)
        self.model.to(self.accelerator.device)
        weights = [p for p in self.model.parameters() if p.requires_grad]
        if stage == "head":
            optimizer = torch.optim.Adam(weights, lr=recipe.head_lr, fused=fused)
        else:
            # Biases decay too: the paper says AdamW and no more, and this is AdamW's own way.
            optimizer = torch.optim.AdamW(
                weights, lr=recipe.tune_lr, weight_decay=recipe.weight_decay, fused=fused
            )
        self.average = None if recipe.ema_decay is None else ModelEmaV3(self.model, decay=recipe.ema_decay)
        # Prepared, a model computes in mixed precision and shares its gradients with the other processes.
        self.prepared, self.optimizer = self.accelerator.prepare(self.model, optimizer)
        self.forward, self.compile_seconds = self.prepared, 0.0
        if recipe.compile:
            self._compile()

    @property
    def judged(self) -> nn.Module:
        """What is validated and kept: the EMA of the weights if there is one, otherwise the model."""
        return self.model if self.average is None else self.average.module

    def rate(self, progress: float) -> float:
        """Return the learning rate when a share of the stage's steps, 0 to 1, is done."""
        highest = self.recipe.head_lr if self.stage == "head" else self.recipe.tune_lr
        return learning_rate(self.recipe.schedule, highest, progress)

    def epoch(self, number: int, rate_of, bar=None) -> dict:
        """Train for one epoch.

        Parameters
        ----------
        number : int
            Of its random draws: order, augmentation and dropout.
        rate_of : callable (step) to learning rate
        bar : tqdm, optional
            To show progress on.

        Returns
        -------
        dict
            train_loss, train_accuracy, images_per_second, seconds.
        """
        # Dropout draws from the global generator: seeded for each epoch, a resumed run repeats the unbroken one.
        with torch.random.fork_rng(devices=self._gpus):
            torch.manual_seed((self.recipe.seed * 1009 + number) * 64 + self.accelerator.process_index)
            return self.train(self.batches.epoch(number), rate_of, bar)

    def train(self, batches, rate_of, bar=None) -> dict:
        """Train on some batches, each once.

        Parameters
        ----------
        batches : iterable of (inputs, labels)
        rate_of, bar
            As for ``epoch``.

        Returns
        -------
        dict
            As ``epoch``.
        """
        training_mode(self.forward)
        meter = Meter(self.accelerator.device)
        began = time.perf_counter()
        for step, (inputs, labels) in enumerate(batches):
            for group in self.optimizer.param_groups:
                group["lr"] = rate_of(step)
            # A notebook may have switched gradients off for good.
            with torch.enable_grad():
                logits = self.forward(inputs)
                loss = self.loss(logits, labels)
                self.accelerator.backward(loss)
            self.optimizer.step()
            self.optimizer.zero_grad()
            if self.average is not None:
                self.average.update(self.model)
            meter.add(loss, logits, labels)
            if bar is not None and bar.update():
                bar.set_postfix_str(figures(*meter.glance(), time.perf_counter() - began), refresh=False)
        # The first number that is read from the device: only now does the program wait for it.
        loss, right, images = self.accelerator.reduce(meter.totals(), "sum").tolist()
        seconds = time.perf_counter() - began
        if bar is not None:
            bar.set_postfix_str(figures(loss / images, right / images, images, seconds))
            bar.close()
        return {
            "train_loss": loss / images,
            "train_accuracy": right / images,
            "images_per_second": images / seconds,
            "seconds": seconds,
        }

    def validate(self, faces: Faces) -> dict:
        """Return val_loss (unweighted, unsmoothed), val_accuracy and val_macro_recall of ``judged``."""
        logits = torch.from_numpy(predict(self.judged, faces, self.recipe.image_size))
        # Processes differ in their batch norms' statistics; they must agree on which epoch is the best.
        logits = broadcast(logits.to(self.accelerator.device)).cpu()
        result = evaluate(logits.numpy(), faces.labels)
        return {
            "val_loss": F.cross_entropy(logits, torch.from_numpy(faces.labels)).item(),
            "val_accuracy": result.accuracy,
            "val_macro_recall": result.macro_recall,
        }

    def finish(self):
        """End a stage; the next one starts from what was judged."""
        self.accelerator.unwrap_model(self.prepared, keep_fp32_wrapper=False)
        # Unwrapping leaves this mark, and a model that bears it would run the next stage in float32.
        vars(self.model).pop("_is_accelerate_prepared", None)
        self.accelerator.free_memory()
        if self.average is not None:
            self.model.load_state_dict(self.average.module.state_dict())

    @property
    def _gpus(self) -> list:
        """The devices, beside the CPU, whose random generators are at work."""
        return [self.accelerator.device] if self.accelerator.device.type == "cuda" else []

    def _compile(self):
        """Compile, and take one step that changes nothing, so that no epoch's time holds the compiler's.

        Without a compiler on the machine, a message is printed and the network is trained as it is.
        """
        began = time.perf_counter()
        self.forward = torch.compile(self.prepared)
        training_mode(self.forward)
        # A batch norm in training takes every batch into its statistics: they are put back below.
        statistics = [buffer.clone() for buffer in self.prepared.buffers()]
        inputs, labels = next(iter(self.batches.epoch(0)))
        try:
            with torch.random.fork_rng(devices=self._gpus), torch.enable_grad():
                self.accelerator.backward(0 * self.loss(self.forward(inputs), labels))
        except torch.OutOfMemoryError:
            raise
        except Exception as error:
            # torch has no one kind of error for this: a missing C++ compiler, a missing Triton, an old GPU.
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
            print(f"torch.compile does not work here ({reason}): training without it, at a lower speed.")
            torch.compiler.reset()
            self.forward = self.prepared
        self.prepared.zero_grad()
        for buffer, kept in zip(self.prepared.buffers(), statistics, strict=True):
            buffer.copy_(kept)
        if self._gpus:
            torch.cuda.synchronize()
        self.compile_seconds = time.perf_counter() - began


def check_input(model: nn.Module, recipe: Recipe):
    """Raise ``ValueError`` unless a network takes images of the recipe's size; some take one size only."""
    where = next(model.parameters())
    size = recipe.image_size
    try:
        with evaluation_mode(model), torch.no_grad():
            model(torch.zeros(1, 1, size, size, device=where.device, dtype=where.dtype))
    except (AssertionError, RuntimeError) as error:
        raise ValueError(
            f"Expected a backbone that takes images of {size} px, found {recipe.backbone}, which does not ({error}); "
            "choose another image_size or backbone."
        ) from None


def weighted_loss(recipe: Recipe, counts: np.ndarray, device):
    """Return the loss of a recipe: the mean of weighted losses, over the images and not over their weights.

    ``F.cross_entropy`` divides by the weights that a batch happens to hold. Processes hold different ones, and the mean
    of their quotients would not be the quotient of the whole batch. So the weights are scaled to mean 1 over the
    training images, once, and each batch is divided by its number of images.

    Parameters
    ----------
    recipe : Recipe
    counts : ndarray of int, shape (7,)
        Training images per label.
    device : str or torch.device

    Returns
    -------
    callable (logits, labels) to loss
    """
    weights = None
    if recipe.weight_cap is not None:
        weights = class_weights(counts, recipe.weight_cap)
        weights = torch.from_numpy(weights * counts.sum() / (weights * counts).sum()).float().to(device)

    def loss_of(logits, labels):
        return F.cross_entropy(
            logits, labels, weight=weights, label_smoothing=recipe.label_smoothing, reduction="none"
        ).mean()

    return loss_of


def accelerator_for(recipe: Recipe, device: str | None = None) -> Accelerator:
    """Return what places the model and computes in the recipe's precision.

    Parameters
    ----------
    recipe : Recipe
    device : "cuda" or "cpu", optional
        A CUDA GPU if there is one, if not given.

    Raises
    ------
    ValueError
        If the device is another one, or a GPU is asked for and there is none.
    """
    if device not in (None, "cuda", "cpu"):
        raise ValueError(f'Expected device "cuda", "cpu" or None (a GPU if there is one), found {device!r}.')
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
