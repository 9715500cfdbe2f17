"""How much of a tuning gain is having looked twelve times? After Rakesh et al. (arXiv 2507.23315).

Twelve recipes are drawn at random, the best by validation faces is kept. The control: twelve runs of *one* recipe that
differ in nothing but the seed.
"""

from dataclasses import asdict, dataclass, replace

import numpy as np
import torch

from fer_course.evaluation.predict import predict
from fer_course.evaluation.verdict import Claim
from fer_course.faces import Faces
from fer_course.puppets.draw import draw_puppets
from fer_course.training.small import AUGMENTATION, new_small, train_small

LOOKS = 12
"""Recipes that are tried."""

TRAIN, VALIDATION, TEST = 1400, 700, 1400
"""Puppets; one label in ten of the training faces is wrong."""

EPOCHS, AGAIN = 4, 3
"""Of one run; and new seeds with which a recipe is judged in the end."""

DEFAULT, BEST, LUCK = "default recipe", "best of twelve recipes", "best of twelve equal runs"

SEVEN = {
    "ConvNeXt-T": "convnext_tiny",
    "EfficientNetV2-S": "tf_efficientnetv2_s",
    "MobileNetV3-L": "mobilenetv3_large_100",
    "MobileViT-S": "mobilevit_s",
    "MobileViT-XS": "mobilevit_xs",
    "RepVGG-A2": "repvgg_a2",
    "TinyViT-21M": "tiny_vit_21m_224",
}
"""The paper's networks by timm's names. It writes MobileViT v2; its released code builds v1 (commit a5381ab)."""

CLAIMS = (
    Claim("The best of twelve recipes beats the default on validation faces", BEST, DEFAULT, "validation"),
    Claim("… and on new faces with new seeds", BEST, DEFAULT, "test"),
    Claim("Twelve runs of one recipe show a gain on validation faces too", LUCK, DEFAULT, "validation"),
    Claim("… and on new faces", LUCK, DEFAULT, "test"),
)


@dataclass(frozen=True)
class Setting:
    """What a recipe of this lab is made of."""

    rate: float = 4e-3
    decay: float = 1e-2
    batch: int = 32
    flip: float = 0.5
    rotation: float = 8.0
    smoothing: float = 0.0


def drawn_settings(seed: int, n: int = LOOKS) -> list[Setting]:
    """Draw recipes around the default: rates and decays evenly in the logarithm."""
    rng = np.random.default_rng(seed)
    return [
        Setting(
            rate=float(4e-3 * 2 ** rng.uniform(-2, 2)),
            decay=float(1e-2 * 10 ** rng.uniform(-2, 1)),
            batch=int(rng.choice([16, 32, 64])),
            flip=float(rng.choice([0.0, 0.5])),
            rotation=float(rng.uniform(0, 16)),
            smoothing=float(rng.choice([0.0, 0.06, 0.1])),
        )
        for _ in range(n)
    ]


def train_with(setting: Setting, faces: Faces, seed: int, epochs: int = EPOCHS):
    """Train the small network from nothing with a setting; return it in evaluation mode."""
    model = new_small(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=setting.rate, weight_decay=setting.decay)
    return train_small(
        faces,
        seed,
        model=model,
        epochs=epochs,
        batch=setting.batch,
        smoothing=setting.smoothing,
        optimizer=optimizer,
        augmentation=replace(AUGMENTATION, flip=setting.flip, rotation=setting.rotation),
    )


def accuracy(model, faces: Faces) -> float:
    """Return the share of faces that are named right, in per cent; by their clean labels if these are known."""
    labels = faces.labels if faces.clean_labels is None else faces.clean_labels
    return 100 * float((predict(model, faces).argmax(1) == labels).mean())


def best_by_chance(
    n: int, looks: int = LOOKS, p: float = 0.6, draws: int = 10_000, seed: int = 0
) -> np.ndarray:
    """Draw by how many points the best of several equal networks exceeds their mean, by chance alone.

    Each names ``n`` faces and gets a share ``p`` right but for the chance of the examination.

    Returns
    -------
    ndarray of float, shape (draws,)
    """
    spread = 100 * (p * (1 - p) / n) ** 0.5
    return spread * np.random.default_rng(seed).normal(size=(draws, looks)).max(axis=1)


def faces_of(seed: int) -> tuple[Faces, Faces, Faces]:
    """Draw puppets for training, validation and test."""
    sizes = zip((TRAIN, VALIDATION, TEST), (17_000, 18_000, 19_000), strict=True)
    return tuple(draw_puppets(n, first + seed, shares=(1,) * 7) for n, first in sizes)


def faces_for(course, train: int = TRAIN // 2) -> tuple[Faces, Faces, Faces]:
    """Return faces for training, validation and test: puppets, or photographs if the course has them.

    The course's own test images are left alone: photographs for the test are others of its validation split.
    """
    if course.faces.is_puppets:
        learn, *others = faces_of(course.seed)
        return learn[:train], *others
    rng = np.random.default_rng(course.seed)
    learn = course.train[rng.permutation(len(course.train))[:train]]
    others = course.validation[rng.permutation(len(course.validation))[: VALIDATION + TEST]]
    # A small copy of FER-2013 has fewer; they are shared in the same way.
    cut = len(others) * VALIDATION // (VALIDATION + TEST)
    return learn, others[:cut], others[cut:]


def repeat(seed: int) -> dict[str, dict[str, float]]:
    """Try twelve recipes and twelve seeds; judge what was chosen on validation faces, and again on new ones."""
    train, validation, test = faces_of(seed)
    default = Setting()

    def judged(setting, numbers):
        return float(
            np.mean([accuracy(train_with(setting, train, 1000 + 10 * seed + k), test) for k in numbers])
        )

    first = train_with(default, train, seed)
    copies = [first, *(train_with(default, train, 100 * seed + 20 + k) for k in range(LOOKS - 1))]
    of_copies = [accuracy(model, validation) for model in copies]
    settings = drawn_settings(seed)
    of_settings = [accuracy(train_with(setting, train, seed), validation) for setting in settings]
    usual = judged(default, range(AGAIN))
    return {
        DEFAULT: {"validation": float(np.mean(of_copies)), "test": usual},
        BEST: {
            "validation": max(of_settings),
            "test": judged(settings[int(np.argmax(of_settings))], range(AGAIN)),
        },
        # The luckiest copy itself, on new faces.
        LUCK: {"validation": max(of_copies), "test": accuracy(copies[int(np.argmax(of_copies))], test)},
    }


def described(setting: Setting) -> dict[str, str]:
    """Return a setting's numbers as they are shown: rounded to two digits."""
    return {name: f"{value:.2g}" for name, value in asdict(setting).items()}
