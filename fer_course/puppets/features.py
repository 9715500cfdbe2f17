"""A puppet's features, moved by its action units: eyes, brows, nose and mouth.

Lengths are in face units (see ``puppets.canvas``); "left" is the left of the picture.
"""

import numpy as np

from fer_course.puppets.canvas import Sketch, paint
from fer_course.puppets.head import (
    ROUND,
    beard_tone,
    draw_behind,
    draw_glasses,
    draw_hair,
    draw_hand,
    draw_head,
    draw_lock,
    mirror,
)
from fer_course.puppets.people import Identity, Scene

_T = np.linspace(-1, 1, 17)
_ARCH = 1 - _T**2


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
    sketch = Sketch()
    odd = np.random.default_rng(who.quirk)
    strands = odd.random(32)
    draw_behind(sketch, who, drop, strands)
    draw_head(sketch, who, drop, scene.light)
    _nose(sketch, who, both)
    _mouth(sketch, who, left, right, drop)
    for side, units in ((-1, left), (1, right)):
        _eye(sketch, who, units, side, scene.gaze)
        _brow(sketch, who, units, side)
    _forehead(sketch, who, both)
    draw_hair(sketch, who, strands)
    if who.glasses or scene.occlusion == "sunglasses":
        draw_glasses(sketch, who, scene.occlusion == "sunglasses")
    if scene.occlusion.startswith("hand"):
        draw_hand(sketch, who, scene)
    elif scene.occlusion == "hair":
        draw_lock(sketch, who, scene.amount)
    return paint(sketch, scene, size)


def _nose(sketch, who, both):
    lift = 0.055 * both[9]
    y, wide = who.nose_y - lift, who.nose_width * (1 + 0.22 * both[9] + 0.06 * both[12])
    tip = 0.16
    sketch.add(
        "soft",
        [(0.045, who.eye_y), (0.085, who.eye_y), (wide, y - 0.02), (wide * 0.6, y - 0.02)],
        112,
        depth=tip / 2,
    )
    sketch.add(
        "soft",
        [(-0.045, who.eye_y), (-0.085, who.eye_y), (-wide, y - 0.02), (-wide * 0.6, y - 0.02)],
        118,
        depth=tip / 2,
    )
    sketch.add(
        "soft",
        [(-0.03, who.eye_y), (0.03, who.eye_y), (wide * 0.45, y - 0.06), (-wide * 0.45, y - 0.06)],
        146,
        depth=tip,
    )
    sketch.add("soft", ROUND * [wide * 0.8, 0.03] + [0, y + 0.055], 100, depth=tip)
    for side in (-1, 1):
        sketch.add(
            "crisp",
            ROUND * [0.034, 0.02 + 0.006 * both[9]] + [side * wide * 0.5, y + 0.02],
            who.skin * 0.4,
            depth=tip,
        )
        ala = np.array([(0.86, -0.09), (1.08, -0.03), (1.0, 0.03), (0.76, 0.035)]) * [wide * side, 1] + [0, y]
        sketch.add("crisp", ala, who.skin * 0.68, 0.024, depth=tip * 0.7)
    if both[9] > 0.02:
        for k in range(3):
            row = who.eye_y + 0.03 + 0.06 * k - lift * 0.5
            arc = np.array([(-0.12, row + 0.05), (-0.05, row), (0.05, row), (0.12, row + 0.05)])
            sketch.add("soft", arc, 128 - 62 * both[9], 0.034, depth=tip * 0.6)
    sketch.add(
        "nose",
        [
            (-0.1, who.eye_y - 0.02),
            (0.1, who.eye_y - 0.02),
            (wide + 0.05, y - 0.06),
            (wide + 0.06, y + 0.07),
            (-wide - 0.06, y + 0.07),
            (-wide - 0.05, y - 0.06),
        ],
        1,
        depth=tip * 0.7,
    )


