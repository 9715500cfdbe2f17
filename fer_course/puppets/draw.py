"""Puppets: faces drawn from facial action units, with the truth kept, for lessons without a photograph.

An action unit (AU) is what one facial muscle group does, numbered in the Facial Action Coding System (FACS; Ekman,
Friesen and Hager 2002). An expression is a set of them: EMFACS (Friesen and Ekman 1983) lists happy as 6 + 12. Real
faces rarely show a whole set, and neither do puppets: a unit may be missing, faint, one-sided, or stray.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from fer_course.faces import SIZE, Faces
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS, USAGES
from fer_course.puppets.canvas import CANVAS
from fer_course.puppets.features import draw
from fer_course.puppets.people import Identity, Scene, sample_scene

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

NOISE = np.array(
    [
        [0.00, 0.12, 0.61, 0.03, 0.17, 0.04, 0.03],
        [0.69, 0.00, 0.17, 0.00, 0.12, 0.02, 0.00],
        [0.24, 0.05, 0.00, 0.02, 0.14, 0.55, 0.00],
        [0.14, 0.01, 0.14, 0.00, 0.06, 0.26, 0.39],
        [0.19, 0.06, 0.58, 0.01, 0.00, 0.02, 0.14],
        [0.15, 0.01, 0.63, 0.14, 0.04, 0.00, 0.03],
        [0.22, 0.01, 0.24, 0.06, 0.43, 0.04, 0.00],
    ]
)
"""What a wrong label says: row, the clean label; column, the share of its wrong labels.

Measured on the 27,376 images of FER-2013's Training split on which FER+ (Barsoum et al. 2016) has one favourite among
the seven: given that favourite (row), the label that FER-2013 carries (column) where the two differ. Rounded.
"""


def draw_puppets(
    n: int,
    seed: int = 0,
    *,
    shares: Sequence[float] | None = None,
    label_noise: float = 0.10,
    low_light: float = 0.2,
    blur: float = 0.3,
    occlusion: float = 0.12,
    pose: float = 0.35,
    usage: str = "Training",
) -> Faces:
    """Draw a data set of puppets, with its truth.

    Puppet ``i`` depends on ``seed`` and ``i`` only, so ``draw_puppets(10, seed=3)`` are the first ten of
    ``draw_puppets(1000, seed=3)``. A dial changes what it is about and nothing else: the same puppets, in less light.

    Parameters
    ----------
    n : int
        How many.
    seed : int
        The same seed gives the same puppets on any machine.
    shares : sequence of 7 floats, optional
        How often each expression comes, in the order of ``EXPRESSIONS``; the sum does not matter. FER-2013's
        Training counts unless given.
    label_noise : float
        Share of wrong labels, 0 to 1, drawn from ``NOISE``.
    low_light, blur, occlusion, pose : float
        How hard the picture is in each respect: 0 never, 1 as hard as it gets in all of them. ``low_light``, ``blur``
        and ``occlusion`` (a hand, hair, sunglasses) are the share of puppets concerned; ``pose`` is how far heads
        turn and tilt: at 1 up to about 55 degrees to a side.
    usage : str
        The split that the puppets belong to.

    Returns
    -------
    Faces
        With ``clean_labels``, ``action_units`` (mean of both sides of the face, as drawn) and ``parts``. A part is
        marked where it is, also where a hand or hair hides it.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    if n < 0:
        raise ValueError(f"Expected a number of puppets of 0 or more, found {n}.")
    if seed < 0:
        raise ValueError(f"Expected a seed of 0 or more, found {seed}.")
    if usage not in USAGES:
        raise ValueError(f"Expected one of the splits {', '.join(USAGES)}, found {usage!r}.")
    dials = {
        "label_noise": label_noise,
        "low_light": low_light,
        "blur": blur,
        "occlusion": occlusion,
        "pose": pose,
    }
    _check_dials(dials)
    edges = _edges(FER2013_COUNTS["Training"] if shares is None else shares)
    images, parts = np.empty((n, SIZE, SIZE), np.uint8), np.empty((n, SIZE, SIZE), np.uint8)
    clean, labels = np.empty(n, np.int64), np.empty(n, np.int64)
    units = np.empty((n, len(ACTION_UNITS)), np.float32)
    for i in range(n):
        rng = np.random.default_rng([seed, i])
        pick, wrong, which = rng.random(3)
        clean[i] = np.searchsorted(edges, pick, side="right")
        wrongs = NOISE[clean[i]].cumsum()
        mistaken = np.searchsorted(wrongs / wrongs[-1], which, side="right")
        labels[i] = mistaken if wrong < label_noise else clean[i]
        left, right = sample_units(EXPRESSIONS[clean[i]], rng)
        scene = sample_scene(rng, low_light=low_light, blur=blur, occlusion=occlusion, pose=pose)
        images[i], parts[i] = draw(left, right, Identity.sample(rng), scene)
        units[i] = [(left[unit] + right[unit]) / 2 for unit in ACTION_UNITS]
    names = np.array([f"puppet_{seed}_{i:06d}.png" for i in range(n)], dtype=np.str_)
    return Faces(
        images=images,
        labels=labels,
        names=names,
        usage=np.full(n, usage, dtype="<U11"),
        source=f"puppets, seed {seed}",
        clean_labels=clean,
        action_units=units,
        parts=parts,
    )


