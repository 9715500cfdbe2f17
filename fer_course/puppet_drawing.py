"""From action units, an identity and a scene to the pixels of a puppet's face.

A face is drawn in face units: the origin between eyes and nose, x to the right, y down, the chin near y = 1.
"Left" is the left of the picture. Every shape is collected first, then all points are turned, tilted and scaled
together, rounded to whole pixels of a canvas of 192 pixels, and filled with Pillow. A second, blurred layer of
96 pixels holds light and shade: 128 leaves the skin as it is, less darkens, more brightens.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .faces import PARTS

CANVAS = 192
"""Height and width of the canvas that a puppet is drawn on, in pixels: four for each pixel of FER-2013."""

SOFT = CANVAS // 2
HAIR_STYLES = ("none", "short", "side part", "fringe", "long", "curly", "bun", "big", "receding", "headscarf", "bob")
BEARDS = ("none", "stubble", "moustache", "goatee", "full")
OCCLUSIONS = ("hand at the mouth", "hand at the cheek", "hand at the brow", "hair", "sunglasses")

_TURN = np.linspace(0, 2 * np.pi, 40, endpoint=False)
_COS, _SIN = np.cos(_TURN), np.sin(_TURN)
_ROUND = np.stack([_COS, _SIN], 1)[::2]
_T = np.linspace(-1, 1, 17)
_ARCH = 1 - _T**2


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
        if style in ("headscarf", "bun", "bob", "long") and u[3] < 0.9:
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
            brow_thickness=0.028 + 0.045 * u[17] - 0.012 * child,
            brow_arch=0.02 + 0.05 * u[18],
            nose_y=0.265 + 0.06 * (u[19] - 0.5) + 0.06 * child + 0.02 * old,
            nose_width=0.115 + 0.07 * u[20] - 0.02 * child,
            mouth_y=0.575 + 0.05 * (u[21] - 0.5) + 0.04 * child,
            mouth_width=0.235 + 0.07 * (u[22] - 0.5) - 0.02 * child,
            lips=0.045 + 0.04 * u[23] - 0.012 * old,
            cloth=float(rng.uniform(25, 225)),
            quirk=int(rng.integers(1 << 31)),
        )


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


class _Sketch:
    """Shapes in face units, waiting to be projected and drawn together."""

    def __init__(self):
        self.points, self.depth, self.jobs = [], [], []

    def add(self, layer: str, points, tone: float, line: float = 0.0, depth: float = 0.0):
        """Add a polygon, or an open line where ``line`` (width in face units) is not 0."""
        points = np.asarray(points, dtype=np.float64)
        self.points.append(points)
        self.depth.append(depth)
        self.jobs.append((layer, len(points), tone, line))

    def project(self, scene: Scene, focus: float) -> tuple[list, float]:
        """Return every point as whole canvas pixels [x, y], and the pixels in one face unit."""
        points = np.concatenate(self.points)
        depth = np.repeat(self.depth, [job[1] for job in self.jobs])
        x, y = points[:, 0], points[:, 1]
        # The head is a dome: what is nearer to the viewer moves more when the head turns.
        dome = 0.62 * np.sqrt(np.maximum(0.0, 1 - (x / 0.95) ** 2 - (y / 1.5) ** 2)) + depth
        x = x * np.cos(scene.yaw) + dome * np.sin(scene.yaw) - 0.25 * np.sin(scene.yaw)
        y = y * np.cos(scene.pitch) + (dome - 0.3) * np.sin(scene.pitch) - focus
        scale = 0.455 * CANVAS * scene.zoom
        cos, sin = np.cos(scene.roll) * scale, np.sin(scene.roll) * scale
        # The uneven offset keeps mirrored points off exact halves, which machines may round differently.
        px = CANVAS / 2 + scene.shift[0] + 0.0137 + cos * x - sin * y
        py = CANVAS / 2 + scene.shift[1] + 0.0071 + sin * x + cos * y
        return np.stack([px, py], 1), scale


def _mirror(points: np.ndarray, side: int) -> np.ndarray:
    return points * np.array([side, 1.0])


def _contour(who: Identity, drop: float, grow: float = 0.0) -> np.ndarray:
    """Return the outline of head and jaw; ``drop`` lowers the chin, ``grow`` widens the outline."""
    power = 0.94 - 0.26 * who.jaw
    down = np.maximum(_SIN, 0)
    x = np.sign(_COS) * np.abs(_COS) ** np.where(_SIN > 0, power, 0.9)
    x = x * (who.width + grow) * (1 - (0.13 - 0.1 * who.jaw) * down**2)
    y = np.where(_SIN > 0, (1.0 + drop + grow) * np.abs(_SIN) ** 0.96, -(1.06 + grow) * np.abs(_SIN) ** 0.92)
    return np.stack([x, y], 1)


def draw(left: dict, right: dict, who: Identity, scene: Scene, size: int = 48):
    """Draw one face.

    Parameters
    ----------
    left, right : dict of int to float
        Intensity, 0 to 1, of every action unit on either side of the picture.
    who : Identity
    scene : Scene
    size : int
        Height and width of the picture, in pixels, at most ``CANVAS``.

    Returns
    -------
    image : ndarray of uint8, shape (size, size)
    parts : ndarray of uint8, shape (size, size)
        Bit ``i`` is set where ``PARTS[i]`` is, also where a hand or hair hides it.
    """
    both = {unit: (left[unit] + right[unit]) / 2 for unit in left}
    drop = 0.15 * both[26] + 0.02 * both[25]
    sketch = _Sketch()
    odd = np.random.default_rng(who.quirk)
    strands = odd.random(32)
    _behind(sketch, who, drop, strands)
    _head(sketch, who, drop, scene.light)
    _nose(sketch, who, both)
    _mouth(sketch, who, left, right, drop)
    for side, units in ((-1, left), (1, right)):
        _eye(sketch, who, units, side, scene.gaze)
        _brow(sketch, who, units, side)
    _forehead(sketch, who, both)
    _hair(sketch, who, strands)
    if who.glasses or scene.occlusion == "sunglasses":
        _glasses(sketch, who, scene.occlusion == "sunglasses")
    if scene.occlusion.startswith("hand"):
        _hand(sketch, who, scene)
    elif scene.occlusion == "hair":
        _lock(sketch, who, scene.amount)
    return _paint(sketch, who, scene, size)


def _behind(sketch, who, drop, strands):
    hair, style = who.hair_tone, who.hair
    if style in ("long", "bob"):
        end = 1.5 if style == "long" else 0.72 + 0.25 * strands[1]
        wide = who.width + 0.1 + 0.08 * strands[0]
        x = np.array([-wide * 0.98, -wide, -wide * 0.92, -0.5, 0, 0.5, wide * 0.92, wide, wide * 0.98])
        y = np.array([end, 0, -0.7, -1.12, -1.22, -1.12, -0.7, 0, end])
        sketch.add("crisp", np.stack([x, y], 1), hair * 0.85, depth=-0.3)
    elif style == "big":
        grow = 0.16 + 0.12 * strands[0]
        sketch.add("crisp", _ROUND * [who.width + grow, 0.95 + grow] + [0, -0.33], hair * 0.9, depth=-0.2)
    elif style == "bun":
        sketch.add("crisp", _ROUND * [0.26, 0.22] + [0.1 * (strands[0] - 0.5), -1.18], hair * 0.9, depth=-0.1)
    elif style == "headscarf":
        sketch.add("crisp", _contour(who, drop, 0.14), who.cloth * 0.9, depth=-0.1)
    neck = who.width * (0.58 if who.age > -0.7 else 0.48)
    sketch.add("crisp", [(-neck, 0.6), (neck, 0.6), (neck * 1.05, 1.6), (-neck * 1.05, 1.6)], who.skin * 0.72, depth=-0.4)
    sketch.add("crisp", [(-1.6, 1.75), (-1.1, 1.27), (-neck, 1.13), (0, 1.3), (neck, 1.13), (1.1, 1.27), (1.6, 1.75)],
               who.cloth, depth=-0.4)
    if style == "headscarf":
        sketch.add("crisp", [(-who.width, 0.5), (who.width, 0.5), (0.75, 1.7), (-0.75, 1.7)], who.cloth * 0.8, depth=-0.2)
    elif style not in ("long", "bob"):
        for side in (-1, 1):
            ear = _ROUND * [0.09, 0.17] + [side * (who.width + 0.005), who.eye_y + 0.2]
            sketch.add("crisp", ear, who.skin * 0.86, depth=-0.15)
            sketch.add("crisp", _ROUND * [0.04, 0.1] + [side * (who.width + 0.02), who.eye_y + 0.2], who.skin * 0.68, depth=-0.15)


def _head(sketch, who, drop, light):
    outline = _contour(who, drop)
    sketch.add("crisp", outline, who.skin)
    # A bright inner oval, pushed toward the light and blurred, rounds the face.
    strength = abs(light)
    sketch.add("form", outline, 100 - 38 * strength)
    sketch.add("form", outline * [0.78, 0.84] + [light * 0.24, -0.05], 132 + 8 * strength)
    for side in (-1, 1):
        sketch.add("soft", _ROUND * [who.eye_width * 1.25, 0.13] + [side * who.eye_x, who.eye_y - 0.05], 116)
        sketch.add("soft", _ROUND * [0.15, 0.1] + [side * (who.eye_x + 0.08), 0.24], 138 + 6 * light * side)
    sketch.add("soft", _ROUND * [0.16, 0.07] + [0, 0.88 + drop], 136)
    sketch.add("soft", _ROUND * [0.3, 0.12] + [0.1 * light, -0.62], 136)
    if who.beard in ("stubble", "full"):
        k = _contour(who, drop, 0.012 if who.beard == "full" else -0.02)
        low = k[k[:, 1] > 0.2]
        top = [(-who.width * 0.8, 0.3), (-0.42, 0.48), (-0.16, 0.42), (0.16, 0.42), (0.42, 0.48), (who.width * 0.8, 0.3)]
        shape = np.concatenate([low, top])
        if who.beard == "full":
            sketch.add("crisp", shape, _hairlike(who))
        else:
            sketch.add("soft", shape, 102)
    elif who.beard == "goatee":
        sketch.add("crisp", _ROUND * [0.2, 0.2] + [0, 0.85 + drop], _hairlike(who))


def _hairlike(who, share=0.75):
    return min(share * who.hair_tone + (1 - share) * 0.35 * who.skin, 0.62 * who.skin)


def _nose(sketch, who, both):
    lift = 0.055 * both[9]
    y, wide = who.nose_y - lift, who.nose_width * (1 + 0.22 * both[9] + 0.06 * both[12])
    tip = 0.16
    sketch.add("soft", [(0.045, who.eye_y), (0.085, who.eye_y), (wide, y - 0.02), (wide * 0.6, y - 0.02)], 112, depth=tip / 2)
    sketch.add("soft", [(-0.045, who.eye_y), (-0.085, who.eye_y), (-wide, y - 0.02), (-wide * 0.6, y - 0.02)], 118, depth=tip / 2)
    sketch.add("soft", [(-0.03, who.eye_y), (0.03, who.eye_y), (wide * 0.45, y - 0.06), (-wide * 0.45, y - 0.06)], 146, depth=tip)
    sketch.add("soft", _ROUND * [wide * 0.8, 0.03] + [0, y + 0.055], 100, depth=tip)
    for side in (-1, 1):
        sketch.add("crisp", _ROUND * [0.034, 0.02 + 0.006 * both[9]] + [side * wide * 0.5, y + 0.02], who.skin * 0.4, depth=tip)
        ala = np.array([(0.86, -0.09), (1.08, -0.03), (1.0, 0.03), (0.76, 0.035)]) * [wide * side, 1] + [0, y]
        sketch.add("crisp", ala, who.skin * 0.68, 0.024, depth=tip * 0.7)
    if both[9] > 0.02:
        for k in range(3):
            row = who.eye_y + 0.03 + 0.06 * k - lift * 0.5
            arc = np.array([(-0.12, row + 0.05), (-0.05, row), (0.05, row), (0.12, row + 0.05)])
            sketch.add("soft", arc, 128 - 62 * both[9], 0.034, depth=tip * 0.6)
    sketch.add("nose", [(-0.1, who.eye_y - 0.02), (0.1, who.eye_y - 0.02), (wide + 0.05, y - 0.06), (wide + 0.06, y + 0.07),
                        (-wide - 0.06, y + 0.07), (-wide - 0.05, y - 0.06)], 1, depth=tip * 0.7)


def _mouth(sketch, who, left, right, drop):
    both = {unit: (left[unit] + right[unit]) / 2 for unit in left}
    y = who.mouth_y + 0.3 * drop
    sides = []
    for side, units in ((-1, left), (1, right)):
        wide = who.mouth_width * (1 + 0.26 * units[12] + 0.30 * units[20] - 0.16 * both[23] - 0.17 * both[26] * (1 - units[12]))
        sides.append((side * wide, y - 0.135 * units[12] + 0.115 * units[15] + 0.035 * units[20] - 0.02 * units[9]))
    (xl, yl), (xr, yr) = sides
    x = np.where(_T < 0, -_T * xl, _T * xr)
    corner = np.where(_T < 0, yl, yr)
    gap = 0.065 * both[25] + 0.27 * both[26]
    thin = 1 - 0.62 * both[23] - 0.2 * both[20] - 0.15 * both[12]
    square = 1 - np.abs(_T) ** (2 + 3 * both[20] + 1.3 * both[26])
    rise = 0.028 * both[15] - 0.03 * both[9]
    top = corner + (y - 0.32 * gap - 0.05 * both[9] - rise * 0.4 - corner) * square
    low = corner + (y + 0.68 * gap + 0.05 * both[12] - corner) * square
    bow = np.sqrt(np.maximum(0, _ARCH)) * (1 - 0.22 * np.exp(-((_T / 0.2) ** 2)))
    outer_top = top - who.lips * thin * 0.85 * bow
    outer_low = low + who.lips * thin * 1.15 * np.sqrt(np.maximum(0, _ARCH))
    lip = who.skin * 0.70
    near = 0.05
    if who.beard in ("moustache", "full"):
        thick = 0.085
        m = np.concatenate([np.stack([x * 1.12, outer_top + 0.01], 1), np.stack([x * 0.9, outer_top - thick * (0.35 + 0.65 * _ARCH)], 1)[::-1]])
        sketch.add("crisp", m, _hairlike(who), depth=near)
    for side, units, (cx, cy) in ((-1, left, sides[0]), (1, right, sides[1])):
        fold = 0.10 * max(0.0, who.age) + 0.75 * units[12] + 0.55 * units[9] + 0.2 * units[20] + 0.2 * units[15]
        start = who.nose_y - 0.05 * units[9]
        line = [(side * (who.nose_width + 0.05), start), (cx * 0.5 + side * (who.nose_width + 0.17) * 0.62, (start + cy) / 2), (cx + side * 0.09, cy + 0.01)]
        sketch.add("soft", line, 128 - 58 * min(1.0, fold), 0.05)
        sketch.add("soft", _ROUND * [0.15, 0.08 + 0.02 * units[6]] + [side * (who.eye_x + 0.1), 0.26 - 0.08 * units[6] - 0.04 * units[12]],
                   128 + 18 * min(1.0, units[6] + 0.5 * units[12]))
        dip = 0.3 + 0.7 * max(units[12], units[15], units[20])
        sketch.add("soft", _ROUND * [0.035, 0.035] + [cx + side * 0.03, cy + 0.015], 128 - 40 * dip)
        if units[15] > 0.02:
            sketch.add("soft", [(cx + side * 0.01, cy), (cx + side * 0.05, cy + 0.13)], 128 - 40 * units[15], 0.04)
    sketch.add("soft", np.stack([x * 0.6, outer_low + 0.045], 1), 106 - 8 * both[15], 0.05)
    if gap > 0:
        inside = np.concatenate([np.stack([x, top], 1), np.stack([x, low], 1)[::-1]])
        sketch.add("crisp", np.concatenate([np.stack([x, outer_top], 1), np.stack([x, outer_low], 1)[::-1]]), lip, depth=near)
        sketch.add("crisp", inside, min(38, who.skin * 0.4), depth=near)
        room = low - top
        teeth = np.minimum(room, 0.075 * (1 - 0.45 * both[26] * (1 - both[12])) * _ARCH**0.3)
        keep = slice(1, -1)
        upper = np.concatenate([np.stack([x * 0.94, top], 1)[keep], np.stack([x * 0.94, top + teeth], 1)[keep][::-1]])
        sketch.add("crisp", upper, 150 + 0.3 * who.skin, depth=near)
        if both[20] > 0.05:
            teeth = np.minimum(room * 0.4, 0.05 * both[20] * np.maximum(0, _ARCH) ** 0.3)
            lower = np.concatenate([np.stack([x * 0.85, low], 1)[keep], np.stack([x * 0.85, low - teeth], 1)[keep][::-1]])
            sketch.add("crisp", lower, 120 + 0.3 * who.skin, depth=near)
        elif both[26] > 0.25:
            tongue = np.stack([x * 0.6, np.maximum(low - 0.09 * both[26] * _ARCH, top)], 1)
            sketch.add("crisp", np.concatenate([tongue, np.stack([x * 0.6, low], 1)[::-1]]), who.skin * 0.48, depth=near)
    else:
        sketch.add("crisp", np.concatenate([np.stack([x, outer_top], 1), np.stack([x, outer_low], 1)[::-1]]), lip, depth=near)
    if gap < 0.06:
        sketch.add("crisp", np.stack([x, (top + low) / 2], 1), who.skin * 0.36, 0.022, depth=near)
    sketch.add("crisp", np.stack([x, outer_low - 0.012], 1)[5:12], who.skin * 0.82, 0.016, depth=near)
    sketch.add("mouth", np.concatenate([np.stack([x * 1.16, outer_top - 0.05], 1), np.stack([x * 1.16, outer_low + 0.05], 1)[::-1]]), 1, depth=near)


def _eye(sketch, who, units, side, gaze):
    x0, wide = side * who.eye_x, who.eye_width
    tilt = -who.eye_tilt * side * _T
    up = who.eye_height * (1 + 0.62 * units[5] - 0.42 * units[7] - 0.18 * units[6] - 0.16 * units[9] - 0.10 * units[4])
    down = who.eye_height * 0.62 * (1 + 0.12 * units[5] - 0.50 * units[7] - 0.72 * units[6] - 0.25 * units[9])
    y = who.eye_y
    # Sorrow raises the inner end of the lid with the brow.
    slope = 0.022 * units[1] * side * _T
    top = y + tilt - max(0.012, up) * _ARCH**0.75 + slope * _ARCH
    low = y + tilt + max(0.008, down) * _ARCH**0.85
    x = x0 + wide * _T
    white = min(240.0, 128 + 0.5 * who.skin)
    sketch.add("crisp", np.concatenate([np.stack([x, top], 1), np.stack([x, low], 1)[::-1]]), white)
    radius = 0.085 * (0.7 + 0.3 * who.eye_height / 0.09)
    centre = (x0 + 0.05 * gaze[0], y - 0.012 + 0.02 * gaze[1])
    for share, tone in ((1.0, who.iris), (0.5, 12)):
        disc = _ROUND * radius * share + centre
        where = np.clip((disc[:, 0] - x0) / wide, -1, 1)
        disc[:, 1] = np.clip(disc[:, 1], np.interp(where, _T, top), np.interp(where, _T, low))
        sketch.add("crisp", disc, tone, depth=0.03)
    spark = _ROUND[::2] * 0.024 + [centre[0] + 0.028, centre[1] - 0.03]
    spark[:, 1] = np.maximum(spark[:, 1], np.interp((spark[:, 0] - x0) / wide, _T, top))
    sketch.add("crisp", spark, 245, depth=0.04)
    lash = min(30.0, 0.3 * who.skin)
    sketch.add("crisp", np.stack([x, top], 1), lash, 0.03)
    sketch.add("crisp", np.stack([x, low], 1), who.skin * 0.6, 0.016)
    crease = 0.05 - 0.028 * units[5] - 0.02 * units[4]
    sketch.add("crisp", np.stack([x, top - crease], 1)[2:15], who.skin * 0.74, 0.016)
    puff = 0.25 * max(0.0, who.age) + 0.8 * units[6] + 0.5 * units[7] + 0.2 * units[9]
    sketch.add("soft", np.stack([x, low + 0.055 - 0.015 * units[6]], 1)[2:15], 128 - 42 * min(1.0, puff), 0.035)
    crow = min(1.0, units[6] + 0.25 * max(0.0, who.age))
    if crow > 0.02:
        for turn in (-0.07, 0.0, 0.07):
            start = (x0 + side * (wide + 0.03), y + turn * 0.4)
            sketch.add("soft", [start, (start[0] + side * 0.12, start[1] + turn)], 128 - 52 * crow, 0.022)
    sketch.add("eyes", np.concatenate([np.stack([x0 + wide * 1.3 * _T, top - 0.055], 1), np.stack([x0 + wide * 1.3 * _T, low + 0.06], 1)[::-1]]), 1)


def _brow(sketch, who, units, side):
    x = np.array([who.eye_x - 0.185, who.eye_x - 0.08, who.eye_x + 0.03, who.eye_x + 0.13, who.eye_x + 0.215])
    x = x - np.array([0.06, 0.045, 0.025, 0.01, 0]) * units[4]
    y = who.eye_y + who.brow_y - who.brow_arch * np.array([-0.3, 0.5, 1.0, 0.7, -0.5])
    y = y - units[1] * np.array([0.15, 0.10, 0.04, 0.0, 0.0]) - units[2] * np.array([0.015, 0.04, 0.09, 0.12, 0.105])
    y = y + units[4] * (1 - np.array([0.8, 0.65, 0.3, 0.0, 0.0]) * units[1]) * np.array([0.135, 0.105, 0.065, 0.045, 0.03]) + units[9] * np.array([0.05, 0.035, 0.015, 0, 0])
    half = who.brow_thickness * np.array([0.95, 1.0, 0.85, 0.6, 0.2])
    upper, lower = np.stack([x, y - half], 1), np.stack([x, y + half * 0.7], 1)
    tone = _hairlike(who, 0.6) if who.age < 0.8 else 0.5 * _hairlike(who) + 0.35 * who.skin
    sketch.add("crisp", _mirror(np.concatenate([upper, lower[::-1]]), side), tone, depth=0.05)
    if units[4] > 0.02:
        crease = np.array([(0.045, y[0] - 0.06), (0.05, y[0] + 0.0), (0.075, y[0] + 0.08)])
        sketch.add("soft", _mirror(crease, side), 128 - 74 * units[4], 0.032, depth=0.05)
    region = [(0, y[0] - 0.09), *zip(x, y - half - 0.04, strict=True), *zip(x[::-1], (y + half + 0.035)[::-1], strict=True), (0, y[0] + 0.08)]
    sketch.add("brows", _mirror(np.array(region), side), 1, depth=0.05)


def _forehead(sketch, who, both):
    lines = min(1.0, 0.25 * max(0.0, who.age) + 0.75 * both[1] * (1 - 0.3 * both[4]) + 0.6 * both[2])
    for k in range(3):
        y = who.eye_y + who.brow_y - 0.22 - 0.1 * k
        x = np.linspace(-0.38 + 0.05 * k, 0.38 - 0.05 * k, 7)
        sketch.add("soft", np.stack([x, y - 0.03 * (1 - (x / 0.4) ** 2)], 1), 128 - 34 * lines, 0.03)


def _hair(sketch, who, strands):
    style, tone = who.hair, who.hair_tone
    if style == "none":
        return
    wide = who.width + 0.045
    part = (strands[2] - 0.5) * 0.9
    line = -0.62 + 0.12 * strands[3] + 0.05 * max(0.0, -who.age)
    cap = _contour(who, 0, 0.06)
    cap = cap[cap[:, 1] < -0.3]
    cap = cap[np.argsort(cap[:, 0])]
    if style == "headscarf":
        band = np.array([(wide, -0.3), (0.56, line - 0.05), (0.2, line - 0.13), (-0.2, line - 0.13), (-0.56, line - 0.05), (-wide, -0.3)])
        cloth = np.concatenate([cap, band])
        sketch.add("crisp", cloth, who.cloth)
        sketch.add("crisp", band, who.cloth * 0.75, 0.03)
        for side in (-1, 1):
            edge = np.array([(who.width + 0.08, -0.4), (who.width - 0.04, -0.35), (who.width - 0.05, 0.2), (who.width - 0.2, 0.75), (who.width - 0.1, 1.0), (who.width + 0.12, 0.6)])
            sketch.add("crisp", _mirror(edge, side), who.cloth)
        return
    if style == "receding":
        edge = [(wide, -0.15), (wide - 0.08, -0.45), (0.5, -0.75), (0.32, -0.98), (0, -0.86), (-0.32, -0.98), (-0.5, -0.75), (-wide + 0.08, -0.45), (-wide, -0.15)]
    elif style == "fringe":
        low = who.eye_y - 0.36
        edge = [(wide, 0.0), (wide - 0.09, -0.3), (0.5, low - 0.02)]
        edge += [(0.5 - 0.125 * k, low + 0.06 * (strands[8 + k] - 0.5)) for k in range(1, 8)]
        edge += [(-0.5, low - 0.02), (-wide + 0.09, -0.3), (-wide, 0.0)]
    elif style in ("side part", "bob", "long"):
        edge = [(wide, 0.02), (wide - 0.1, -0.28), (0.46, line + 0.06), (part, line - 0.3), (-0.46, line + 0.06), (-wide + 0.1, -0.28), (-wide, 0.02)]
    else:
        edge = [(wide, -0.02), (wide - 0.1, -0.06), (wide - 0.13, -0.42), (0.5, line)]
        edge += [(0.5 - 0.125 * k, line - 0.09 - 0.09 * strands[8 + k]) for k in range(1, 8)]
        edge += [(-0.5, line), (-wide + 0.13, -0.42), (-wide + 0.1, -0.06), (-wide, -0.02)]
    sketch.add("crisp", np.concatenate([cap, np.array(edge)]), tone)
    if style in ("curly", "big"):
        for k in range(11):
            angle = np.pi * (k - 0.5) / 9
            ring = 0.13 + 0.05 * strands[8 + k]
            sketch.add("crisp", _ROUND[::2] * ring + [-np.cos(angle) * (wide - 0.03), -0.32 - np.sin(angle) * 0.62], tone * (0.85 + 0.3 * strands[20 + k]))
    elif style != "receding":
        shine = min(255.0, tone * 1.08 + 10)
        for k in range(4):
            x = -0.45 + 0.3 * k + 0.1 * strands[12 + k]
            sketch.add("crisp", [(x * 0.8, -1.03), (x, -0.9), (x * 1.1, -0.8)], shine, 0.025)


def _glasses(sketch, who, dark):
    rim, wide, high = (25 if dark or who.quirk % 3 else 90), who.eye_width + 0.075, 0.15
    y = who.eye_y + 0.01
    corner = np.sign(_ROUND) * np.abs(_ROUND) ** (0.7 if who.quirk % 2 else 1.0)
    for side in (-1, 1):
        lens = corner * [wide, high] + [side * who.eye_x, y]
        if dark:
            sketch.add("crisp", lens, 28, depth=0.14)
            sketch.add("crisp", [(side * who.eye_x - 0.1, y - 0.03), (side * who.eye_x - 0.02, y - 0.09)], 90, 0.03, depth=0.14)
        sketch.add("crisp", np.concatenate([lens, lens[:1]]), rim, 0.03, depth=0.14)
        sketch.add("crisp", [(side * (who.eye_x + wide), y - 0.04), (side * (who.width + 0.01), y - 0.02)], rim, 0.028, depth=0.05)
    inner = who.eye_x - wide
    sketch.add("crisp", [(-inner, y - 0.03), (0, y - 0.06), (inner, y - 0.03)], rim, 0.03, depth=0.18)


def _hand(sketch, who, scene):
    side = 1 if who.quirk & 1 else -1
    hide = scene.amount
    if scene.occlusion == "hand at the mouth":
        palm, aim = np.array([side * (0.55 - 0.3 * hide), 1.15 - 0.3 * hide]), np.array([-side * 0.62, -0.55])
    elif scene.occlusion == "hand at the cheek":
        palm, aim = np.array([side * (0.85 - 0.22 * hide), 0.75 - 0.1 * hide]), np.array([-side * 0.25, -0.95])
    else:
        palm, aim = np.array([side * (1.0 - 0.4 * hide), -0.3 - 0.1 * hide]), np.array([-side * 0.85, -0.3])
    aim = aim / np.hypot(*aim)
    across = np.array([-aim[1], aim[0]])
    arm = palm - aim * 1.2
    edge, skin = who.skin * 0.62, who.skin * 0.95
    sketch.add("crisp", [palm + across * 0.2, arm + across * 0.25, arm - across * 0.25, palm - across * 0.2], skin * 0.9, depth=0.1)
    sketch.add("cover", [palm + across * 0.2, arm + across * 0.25, arm - across * 0.25, palm - across * 0.2], 120, depth=0.1)
    oval = _ROUND[:, :1] * 0.27 * aim + _ROUND[:, 1:] * 0.25 * across + palm
    sketch.add("crisp", oval, skin, depth=0.1)
    sketch.add("cover", oval, 126, depth=0.1)
    for k, (spread, length) in enumerate(((-0.19, 0.46), (-0.065, 0.55), (0.065, 0.53), (0.19, 0.42))):
        root = palm + across * spread + aim * 0.1
        end = root + aim * length + across * spread * 0.45
        for width, tone in ((0.15, edge), (0.118, skin)):
            half = across * width / 2
            finger = [root + half, end + half, end + half * 0.5 + aim * 0.06, end - half * 0.5 + aim * 0.06, end - half, root - half]
            sketch.add("crisp", finger, tone, depth=0.12)
            if tone == edge:
                sketch.add("cover", finger, 128, depth=0.12)
        nail = end + aim * 0.01
        sketch.add("crisp", _ROUND[::2] * 0.03 + nail, min(250, skin * 1.12), depth=0.12)


def _lock(sketch, who, amount):
    side = 1 if who.quirk & 2 else -1
    reach = 0.15 + 0.45 * amount
    tone = who.cloth if who.hair == "headscarf" else who.hair_tone
    for k in range(5):
        start = who.width * (0.95 - 0.25 * k)
        end = who.width * (1.0 - reach * (k + 1) / 3.2)
        long = 0.55 + 0.4 * amount - 0.12 * k
        strand = np.array([(start + 0.12, -1.0), (start - 0.1, -1.05), (end - 0.06, -0.3), (end, long - 0.3), (end + 0.14, -0.2)])
        sketch.add("crisp", _mirror(strand, side), tone * (0.85 + 0.06 * k), depth=0.1)


def _paint(sketch, who, scene, size):
    points, scale = sketch.project(scene, -0.02)
    canvas = _background(scene).resize((CANVAS, CANVAS), Image.Resampling.BILINEAR)
    soft = Image.new("L", (SOFT, SOFT), 128)
    masks = {part: Image.new("L", (size, size)) for part in PARTS}
    pens = {"crisp": ImageDraw.Draw(canvas), **{part: ImageDraw.Draw(mask) for part, mask in masks.items()}}
    factors = {"crisp": 1.0, **dict.fromkeys(PARTS, size / CANVAS)}
    steps = {"form": [], "soft": [], "cover": []}
    start = 0
    for layer, count, tone, line in sketch.jobs:
        stop = start + count
        shrink = factors.get(layer, 0.5)
        pixels = np.rint(points[start:stop] * shrink).astype(int).ravel().tolist()
        start = stop
        width = max(1, round(line * scale * shrink)) if line else 0
        if layer in steps:
            steps[layer].append((pixels, tone, width))
        else:
            _stroke(pens[layer], pixels, tone, width)
    for layer, radius in (("form", 7), ("soft", 1.6), ("cover", 0)):
        pen = ImageDraw.Draw(soft)
        for pixels, tone, width in steps[layer]:
            _stroke(pen, pixels, tone, width)
        if radius:
            soft = soft.filter(ImageFilter.GaussianBlur(radius))
    bits = np.zeros((size, size), np.uint8)
    for i, part in enumerate(PARTS):
        bits |= (np.asarray(masks[part]) > 0).astype(np.uint8) << i
    return _develop(canvas, soft, scene, size), bits


def _stroke(pen, pixels, tone, width):
    tone = int(min(255.0, max(0.0, tone)))
    if width:
        pen.line(pixels, fill=tone, width=width, joint="curve" if width > 4 else None)
    else:
        pen.polygon(pixels, fill=tone)


def _background(scene) -> Image.Image:
    ramp = np.linspace(150, 190, 48, dtype=np.float32)
    picture = np.broadcast_to(ramp[::-1, None], (48, 48))
    if not scene.background:
        return Image.fromarray(np.rint(picture).astype(np.uint8))
    rng = np.random.default_rng(scene.background)
    low, high = rng.uniform(10, 245, 2)
    ramp = np.linspace(low, high, 48)
    picture = np.rint(np.broadcast_to(ramp[:, None] if rng.random() < 0.5 else ramp, (48, 48))).astype(np.uint8)
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, 6))):
        x, y, w, h = (int(v) for v in rng.integers([-8, -8, 4, 4], [48, 48, 34, 34]))
        tone = int(rng.integers(5, 250))
        (pen.ellipse if rng.random() < 0.4 else pen.rectangle)((x, y, x + w, y + h), fill=tone)
    if rng.random() < 0.25:
        gap, tone = int(rng.integers(4, 10)), int(rng.integers(20, 235))
        for k in range(-48, 48, gap):
            pen.line((k, 0, k + int(low / 6), 48), fill=tone)
    if rng.random() < 0.6:
        image = image.filter(ImageFilter.GaussianBlur(1.5))
    return image


def _develop(canvas, soft, scene, size) -> np.ndarray:
    box = Image.Resampling.BOX
    image = np.asarray(canvas.resize((size, size), box), dtype=np.float32)
    shade = np.asarray(soft.resize((size, size), box if size <= SOFT else Image.Resampling.BICUBIC), dtype=np.float32)
    across = np.linspace(-1, 1, size, dtype=np.float32)
    image = image * (shade / 128) * (1 + 0.18 * scene.light * across)
    if scene.blur:
        still = Image.fromarray(np.rint(np.clip(image, 0, 255)).astype(np.uint8))
        image = np.asarray(still.filter(ImageFilter.GaussianBlur(float(scene.blur * size / 48))), dtype=np.float32)
    image = (image - 128) * scene.contrast + 128 + scene.brightness
    image = image * (1 - 0.82 * scene.dark)
    if scene.noise:
        image = image + np.random.default_rng(scene.grain).standard_normal((size, size), np.float32) * scene.noise
    return np.rint(np.clip(image, 0, 255)).astype(np.uint8)
