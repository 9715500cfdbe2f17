"""All recipes of the course, in one table."""

from fer_course.training.augmentation import Augmentation
from fer_course.training.recipe import Recipe

PAPER = Recipe()

# Two CPU cores, minutes instead of hours: fewer faces and epochs, smaller images, higher rates, and a rate that falls
# to zero because a short run has no time to settle by itself. The network starts from the *other* kind of face, so
# that it has something left to learn: on puppets from the reference model, whose last 127 epochs were photographs; on
# photographs from a network that has seen puppets only. (The reference model itself began with puppets and had
# forgotten most of them: part of what it gains here is remembering; see its model card.)
QUICK = PAPER.but(
    weights="fer2013",
    new_head=True,
    image_size=96,
    dropout=0.2,
    head_epochs=2,
    head_lr=2e-3,
    tune_epochs=2,
    tune_lr=4e-4,
    schedule="cosine",
    limit=4000,
)
QUICK_PHOTOGRAPHS = QUICK.but(
    weights="puppets",
    image_size=64,
    head_epochs=1,
    tune_lr=1e-3,
    # The start's statistics are those of drawings.
    tune_batch_norms=True,
    limit=15_000,
)

# The six runs that made the reference model, each from the best epoch of the one before: its name, its phase in
# weights/fer2013.csv, and what it changes against the run before (the first: against the paper's recipe).
CHAIN = (
    (
        "reference-64",
        "64 px",
        {
            # Nothing from outside was to go in, so it starts from drawings, and the batch norms learn.
            "weights": "puppets",
            "tune_batch_norms": True,
            "image_size": 64,
            "batch_size": 64,
            "dropout": 0.3,
            "head_epochs": 0,
            "tune_epochs": 50,
            "tune_lr": 1e-3,
            "weight_decay": 0.05,
            "schedule": "warm-up cosine",
            "weight_cap": None,
            # A long run may learn faces by heart.
            "ema_decay": 0.999,
            "augmentation": Augmentation(rotation=15.0, shift=0.1, erasing=0.25, mixup=0.2),
            "compile": True,
        },
    ),
    # Progressive resizing (Tan and Le, *EfficientNetV2*, 2021, section 4.2): first epochs need not see much and are
    # cheaper small. The last map is one of 2 × 2 at 64 px, of 3 × 3 at 80 and 96 px, of 4 × 4 at 112 px.
    ("reference-80", "80 px", {"image_size": 80, "tune_epochs": 20}),
    # The parent run's model is the teacher from here on: where it doubts a label, so does half of what is to be
    # learned. Images are no longer mixed, which no test image is.
    (
        "reference-96",
        "96 px",
        {
            "image_size": 96,
            "tune_epochs": 17,
            "distillation": 0.5,
            "augmentation": Augmentation(rotation=15.0, shift=0.1, erasing=0.25),
        },
    ),
    ("reference-112", "112 px", {"image_size": 112, "tune_epochs": 16}),
    # Validation accuracy had not risen since the tenth epoch: changes that were not shown yet, and wider ones. In
    # bfloat16, as the run was; ``--set mixed_precision=auto`` is faster on every CPU (docs/benchmarks.md, precision).
    (
        "reference-128",
        "128 px",
        {
            "image_size": 128,
            "tune_epochs": 15,
            "augmentation": Augmentation(rotation=15.0, shift=0.1, zoom=0.15, erasing=0.4),
            "mixed_precision": "bf16",
            "first_epoch": 103,
        },
    ),
    # A network that knows its training faces too well learns them again with blocks missing; 0.2 is EfficientNet's
    # own rate (Tan and Le 2019, section 5.2).
    (
        "reference",
        "drop path",
        {"tune_epochs": 9, "drop_path": 0.2, "mixed_precision": "auto", "first_epoch": 118},
    ),
)


def best_of(name: str) -> str:
    """Return where the best epoch of a run in the chain is expected."""
    return f"runs/{name}/best.safetensors"


def _chain() -> dict[str, Recipe]:
    recipes, recipe = {}, PAPER
    for name, _, changes in CHAIN:
        start = {"weights": best_of(list(recipes)[-1])} if recipes else {}
        recipes[name] = recipe = recipe.but(**start | changes)
    return recipes


REFERENCE = _chain()
"""The recipes of the chain by name, in order; the last made the reference model, ``weights="fer2013"``."""

PHASES = {name: phase for name, phase, _ in CHAIN}
"""What the history of the reference model calls each of them."""

# Farabi et al., *InsideOut* (arXiv 2510.03066): a frozen EfficientNetV2-S with a class-weighted head. The released
# repository (commit 2c983fd) holds another network, so nothing could be taken from code.
INSIDEOUT = PAPER.but(
    backbone="tf_efficientnetv2_s",
    image_size=224,
    dropout=0.3,
    head_epochs=10,
    tune_epochs=0,
    label_smoothing=0.0,
    # Balanced weights as they come: disgust's is 9.4, so this caps none of them.
    weight_cap=100.0,
)
INSIDEOUT_PROVENANCE = {
    "backbone": "stated",
    "weights": "stated",
    "image_size": "ours",
    "batch_size": "ours",
    "dropout": "ours",
    "head_epochs": "second hand: accuracy is told after epoch 10",
    "head_lr": "ours",
    "tune_epochs": "second hand: most layers frozen; here all are",
    "label_smoothing": "ours: none",
    "weight_cap": "stated that there are class weights; ours: balanced, without a cap",
    "augmentation": "stated that it is strong; its ranges are ours",
    "schedule": "ours: constant",
    "mixed_precision": "ours",
    "seed": "ours",
}
"""Where each number of ``INSIDEOUT`` comes from; what is not named here is the course's own."""

RECIPES = {
    "paper": PAPER,
    "quick": QUICK,
    "quick-photographs": QUICK_PHOTOGRAPHS,
    "insideout": INSIDEOUT,
} | REFERENCE


def parent_of(recipe: Recipe) -> str | None:
    """Return the name of the run in the chain whose best epoch a recipe starts from, or None."""
    return next((name for name in REFERENCE if best_of(name) == recipe.weights), None)


def quick(puppets: bool) -> Recipe:
    """Return the quick recipe for the faces to learn: puppets, or photographs."""
    return QUICK if puppets else QUICK_PHOTOGRAPHS
