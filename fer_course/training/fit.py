"""Two-stage training: first the head on a frozen backbone, then everything but the batch norms."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from torch import nn

from fer_course.data.splits import stratified_split
from fer_course.faces import Faces, check_faces
from fer_course.model.network import build_model
from fer_course.training.checkpoints import Checkpoint, fingerprint
from fer_course.training.loop import STAGES, Trainer, accelerator_for
from fer_course.training.progress import epoch_bar
from fer_course.training.recipe import Recipe
from fer_course.training.soft_labels import soft_labels


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
        In mixed precision without an EMA, validation is in mixed precision too, so its figures may differ from the
        model's own, in float32, in the last digits.
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
    """Train a network by a recipe, or resume an interrupted run.

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
        A CUDA GPU if there is one, if not given.
    progress : bool
        Show a bar for every epoch.
    stages : tuple of str
        ``("head",)`` stops after stage 1; a later call with both resumes from there.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If the folder holds a run with another recipe or other images, or an incomplete run that cannot be resumed; if
        the device or the stages are not among those above, or a GPU is asked for and there is none.
    """
    if tuple(stages) not in (STAGES[:1], STAGES):
        raise ValueError(f'Expected stages ("head",) or ("head", "tune"), found {stages}.')
    if not isinstance(recipe, Recipe):
        raise ValueError(f"Expected a Recipe, such as course.recipe, found {recipe!r}.")
    check_faces(train, "training faces")
    check_faces(validation, "validation faces")
    accelerator = accelerator_for(recipe, device)
    progress = progress and accelerator.is_local_main_process
    if recipe.limit and recipe.limit < len(train):
        train = _limited(train, recipe)
    checkpoint = Checkpoint(folder, recipe, fingerprint(train, validation), accelerator)

    # A resumed run has its own weights: the file that it started from may be gone.
    resumed = any(row["stage"] in stages for row in checkpoint.rows)
    model = build_model(
        None if resumed else recipe.weights,
        head=not recipe.new_head,
        backbone=recipe.backbone,
        dropout=recipe.dropout,
        drop_path=recipe.drop_path,
        seed=recipe.seed,
    )
    missing = sum(_epochs(recipe, stage) for stage in stages) - len(checkpoint.rows)
    if missing > 0:
        checkpoint.check_writable()
        if checkpoint.rows:
            model.load_state_dict(checkpoint.tensors("model."))
        if recipe.distillation and checkpoint.soft_labels is None:
            if progress:
                print(f"The model that training starts from looks at {len(train):,} images, to teach.")
            checkpoint.soft_labels = soft_labels(recipe, train, accelerator.device)
        trainer = Trainer(model, recipe, train, accelerator, checkpoint.soft_labels)
        try:
            for stage in stages:
                _train_stage(trainer, stage, validation, checkpoint, progress)
        except KeyboardInterrupt:
            kept = f"{len(checkpoint.rows)} finished epochs are kept: run the same call again to resume."
            print(f"\nStopped. {kept if checkpoint.folder else 'Without a folder nothing was kept.'}")
            raise
    model.trained_size = recipe.image_size
    best = checkpoint.best_state(stages)
    model.load_state_dict(best or model.state_dict())
    model.requires_grad_(True).to(accelerator.device).eval()
    return Run(model, checkpoint.history(stages), recipe, checkpoint.folder, loaded=missing <= 0)


def _epochs(recipe: Recipe, stage: str) -> int:
    return recipe.head_epochs if stage == "head" else recipe.tune_epochs


def _train_stage(trainer: Trainer, stage: str, validation: Faces, checkpoint: Checkpoint, progress: bool):
    """Train the missing epochs of one stage, each kept as soon as it is done."""
    recipe, steps, epochs = trainer.recipe, len(trainer.batches), _epochs(trainer.recipe, stage)
    done = sum(row["stage"] == stage for row in checkpoint.rows)
    if done >= epochs:
        checkpoint.hand_over(trainer.model, stage)
        return
    trainer.start(stage)
    checkpoint.restore(trainer)
    name = "Stage 1, head" if stage == "head" else "Stage 2, fine-tuning"
    for epoch in range(done, epochs):

        def rate_of(step, epoch=epoch):
            return trainer.rate((epoch + step / steps) / epochs)

        # Numbered over both stages, and on from the parent run, so that no two epochs see the same draws.
        number = recipe.first_epoch + len(checkpoint.rows)
        bar = epoch_bar(f"{name}, epoch {epoch + 1} of {epochs}", steps, progress)
        row = {"epoch": len(checkpoint.rows) + 1, "stage": stage, "learning_rate": rate_of(0)}
        row |= trainer.epoch(number, rate_of, bar) | trainer.validate(validation)
        row |= {"compile_seconds": trainer.compile_seconds if epoch == done else 0.0}
        if progress:
            accuracy, recall = row["val_accuracy"], row["val_macro_recall"]
            print(f"    validation: accuracy {accuracy:.1%}, macro recall {recall:.1%}")
        checkpoint.save(row, trainer)
    trainer.finish()


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
