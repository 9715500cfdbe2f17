"""Action units: what they are called, where they show, and which of them make an expression."""

import numpy as np

AU_NAMES = {
    1: "inner brow raiser",
    2: "outer brow raiser",
    4: "brow lowerer",
    5: "upper lid raiser",
    6: "cheek raiser",
    7: "lid tightener",
    9: "nose wrinkler",
    12: "lip corner puller",
    15: "lip corner depressor",
    20: "lip stretcher",
    23: "lip tightener",
    25: "lips part",
    26: "jaw drop",
}
"""The action units that puppets draw, and what FACS calls them."""


ACTION_UNITS = tuple(AU_NAMES)
"""FACS numbers in the order of the columns of ``Faces.action_units``."""


AU_PARTS = {
    1: ("brows",),
    2: ("brows",),
    4: ("brows",),
    5: ("eyes",),
    6: ("eyes",),
    7: ("eyes",),
    9: ("nose", "mouth"),
    12: ("mouth",),
    15: ("mouth",),
    20: ("mouth",),
    23: ("mouth",),
    25: ("mouth",),
    26: ("mouth",),
}
"""The parts of the face, of ``faces.PARTS``, in which an action unit shows most."""


PROTOTYPES = {
    "angry": (4, 5, 7, 23),
    "disgust": (9, 15),
    "fear": (1, 2, 4, 5, 20, 25),
    "happy": (6, 12),
    "sad": (1, 4, 15),
    "surprise": (1, 2, 5, 25, 26),
    "neutral": (),
}
"""The action units of each expression, after EMFACS."""


OPTIONAL_UNITS = {
    "angry": (9,),
    "disgust": (4, 7),
    "fear": (26,),
    "happy": (25, 26),
    "sad": (6, 7),
    "surprise": (),
    "neutral": (),
}
"""Action units that often come with an expression, but need not."""


def sample_units(expression: str, rng: np.random.Generator) -> tuple[dict, dict]:
    """Return the action units of one showing of an expression, for the left and right of the picture.

    The whole expression is strong or faint together; each unit then varies, and one may be missing or stray.
    """
    u = rng.random((4, len(ACTION_UNITS)))
    strength = 0.42 + 0.58 * rng.random() ** 0.8
    core, optional = PROTOTYPES[expression], OPTIONAL_UNITS[expression]
    left, right = {}, {}
    for k, unit in enumerate(ACTION_UNITS):
        intensity = 0.0
        if (unit in core and u[0, k] > 0.10) or (unit in optional and u[0, k] < 0.35):
            intensity = min(1.0, strength * (0.6 + 0.65 * u[1, k]))
        elif u[2, k] < 0.09:
            intensity = 0.3 * u[1, k]
        lean = 0.3 * (u[3, k] - 0.5)
        left[unit], right[unit] = min(1.0, intensity * (1 + lean)), min(1.0, intensity * (1 - lean))
    return left, right


def _unit(name) -> int:
    text = str(name).upper().removeprefix("AU").strip()
    if text.isdecimal() and int(text) in AU_NAMES:
        return int(text)
    drawn = ", ".join(str(unit) for unit in ACTION_UNITS)
    raise ValueError(f"Expected action units among {drawn}, which puppets draw; found {name!r}.")
