"""Who a puppet is and how it is seen: everything about a picture but the expression."""

import numbers
from dataclasses import dataclass, replace

import numpy as np

HAIR_STYLES = (
    "none",
    "short",
    "side part",
    "fringe",
    "long",
    "curly",
    "bun",
    "big",
    "receding",
    "headscarf",
    "bob",
)
BEARDS = ("none", "stubble", "moustache", "goatee", "full")
OCCLUSIONS = ("hand at the mouth", "hand at the cheek", "hand at the brow", "hair", "sunglasses")


PEOPLE = np.dtype(
    [("skin", np.float32), ("age", np.float32), ("hair", "U9"), ("beard", "U9"), ("glasses", np.bool_)]
)
"""What ``Faces.people`` keeps of an identity: tone of the skin (0 black to 255 white), age (-1 a child to 1 old), hair
(a headscarf is one of ``HAIR_STYLES``), beard, and whether the puppet wears glasses."""

SCENES = np.dtype([("dark", np.float32), ("blur", np.float32), ("yaw", np.float32), ("occlusion", "U17")])
"""What ``Faces.scenes`` keeps: how dim the light is (0 to 0.7) and how strong the blur (0 to 1), how far the head turns
(radians, positive to the right of the picture), and what hides a part of the face: one of ``OCCLUSIONS``, or none."""


@dataclass(frozen=True)
class Identity:
    """Who the puppet is; lengths in face units, tones from 0 (black) to 255 (white)."""

    skin: float
    hair_tone: float
    hair: str
    beard: str
    glasses: bool
    age: float  # -1 a child, 0 an adult, 1 old
    width: float  # half of the head's width
    jaw: float  # 0 pointed, 1 square
    eye_y: float
    eye_x: float
    eye_width: float
    eye_height: float
    eye_tilt: float
    iris: float  # tone
    brow_y: float
    brow_thickness: float
    brow_arch: float
    nose_y: float
    nose_width: float
    mouth_y: float
    mouth_width: float
    lips: float
    cloth: float
    quirk: int  # seed of what has no name: curls, strands

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "Identity":
        """Return a random identity: tones, ages and features are drawn evenly and independently."""
        u = rng.random(24)
        age = -1.0 if u[0] < 0.14 else (1.0 if u[0] > 0.86 else (u[0] - 0.5) * 1.6)
        child, old = max(0.0, -age), max(0.0, age)
        style = HAIR_STYLES[int(u[1] * len(HAIR_STYLES))]
        if age < -0.7 and style in ("none", "receding"):
            style = "short"
        beard = BEARDS[int((u[2] - 0.62) / 0.38 * len(BEARDS))] if u[2] > 0.62 and age > -0.5 else "none"
        if style == "headscarf" or (style in ("bun", "bob", "long") and u[3] < 0.8):
            beard = "none"
        hair_tone = 18 + 150 * u[4] ** 1.6
        if old > 0.6:
            hair_tone = 0.3 * hair_tone + 0.7 * (140 + 90 * u[5])
        return cls(
            skin=80 + 135 * u[6],
            hair_tone=hair_tone,
            hair=style,
            beard=beard,
            glasses=bool(u[7] < 0.16),
            age=age,
            width=0.71 + 0.13 * u[8] + 0.06 * child,
            jaw=u[9] * (1 - 0.6 * child),
            eye_y=-0.13 + 0.07 * (u[10] - 0.5) + 0.12 * child,
            eye_x=0.315 + 0.06 * (u[11] - 0.5),
            eye_width=0.158 + 0.035 * u[12] + 0.018 * child,
            eye_height=0.084 + 0.036 * u[13] + 0.022 * child - 0.012 * old,
            eye_tilt=0.05 * (u[14] - 0.5),
            iris=25 + 75 * u[15] ** 1.5,
            brow_y=-0.225 - 0.05 * u[16] - 0.01 * child,
            brow_thickness=0.034 + 0.042 * u[17] - 0.012 * child,
            brow_arch=0.02 + 0.05 * u[18],
            nose_y=0.265 + 0.06 * (u[19] - 0.5) + 0.06 * child + 0.02 * old,
            nose_width=0.115 + 0.07 * u[20] - 0.02 * child,
            mouth_y=0.575 + 0.05 * (u[21] - 0.5) + 0.04 * child,
            mouth_width=0.255 + 0.07 * (u[22] - 0.5) - 0.02 * child,
            lips=0.045 + 0.04 * u[23] - 0.012 * old,
            cloth=float(rng.uniform(25, 225)),
            quirk=int(rng.integers(1 << 31)),
        )


