"""Every number of a training run, in one place."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field, fields, replace

from fer_course.model.inputs import LARGEST
from fer_course.training.augmentation import Augmentation
from fer_course.training.options import check_kinds
from fer_course.training.schedules import SCHEDULES

PRECISIONS = ("auto", "bf16", "fp16", "no")

RANGES = {
    "image_size": (lambda n: 32 <= n <= LARGEST, f"from 32 pixels (the backbone's stride) to {LARGEST:,}"),
    "batch_size": (lambda n: n >= 1, "of 1 or more"),
    "dropout": (lambda x: 0 <= x < 1, "from 0 up to, but not including, 1"),
    "drop_path": (lambda x: 0 <= x < 1, "from 0 up to, but not including, 1"),
    "head_epochs": (lambda n: n >= 0, "of 0 or more"),
    "head_lr": (lambda x: 0 < x < math.inf, "above 0"),
    "tune_epochs": (lambda n: n >= 0, "of 0 or more"),
    "tune_lr": (lambda x: 0 < x < math.inf, "above 0"),
    "weight_decay": (lambda x: 0 <= x < math.inf, "of 0 or more"),
    "schedule": (lambda name: name in SCHEDULES, f"as one of {', '.join(SCHEDULES)}"),
    "ema_decay": (lambda x: x is None or 0 < x < 1, "between 0 and 1, or None"),
    "label_smoothing": (lambda x: 0 <= x < 1, "from 0 up to, but not including, 1"),
    "weight_cap": (lambda x: x is None or x > 0, "above 0, or None"),
    "distillation": (lambda x: 0 <= x <= 1, "from 0 to 1"),
    "mixed_precision": (lambda name: name in PRECISIONS, f"as one of {', '.join(PRECISIONS)}"),
    "limit": (lambda n: n is None or n >= 1, "of 1 or more, or None"),
    "first_epoch": (lambda n: n >= 0, "of 0 or more"),
    "seed": (lambda n: n >= 0, "of 0 or more"),
}
"""Which values each number may have, and how to say so. Types are those of the annotations in ``Recipe``."""

PROVENANCE = {
    "backbone": "stated",
    "weights": "second hand",
    "new_head": "ours; ImageNet's head has other outputs anyway",
    "image_size": "ours: B2's own size",
    "batch_size": "ours",
    "dropout": "second hand",
    "drop_path": "ours: none",
    "head_epochs": "second hand",
    "head_lr": "second hand",
    "tune_epochs": "second hand",
    "tune_lr": "second hand",
    "weight_decay": "second hand",
    "tune_batch_norms": "second hand",
    "schedule": "ours: constant",
    "ema_decay": "ours: none",
    "label_smoothing": "stated",
    "weight_cap": "stated that there is one; its value is ours",
    "distillation": "ours: none",
    "augmentation": "stated that there is some; its ranges are ours",
    "mixed_precision": "stated",
    "compile": "ours: no; it changes the speed alone",
    "limit": "ours: all images",
    "first_epoch": "ours: 0",
    "seed": "ours",
}
"""Where each number of the paper's recipe, ``Recipe()``, comes from; see the docstring of ``Recipe``."""

FORMER_NAMES = {"teaching": "distillation", "epochs_before": "first_epoch"}
"""What options were called in recipes that are stored in weights and in runs, and what they are called now."""

RETIRED = {"tune_optimizer": "adamw"}
RETIRED_AUGMENTATION = {"contrast": 0.0, "cutmix": 0.0}
"""Options that the course no longer has, and the one value with which a stored recipe still says what it said."""