def draw_puppet(
    action_units: Mapping[int | str, float],
    *,
    identity: int = 0,
    size: int = SIZE,
    low_light: float = 0.0,
    blur: float = 0.0,
    occlusion: float = 0.0,
    pose: float = 0.0,
    light: float = 0.35,
    with_parts: bool = False,
):
    """Draw one puppet, in good light unless told otherwise.

    Parameters
    ----------
    action_units : mapping of int to float
        Intensities from 0 to 1, such as ``{6: 0.8, 12: 1}``; those left out are 0.
    identity : int
        Who it is: the same number is the same face.
    size : int
        Height and width, in pixels, up to 192.
    low_light, blur, occlusion, pose : float
        0 to 1: how dark, how blurred, how far a hand comes over the mouth, how far the head turns.
    light : float
        Where the light is, 0 in front to 1 fully at the right of the picture.
    with_parts : bool
        Return the parts as well.

    Returns
    -------
    ndarray of uint8, shape (size, size)
        And, ``with_parts``, a second one whose bit ``i`` is set where ``PARTS[i]`` is.

    Raises
    ------
    ValueError
        If an action unit is not drawn, or a number is out of range.
    """
    if not isinstance(action_units, Mapping):
        raise ValueError(
            f"Expected action units with intensities, such as {{6: 1.0, 12: 1.0}}, found {action_units!r}."
        )
    units = dict.fromkeys(ACTION_UNITS, 0.0)
    for name, intensity in action_units.items():
        number = _unit(name)
        if not 0 <= intensity <= 1:
            raise ValueError(
                f"Expected an intensity from 0 to 1 for action unit {number}, found {intensity}."
            )
        units[number] = float(intensity)
    if not 1 <= size <= CANVAS:
        raise ValueError(f"Expected a size from 1 to {CANVAS} pixels, found {size}.")
    if identity < 0:
        raise ValueError(f"Expected an identity of 0 or more, found {identity}.")
    _check_dials({"low_light": low_light, "blur": blur, "occlusion": occlusion, "pose": pose, "light": light})
    scene = Scene(
        yaw=0.75 * pose,
        roll=-0.2 * pose,
        light=light,
        dark=low_light,
        noise=6 * low_light,
        blur=1.6 * blur,
        occlusion="hand at the mouth" if occlusion else "none",
        amount=1.6 * occlusion - 0.6,
    )
    image, parts = draw(units, units, Identity.sample(np.random.default_rng([20130, identity])), scene, size)
    return (image, parts) if with_parts else image


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


def _check_dials(dials):
    for name, value in dials.items():
        if not 0 <= value <= 1:
            raise ValueError(f"Expected {name} from 0 to 1, found {value}.")


def _edges(shares) -> np.ndarray:
    shares = np.asarray(shares, dtype=np.float64)
    if (
        shares.shape != (len(EXPRESSIONS),)
        or not np.isfinite(shares).all()
        or shares.min() < 0
        or shares.sum() <= 0
    ):
        raise ValueError(
            f"Expected {len(EXPRESSIONS)} shares of 0 or more, not all 0, one for each of {', '.join(EXPRESSIONS)}; "
            f"found {shares.tolist()}."
        )
    edges = shares.cumsum() / shares.sum()
    # Rounding must not leave a gap below 1, nor open the door to a class with no share.
    edges[np.flatnonzero(shares)[-1] :] = 1.0
    return edges
