"""Every number of a training run, in one place."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, replace

from fer_course.training.augmentation import Augmentation
from fer_course.training.schedules import SCHEDULES

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
    "tune_optimizer": "stated",
    "tune_batch_norms": "second hand",
    "schedule": "ours: constant",
    "ema_decay": "ours: none",
    "label_smoothing": "stated",
    "weight_cap": "stated that there is one; its value is ours",
    "teaching": "ours: none",
    "augmentation": "stated that there is some; its ranges are ours",
    "mixed_precision": "stated",
    "compile": "ours: no; it changes the speed alone",
    "limit": "ours: all images",
    "epochs_before": "ours: none",
    "seed": "ours",
}
"""Where each number of ``Recipe.paper()`` comes from; see the docstring of ``Recipe``."""

REFERENCE_WEIGHTS = {size: f"runs/reference-{size}/best.safetensors" for size in (64, 80, 96, 112, 128)}
"""The best epochs of the runs that led to the reference model, by image size: each run goes on from the one before."""


@dataclass(frozen=True)
class Recipe:
    """What a training run is made of. The defaults are the paper's recipe.

    Where each number comes from (arXiv 2601.18228):

    * *Stated in the paper*: EfficientNet-B2, two stages, AdamW, label smoothing 0.06, class weights that are
      capped, mixed precision, augmentation on the fly, a stratified 87.5 % / 12.5 % split.
    * *Second hand, not checked against the authors' code*: epochs, learning rates, weight decay, dropout.
    * *Ours, because the abstract does not say*: the cap, the ranges of the augmentation, the batch size,
      260 px (B2's own size), a constant learning rate, the choice of the best epoch by validation accuracy.

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
        Of the last residual block, and less and less towards the first: how often a training image passes the block by.
        Huang et al., *Deep Networks with Stochastic Depth*, 2016.
    head_epochs, head_lr
        Stage 1, the head on a frozen backbone, with Adam.
    tune_epochs, tune_lr, weight_decay
        Stage 2, everything but the batch norms, with AdamW.
    tune_optimizer : {"adamw", "sgd"}
        Of stage 2; ``sgd`` has Nesterov momentum 0.9.
    tune_batch_norms : bool
        Let stage 2 train the batch norms too: for a start that saw another kind of image, or random weights.
    schedule : {"constant", "cosine", "warm-up cosine", "plateau"}
        Learning rate within a stage: see ``learning_rate``.
    ema_decay : float or None
        Judge and keep, instead of the weights themselves, their running mean: after each step it is this share of
        itself and for the rest the new weights. ``None`` for no mean.
    label_smoothing : float
        Szegedy et al. 2016, section 7.
    weight_cap : float or None
        Cap of the class weights; ``None`` for no class weights.
    teaching : float
        The part of each label that the predictions of the start's own model replace; 0 for none. See
        ``taught_labels``.
    augmentation : Augmentation
    mixed_precision : {"auto", "bf16", "fp16", "no"}
        ``auto`` is bf16 where the GPU computes in it, fp16 on older GPUs, float32 on a CPU.
    compile : bool
        Let ``torch.compile`` fuse the network's operations: a minute or two at first, faster steps after.
    limit : int or None
        At most so many training images, drawn with every label's share; for short runs.
    epochs_before : int
        How many epochs of random changes are passed over: a run that goes on from another one does not show images
        changed and ordered in the ways that the other one has shown.
    seed : int
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
    tune_optimizer: str = "adamw"
    tune_batch_norms: bool = False
    schedule: str = "constant"
    ema_decay: float | None = None
    label_smoothing: float = 0.06
    weight_cap: float | None = 3.0
    teaching: float = 0.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    mixed_precision: str = "auto"
    compile: bool = False
    limit: int | None = None
    epochs_before: int = 0
    seed: int = 0

    def __post_init__(self):
        for name, value in asdict(self).items():
            try:
                json.dumps(value)
            except TypeError:  # now, and not when the first epoch is to be saved
                raise ValueError(
                    f"Expected {name} as a plain number, text or None, found {value!r}; make it one with "
                    "int(), float() or str()."
                ) from None

        for f in fields(self):
            value, kind = getattr(self, f.name), f.type
            wanted = kind | int if isinstance(0.0, kind) else kind  # a whole number is a number too
            if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
                name = getattr(kind, "__name__", str(kind))
                raise ValueError(f"Expected {f.name} as {name}, found {value!r}.")

        def expect(fine, name, wanted):
            if not fine:
                raise ValueError(f"Expected {name} {wanted}, found {getattr(self, name)!r}.")

        expect(self.image_size >= 32, "image_size", "of 32 pixels or more (the backbone strides by 32)")
        expect(self.batch_size >= 1, "batch_size", "of 1 or more")
        expect(0 <= self.dropout < 1, "dropout", "from 0 up to, but not including, 1")
        expect(0 <= self.drop_path < 1, "drop_path", "from 0 up to, but not including, 1")
        expect(self.head_epochs >= 0, "head_epochs", "of 0 or more")
        expect(self.tune_epochs >= 0, "tune_epochs", "of 0 or more")
        expect(self.head_lr > 0, "head_lr", "above 0")
        expect(self.tune_lr > 0, "tune_lr", "above 0")
        expect(self.weight_decay >= 0, "weight_decay", "of 0 or more")
        expect(self.seed >= 0, "seed", "of 0 or more")
        expect(self.tune_optimizer in ("adamw", "sgd"), "tune_optimizer", "as one of adamw, sgd")
        expect(self.schedule in SCHEDULES, "schedule", f"as one of {', '.join(SCHEDULES)}")
        expect(self.ema_decay is None or 0 < self.ema_decay < 1, "ema_decay", "between 0 and 1, or None")
        expect(0 <= self.label_smoothing < 1, "label_smoothing", "from 0 up to, but not including, 1")
        expect(self.weight_cap is None or self.weight_cap > 0, "weight_cap", "above 0, or None")
        expect(0 <= self.teaching <= 1, "teaching", "from 0 to 1")
        expect(self.epochs_before >= 0, "epochs_before", "of 0 or more")
        expect(self.limit is None or self.limit >= 1, "limit", "of 1 or more, or None")
        precisions = ("auto", "bf16", "fp16", "no")
        expect(self.mixed_precision in precisions, "mixed_precision", f"as one of {', '.join(precisions)}")

    @classmethod
    def paper(cls) -> "Recipe":
        """Return the paper's recipe; it starts from ImageNet weights, which timm downloads."""
        return cls()

    @classmethod
    def quick(cls, puppets: bool = True) -> "Recipe":
        """Return the paper's two stages made small enough for two CPU cores: minutes instead of hours.

        The network starts from the *other* kind of face, so that it has something left to learn: on puppets from the
        reference model, whose last 127 epochs were photographs, on photographs from a network that has seen puppets
        only. (The reference model itself began with puppets and had forgotten most of them: part of what it gains
        here is remembering; see its model card.) There are fewer faces and epochs than in the paper's recipe, smaller
        images and higher rates, and the rate falls to zero because a short run has no time to settle by itself.

        Parameters
        ----------
        puppets : bool
            Whether the faces to learn are puppets.
        """
        small = cls(
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
        if puppets:
            return small
        # Batch norms learn too: the start's statistics are those of drawings.
        return small.but(
            weights="puppets",
            image_size=64,
            head_epochs=1,
            tune_lr=1e-3,
            tune_batch_norms=True,
            limit=15_000,
        )

    @classmethod
    def reference_64(cls) -> "Recipe":
        """Return the recipe of the reference model's first 50 epochs, at 64 px: all layers from the first.

        Against the paper's: 64 px, because it was trained on two CPU cores; the shipped start, because nothing from
        outside was to go in; batch norms that learn, because they have seen nothing but puppets; one stage, no class
        weights; far more augmentation, and a running mean of the weights, because a long run may learn faces by heart.
        """
        return cls(
            weights="puppets",
            image_size=64,
            batch_size=64,
            dropout=0.3,
            head_epochs=0,
            tune_epochs=50,
            tune_lr=1e-3,
            weight_decay=0.05,
            tune_batch_norms=True,
            schedule="warm-up cosine",
            ema_decay=0.999,
            weight_cap=None,
            augmentation=Augmentation(rotation=15.0, shift=0.1, erasing=0.25, mixup=0.2),
            compile=True,
        )

    @classmethod
    def reference_80(cls) -> "Recipe":
        """Return the recipe of the reference model's next 20 epochs, at 80 px.

        At 64 px the backbone, which strides by 32, ends in a map of 2x2; at 80 px in one of 3x3. The first epochs
        need not see that much (progressive resizing; Tan and Le, *EfficientNetV2*, 2021, section 4.2), so they are
        cheaper: ``reference_64``, whose best epoch this run goes on from, with the learning rate raised again.
        """
        return cls.reference_64().but(weights=REFERENCE_WEIGHTS[64], image_size=80, tune_epochs=20)

    @classmethod
    def reference_96(cls) -> "Recipe":
        """Return the recipe of the reference model's next 17 epochs, at 96 px.

        It goes on from the best epoch of ``reference_80``, and that model teaches as well: where it doubts a label,
        so does half of what is to be learned. This is meant to hold back a network that begins to learn FER-2013's many
        odd labels by heart, as mixing was until then; so images are no longer mixed, which no test image is.
        """
        before = cls.reference_80()
        return before.but(
            weights=REFERENCE_WEIGHTS[80],
            image_size=96,
            tune_epochs=17,
            teaching=0.5,
            augmentation=before.augmentation.but(mixup=0.0),
        )

    @classmethod
    def reference_112(cls) -> "Recipe":
        """Return the recipe of the reference model's next 16 epochs, at 112 px.

        It goes on from the best epoch of ``reference_96``, which teaches it in its turn. The backbone's last map is
        one of 4x4 now.
        """
        return cls.reference_96().but(weights=REFERENCE_WEIGHTS[96], image_size=112, tune_epochs=16)

    @classmethod
    def reference_128(cls) -> "Recipe":
        """Return the recipe of the reference model's next 15 epochs, at 128 px.

        It goes on from the best epoch of ``reference_112``, its teacher. Validation accuracy had not risen after
        that epoch, the tenth of 16; so images are changed further, and in ways that they have not been changed in yet.
        Neither was tried alone. In bfloat16, for a processor with AMX; one without it, or a GPU of before 2020 such as
        a T4, may be faster with ``--set mixed_precision=auto``.
        """
        before = cls.reference_112()
        return before.but(
            weights=REFERENCE_WEIGHTS[112],
            image_size=128,
            tune_epochs=15,
            augmentation=before.augmentation.but(zoom=0.15, erasing=0.4),
            mixed_precision="bf16",
            epochs_before=103,
        )

    @classmethod
    def reference(cls) -> "Recipe":
        """Return the recipe that made the reference model, ``weights="fer2013"``: its last 9 epochs, again at 128 px.

        It goes on from the best epoch of ``reference_128``, its teacher, with stochastic depth: a network that knows
        its training faces too well learns them again with blocks missing. The rate 0.2 is that of EfficientNet (Tan
        and Le 2019, section 5.2). In float32, for a processor without AMX.
        """
        return cls.reference_128().but(
            weights=REFERENCE_WEIGHTS[128],
            tune_epochs=9,
            drop_path=0.2,
            mixed_precision="auto",
            epochs_before=118,
        )

    def but(self, **changes) -> "Recipe":
        """Return a copy with some numbers changed: ``Recipe.quick().but(image_size=96)``.

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
        """Return the recipe that ``to_json`` wrote.

        Raises
        ------
        ValueError
            If the text is not a recipe of this version of the course.
        """
        try:
            values = json.loads(text)
            return cls(**values | {"augmentation": Augmentation(**values["augmentation"])})
        except (TypeError, KeyError, json.JSONDecodeError) as error:
            raise ValueError(f"Expected a recipe as JSON, found something else ({error}).") from None

    def key(self) -> str:
        """Return eight letters and digits that change with any number of the recipe."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:8]