@dataclass(frozen=True)
class Recipe:
    """What a training run is made of. The defaults are the paper's recipe.

    Where each number comes from (arXiv 2601.18228):

    * *Stated in the paper*: EfficientNet-B2, two stages, AdamW, label smoothing 0.06, class weights that are
      capped, mixed precision, augmentation on the fly, a stratified 87.5 % / 12.5 % split.
    * *Second hand, not checked against the authors' code*: epochs, learning rates, weight decay, dropout.
    * *Ours, because the abstract does not say*: the cap, the ranges of the augmentation, the batch size,
      260 px (B2's own size), a constant learning rate, the choice of the best epoch by validation accuracy.

    The course's other recipes are in ``recipes.py``.

    Attributes
    ----------
    backbone : str
        A model name of timm.
    weights : str or None
        Where training starts: see ``build_model``.
    new_head : bool
        Start with a head of zeros, even if the weights bring a head of seven outputs.
    image_size : int
        Height and width of a training image, in pixels.
    batch_size : int
    dropout : float
        Before the last layer.
    drop_path : float
        Probability of skipping the last residual block in training (stochastic depth); it falls linearly to 0 at the
        first block. Huang et al., *Deep Networks with Stochastic Depth*, 2016.
    head_epochs, head_lr
        Stage 1, the head on a frozen backbone, with Adam.
    tune_epochs, tune_lr, weight_decay
        Stage 2, everything but the batch norms, with AdamW.
    tune_batch_norms : bool
        Let stage 2 train the batch norms too: for a start that saw another kind of image, or random weights.
    schedule : {"constant", "cosine", "warm-up cosine"}
        Learning rate within a stage: see ``learning_rate``.
    ema_decay : float or None
        Decay of the EMA of the weights, which is then validated and kept instead of the weights: after each step the
        EMA is this share of itself and for the rest the new weights. ``None``: no EMA.
    label_smoothing : float
        Szegedy et al. 2016, section 7.
    weight_cap : float or None
        Cap of the class weights; ``None`` for no class weights.
    distillation : float
        Share of each label that is replaced by the start model's own probabilities; 0 for none. See ``soft_labels``.
    augmentation : Augmentation
    mixed_precision : {"auto", "bf16", "fp16", "no"}
        ``auto`` is bf16 where the GPU computes in it, fp16 on older GPUs, float32 on a CPU.
    compile : bool
        Let ``torch.compile`` fuse the network's operations: a minute or two at first, faster steps after.
    limit : int or None
        At most so many training images, drawn with every label's share; for short runs.
    first_epoch : int
        Number of the first epoch's random draws, so that a continued run does not repeat those of its parent run.
    seed : int

    Raises
    ------
    ValueError
        If a value is of another type, or not in ``RANGES``.
    """

    backbone: str = "tf_efficientnet_b2"
    weights: str | None = "imagenet"
    new_head: bool = False
    image_size: int = 260
    batch_size: int = 32
    dropout: float = 0.5
    drop_path: float = 0.0
    head_epochs: int = 3
    head_lr: float = 1e-3
    tune_epochs: int = 7
    tune_lr: float = 3e-5
    weight_decay: float = 1e-4
    tune_batch_norms: bool = False
    schedule: str = "constant"
    ema_decay: float | None = None
    label_smoothing: float = 0.06
    weight_cap: float | None = 3.0
    distillation: float = 0.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    mixed_precision: str = "auto"
    compile: bool = False
    limit: int | None = None
    first_epoch: int = 0
    seed: int = 0

    def __post_init__(self):
        check_kinds(self)
        for name, (fits, wanted) in RANGES.items():
            if not fits(getattr(self, name)):
                raise ValueError(f"Expected {name} {wanted}, found {getattr(self, name)!r}.")

    def but(self, **changes) -> "Recipe":
        """Return a copy with some numbers changed: ``course.recipe.but(image_size=96)``.

        Raises
        ------
        ValueError
            If a name is not one of the recipe's, or a number is out of range.
        """
        known = [f.name for f in fields(self)]
        unknown = [name for name in changes if name not in known]
        if unknown:
            raise ValueError(f"Expected names from {', '.join(known)}, found {', '.join(unknown)}.")
        return replace(self, **changes)

    def to_json(self) -> str:
        """Return the recipe as JSON text."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Recipe":
        """Return the recipe that ``to_json`` wrote, today or in an earlier version of the course.

        Raises
        ------
        ValueError
            If the text is not a recipe, or uses an option that the course no longer has.
        """
        try:
            values = json.loads(text)
            augmentation = _without(values["augmentation"], RETIRED_AUGMENTATION)
            values = {
                FORMER_NAMES.get(name, name): value for name, value in _without(values, RETIRED).items()
            }
            return cls(**values | {"augmentation": Augmentation(**augmentation)})
        except (TypeError, KeyError, AttributeError, RecursionError, json.JSONDecodeError) as error:
            raise ValueError(f"Expected a recipe as JSON, found something else ({error}).") from None

    def key(self) -> str:
        """Return eight letters and digits that change with any number of the recipe."""
        return hashlib.sha256(json.dumps(_as_before(asdict(self)), indent=1).encode()).hexdigest()[:8]


def _without(values: dict, retired: dict) -> dict:
    """Leave out options that the course no longer has."""
    for name, value in retired.items():
        if values.get(name, value) != value:
            raise ValueError(
                f"Expected a recipe of this version of the course, found {name}={values[name]!r}, which it no longer "
                "knows; use the version that trained it."
            )
    return {name: value for name, value in values.items() if name not in retired}


def _as_before(values: dict) -> dict:
    """Return a recipe's values under their former names, with the retired options at the places that they had.

    Keys name the folders of runs: they are made of this text, so that learners find the runs that they have.
    """
    former = {new: old for old, new in FORMER_NAMES.items()}
    before = {}
    for name, value in values.items():
        if name == "tune_batch_norms":
            before |= RETIRED
        before[former.get(name, name)] = value
    augmentation = {}
    for name, value in values["augmentation"].items():
        if name == "erasing":
            augmentation["contrast"] = RETIRED_AUGMENTATION["contrast"]
        augmentation[name] = value
    return before | {"augmentation": augmentation | {"cutmix": RETIRED_AUGMENTATION["cutmix"]}}