def changed(who: Identity, changes) -> Identity:
    """Return an identity with some attributes of ``PEOPLE`` set, and all else of it as it was.

    Parameters
    ----------
    who : Identity
    changes : mapping of str to value
        Such as ``{"glasses": True, "skin": 90}``.

    Raises
    ------
    ValueError
        If a name is not one of ``PEOPLE``, or a value is not one that puppets have.
    """
    for name, value in changes.items():
        if name not in PEOPLE.names:
            raise ValueError(f"Expected attributes among {', '.join(PEOPLE.names)}, found {name!r}.")
        words = {"hair": HAIR_STYLES, "beard": BEARDS, "glasses": (False, True)}.get(name)
        low, high = {"skin": (40, 240), "age": (-1, 1)}.get(name, (None, None))
        if words and value not in words:
            raise ValueError(f"Expected {name} among {', '.join(map(str, words))}, found {value!r}.")
        if not words and not (isinstance(value, numbers.Real) and low <= value <= high):
            raise ValueError(f"Expected {name} from {low} to {high}, found {value!r}.")
    return replace(who, **changes)


@dataclass(frozen=True)
class Scene:
    """Where and how the puppet is seen. The defaults are a good studio portrait, seen from the front."""

    yaw: float = 0.0  # radians, positive turns the face to the right of the picture
    roll: float = 0.0
    pitch: float = 0.0
    zoom: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)  # pixels of the canvas
    gaze: tuple[float, float] = (0.0, 0.0)
    light: float = 0.35  # how far the light is to one side, -1 left to 1 right
    dark: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    contrast: float = 1.0
    brightness: float = 0.0
    occlusion: str = "none"
    amount: float = 0.0  # how far the occlusion covers, 0 to 1
    background: int = 0  # seed; 0 is a plain gradient
    grain: int = 0  # seed of the noise


def sample_scene(
    rng: np.random.Generator, *, low_light: float, blur: float, occlusion: float, pose: float
) -> Scene:
    """Return a random scene; every dial reads its own random numbers, so that no dial moves another."""
    u = rng.random(20)
    turn = 2 * u[:3] - 1
    dark = u[4] if u[3] < low_light else 0.0
    hidden = u[7] < occlusion
    return Scene(
        yaw=0.95 * pose * turn[0],
        roll=0.65 * pose * turn[1] * abs(turn[1]) ** 0.5,
        pitch=0.45 * pose * turn[2],
        zoom=1.03 + 0.18 * (u[8] - 0.5),
        shift=(12 * (u[9] - 0.5), 12 * (u[10] - 0.5)),
        gaze=(2 * u[11] - 1 if u[12] < 0.3 else 0.0, 0.0),
        light=(2 * u[13] - 1) * 0.95,
        dark=0.35 + 0.35 * dark if dark else 0.0,
        blur=0.4 + 0.6 * u[6] if u[5] < blur else 0.0,
        noise=0.5 + 3.5 * u[14] ** 2 + (3 if dark else 0),
        contrast=0.95 + 0.5 * u[15],
        brightness=6 + 44 * (u[16] - 0.5),
        occlusion=OCCLUSIONS[int(u[17] * len(OCCLUSIONS))] if hidden else "none",
        amount=u[18] if hidden else 0.0,
        background=int(rng.integers(1, 1 << 31)),
        grain=int(rng.integers(1 << 31)),
    )