def _mouth(sketch, who, left, right, drop):
    both = {unit: (left[unit] + right[unit]) / 2 for unit in left}
    y = who.mouth_y + 0.3 * drop
    sides = []
    for side, units in ((-1, left), (1, right)):
        wide = who.mouth_width * (
            1 + 0.26 * units[12] + 0.30 * units[20] - 0.16 * both[23] - 0.17 * both[26] * (1 - units[12])
        )
        sides.append(
            (side * wide, y - 0.135 * units[12] + 0.115 * units[15] + 0.035 * units[20] - 0.02 * units[9])
        )
    (xl, yl), (xr, yr) = sides
    x = np.where(_T < 0, -_T * xl, _T * xr)
    corner = np.where(_T < 0, yl, yr)
    gap = 0.065 * both[25] + 0.27 * both[26]
    thin = 1 - 0.62 * both[23] - 0.2 * both[20] - 0.15 * both[12]
    square = 1 - np.abs(_T) ** (2 + 3 * both[20] + 1.3 * both[26])
    rise = 0.028 * both[15] - 0.03 * both[9]
    top = corner + (y - 0.32 * gap - 0.05 * both[9] - rise * 0.4 - corner) * square
    low = corner + (y + 0.68 * gap + 0.05 * both[12] * min(1.0, gap / 0.065) - corner) * square
    bow = np.sqrt(np.maximum(0, _ARCH)) * (1 - 0.22 * np.exp(-((_T / 0.2) ** 2)))
    outer_top = top - who.lips * thin * 0.85 * bow
    outer_low = low + who.lips * thin * 1.15 * np.sqrt(np.maximum(0, _ARCH))
    lip = who.skin * 0.70
    near = 0.05
    if who.beard in ("moustache", "full"):
        thick = 0.085
        m = np.concatenate(
            [
                np.stack([x * 1.12, outer_top + 0.01], 1),
                np.stack([x * 0.9, outer_top - thick * (0.35 + 0.65 * _ARCH)], 1)[::-1],
            ]
        )
        sketch.add("crisp", m, beard_tone(who), depth=near)
    for side, units, (cx, cy) in ((-1, left, sides[0]), (1, right, sides[1])):
        fold = (
            0.10 * max(0.0, who.age) + 0.75 * units[12] + 0.55 * units[9] + 0.2 * units[20] + 0.2 * units[15]
        )
        start = who.nose_y - 0.05 * units[9]
        line = [
            (side * (who.nose_width + 0.05), start),
            (cx * 0.5 + side * (who.nose_width + 0.17) * 0.62, (start + cy) / 2),
            (cx + side * 0.09, cy + 0.01),
        ]
        sketch.add("soft", line, 128 - 58 * min(1.0, fold), 0.05)
        sketch.add(
            "soft",
            ROUND * [0.15, 0.08 + 0.02 * units[6]]
            + [side * (who.eye_x + 0.1), 0.26 - 0.08 * units[6] - 0.04 * units[12]],
            128 + 18 * min(1.0, units[6] + 0.5 * units[12]),
        )
        dip = 0.3 + 0.7 * max(units[12], units[15], units[20])
        sketch.add("soft", ROUND * [0.035, 0.035] + [cx + side * 0.03, cy + 0.015], 128 - 40 * dip)
        if units[15] > 0.02:
            sketch.add(
                "soft", [(cx + side * 0.01, cy), (cx + side * 0.05, cy + 0.13)], 128 - 40 * units[15], 0.04
            )
    sketch.add("soft", np.stack([x * 0.6, outer_low + 0.045], 1), 106 - 8 * both[15], 0.05)
    sketch.add("crisp", _between(x, outer_top, outer_low), lip, depth=near)
    sketch.add("crisp", np.stack([x, (top + low) / 2], 1), who.skin * 0.36, 0.022, depth=near)
    if gap > 0.012:
        _open_mouth(sketch, who, both, x, top, low)
    sketch.add("crisp", np.stack([x, outer_low - 0.012], 1)[5:12], who.skin * 0.82, 0.016, depth=near)
    sketch.add("mouth", _between(x * 1.16, outer_top - 0.05, outer_low + 0.05), 1, depth=near)


def _open_mouth(sketch, who, both, x, top, low):
    room, near = low - top, 0.05
    sketch.add("crisp", _between(x, top, low), min(38, who.skin * 0.4), depth=near)
    tongue = 0.12 * max(0.0, both[26] - 0.2) * (1 - both[20]) * _ARCH
    if tongue.any():
        sketch.add(
            "crisp", _between(x * 0.6, np.maximum(low - tongue, top), low), who.skin * 0.48, depth=near
        )
    teeth = np.minimum(room, 0.075 * (1 - 0.45 * both[26] * (1 - both[12])) * _ARCH**0.3)
    sketch.add("crisp", _between(x * 0.94, top, top + teeth)[1:-1], 150 + 0.3 * who.skin, depth=near)
    if both[20] > 0.05:
        teeth = np.minimum(room * 0.4, 0.05 * both[20] * _ARCH**0.3)
        sketch.add("crisp", _between(x * 0.85, low - teeth, low)[1:-1], 120 + 0.3 * who.skin, depth=near)


def _between(x, top, low) -> np.ndarray:
    """Return the polygon between two curves over the same x."""
    return np.concatenate([np.stack([x, top], 1), np.stack([x, low], 1)[::-1]])


