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
from fer_course.puppets.people import PEOPLE, SCENES, Identity, Scene, changed, sample_scene
from fer_course.puppets.units import (
    ACTION_UNITS,
    _unit,
    sample_units,
)

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
    who: Mapping | None = None,
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
    who : mapping of str to value, optional
        What all of these puppets have in common, such as ``{"glasses": True}`` or ``{"skin": 90}`` (names as in
        ``puppets.people.PEOPLE``). Like a dial it changes nothing else: drawn twice, with glasses and without, they
        are the same puppets with the same expressions.

    Returns
    -------
    Faces
        With ``clean_labels``, ``action_units`` (mean of both sides of the face, as drawn), ``parts``, ``people`` and
        ``scenes``. A part is marked where it is, also where a hand or hair hides it.

    Raises
    ------
    ValueError
        If a number is out of range, or ``who`` is not as above.
    """
    _check_count(n, seed)
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
    people, scenes = np.empty(n, PEOPLE), np.empty(n, SCENES)
    chances = {"low_light": low_light, "blur": blur, "occlusion": occlusion, "pose": pose}
    for i in range(n):
        puppet = _sample(seed, i, edges, label_noise, chances, who)
        clean[i], labels[i], left, right, identity, scene = puppet
        images[i], parts[i] = draw(left, right, identity, scene)
        people[i] = tuple(getattr(identity, name) for name in PEOPLE.names)
        scenes[i] = tuple(getattr(scene, name) for name in SCENES.names)
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
        people=people,
        scenes=scenes,
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
    _check_size(size)
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


def draw_large_puppets(
    n: int,
    seed: int = 0,
    *,
    size: int = CANVAS,
    shares: Sequence[float] | None = None,
    low_light: float = 0.2,
    blur: float = 0.3,
    occlusion: float = 0.12,
    pose: float = 0.35,
    who: Mapping | None = None,
) -> np.ndarray:
    """Draw the puppets of ``draw_puppets`` larger, to be looked at or put into a scene.

    Parameters
    ----------
    n, seed, shares, low_light, blur, occlusion, pose, who
        As for ``draw_puppets``: with the same values these are the same puppets, and its ``Faces`` are their truth.
    size : int
        Height and width, in pixels, up to 192.

    Returns
    -------
    ndarray of uint8, shape (n, size, size)

    Raises
    ------
    ValueError
        As ``draw_puppets``, or if the size is out of range.
    """
    chances = {"low_light": low_light, "blur": blur, "occlusion": occlusion, "pose": pose}
    _check_count(n, seed)
    _check_size(size)
    _check_dials(chances)
    edges = _edges(FER2013_COUNTS["Training"] if shares is None else shares)
    images = np.empty((n, size, size), np.uint8)
    for i in range(n):
        *_, left, right, identity, scene = _sample(seed, i, edges, 0, chances, who)
        images[i], _ = draw(left, right, identity, scene, size)
    return images


def _sample(seed: int, i: int, edges: np.ndarray, label_noise: float, chances: dict, who):
    """Return all about puppet ``i``: clean label, label, units on the left and on the right, identity, scene."""
    rng = np.random.default_rng([seed, i])
    pick, wrong, which = rng.random(3)
    clean = int(np.searchsorted(edges, pick, side="right"))
    wrongs = NOISE[clean].cumsum()
    mistaken = int(np.searchsorted(wrongs / wrongs[-1], which, side="right"))
    left, right = sample_units(EXPRESSIONS[clean], rng)
    scene = sample_scene(rng, **chances)
    identity = changed(Identity.sample(rng), who or {})
    return clean, mistaken if wrong < label_noise else clean, left, right, identity, scene


def _check_count(n, seed):
    if n < 0:
        raise ValueError(f"Expected a number of puppets of 0 or more, found {n}.")
    if seed < 0:
        raise ValueError(f"Expected a seed of 0 or more, found {seed}.")


def _check_size(size):
    if not 1 <= size <= CANVAS:
        raise ValueError(f"Expected a size from 1 to {CANVAS} pixels, found {size}.")


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