def _eye(sketch, who, units, side, gaze):
    x0, wide = side * who.eye_x, who.eye_width
    tilt = -who.eye_tilt * side * _T
    up = who.eye_height * (
        1 + 0.62 * units[5] - 0.42 * units[7] - 0.18 * units[6] - 0.16 * units[9] - 0.10 * units[4]
    )
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
        disc = ROUND * radius * share + centre
        where = np.clip((disc[:, 0] - x0) / wide, -1, 1)
        disc[:, 1] = np.clip(disc[:, 1], np.interp(where, _T, top), np.interp(where, _T, low))
        sketch.add("crisp", disc, tone, depth=0.03)
    spark = ROUND[::2] * 0.024 + [centre[0] + 0.028, centre[1] - 0.03]
    spark[:, 1] = np.maximum(spark[:, 1], np.interp((spark[:, 0] - x0) / wide, _T, top))
    sketch.add("crisp", spark, 245, depth=0.04)
    lash = min(30.0, 0.3 * who.skin)
    sketch.add("crisp", np.stack([x, top], 1), lash, 0.03)
    sketch.add("crisp", np.stack([x, low], 1), who.skin * 0.6, 0.016)
    crease = 0.05 - 0.028 * units[5] - 0.02 * units[4]
    sketch.add("crisp", np.stack([x, top - crease], 1)[2:15], who.skin * 0.74, 0.016)
    puff = 0.25 * max(0.0, who.age) + 0.8 * units[6] + 0.5 * units[7] + 0.2 * units[9]
    sketch.add(
        "soft", np.stack([x, low + 0.055 - 0.015 * units[6]], 1)[2:15], 128 - 42 * min(1.0, puff), 0.035
    )
    crow = min(1.0, units[6] + 0.25 * max(0.0, who.age))
    if crow > 0.02:
        for turn in (-0.07, 0.0, 0.07):
            start = (x0 + side * (wide + 0.03), y + turn * 0.4)
            sketch.add("soft", [start, (start[0] + side * 0.12, start[1] + turn)], 128 - 52 * crow, 0.022)
    sketch.add(
        "eyes",
        np.concatenate(
            [
                np.stack([x0 + wide * 1.3 * _T, top - 0.055], 1),
                np.stack([x0 + wide * 1.3 * _T, low + 0.06], 1)[::-1],
            ]
        ),
        1,
    )


def _brow(sketch, who, units, side):
    x = np.array([who.eye_x - 0.185, who.eye_x - 0.08, who.eye_x + 0.03, who.eye_x + 0.13, who.eye_x + 0.215])
    x = x - np.array([0.06, 0.045, 0.025, 0.01, 0]) * units[4]
    y = who.eye_y + who.brow_y - who.brow_arch * np.array([-0.3, 0.5, 1.0, 0.7, -0.5])
    y = (
        y
        - units[1] * np.array([0.15, 0.10, 0.04, 0.0, 0.0])
        - units[2] * np.array([0.015, 0.04, 0.09, 0.12, 0.105])
    )
    y = (
        y
        + units[4]
        * (1 - np.array([0.8, 0.65, 0.3, 0.0, 0.0]) * units[1])
        * np.array([0.135, 0.105, 0.065, 0.045, 0.03])
        + units[9] * np.array([0.05, 0.035, 0.015, 0, 0])
    )
    half = who.brow_thickness * np.array([0.95, 1.0, 0.85, 0.6, 0.2])
    upper, lower = np.stack([x, y - half], 1), np.stack([x, y + half * 0.7], 1)
    tone = beard_tone(who, 0.6) if who.age < 0.8 else 0.5 * beard_tone(who) + 0.35 * who.skin
    sketch.add("crisp", mirror(np.concatenate([upper, lower[::-1]]), side), tone, depth=0.05)
    if units[4] > 0.02:
        crease = np.array([(0.045, y[0] - 0.06), (0.05, y[0] + 0.0), (0.075, y[0] + 0.08)])
        sketch.add("soft", mirror(crease, side), 128 - 74 * units[4], 0.032, depth=0.05)
    region = [
        (0, y[0] - 0.09),
        *zip(x, y - half - 0.04, strict=True),
        *zip(x[::-1], (y + half + 0.035)[::-1], strict=True),
        (0, y[0] + 0.08),
    ]
    sketch.add("brows", mirror(np.array(region), side), 1, depth=0.05)


def _forehead(sketch, who, both):
    lines = min(1.0, 0.25 * max(0.0, who.age) + 0.75 * both[1] * (1 - 0.3 * both[4]) + 0.6 * both[2])
    for k in range(3):
        y = who.eye_y + who.brow_y - 0.22 - 0.1 * k
        x = np.linspace(-0.38 + 0.05 * k, 0.38 - 0.05 * k, 7)
        sketch.add("soft", np.stack([x, y - 0.03 * (1 - (x / 0.4) ** 2)], 1), 128 - 34 * lines, 0.03)
