"""What lies around and over a puppet's face: head, hair, beard, glasses, and what may hide a part of it."""

import numpy as np

from fer_course.puppets.people import Identity

_TURN = np.linspace(0, 2 * np.pi, 40, endpoint=False)
_COS, _SIN = np.cos(_TURN), np.sin(_TURN)
ROUND = np.stack([_COS, _SIN], 1)[::2]


def mirror(points: np.ndarray, side: int) -> np.ndarray:
    """Return the points on the given side: 1 right, -1 left."""
    return points * np.array([side, 1.0])


def outline_of(who: Identity, drop: float, grow: float = 0.0) -> np.ndarray:
    """Return the outline of head and jaw; ``drop`` lowers the chin, ``grow`` widens the outline."""
    power = 0.94 - 0.26 * who.jaw
    down = np.maximum(_SIN, 0)
    x = np.sign(_COS) * np.abs(_COS) ** np.where(_SIN > 0, power, 0.9)
    x = x * (who.width + grow) * (1 - (0.13 - 0.1 * who.jaw) * down**2)
    y = np.where(_SIN > 0, (1.0 + drop + grow) * np.abs(_SIN) ** 0.96, -(1.06 + grow) * np.abs(_SIN) ** 0.92)
    return np.stack([x, y], 1)


def beard_tone(who, share=0.75):
    """Return the tone of brows and beard: darker than the skin, or they would not show."""
    return min(share * who.hair_tone + (1 - share) * 0.35 * who.skin, 0.56 * who.skin)


def draw_behind(sketch, who, drop, strands):
    """Add what is behind the face: long hair, neck, shoulders, ears."""
    hair, style = who.hair_tone, who.hair
    if style in ("long", "bob"):
        end = 1.5 if style == "long" else 0.72 + 0.25 * strands[1]
        wide = who.width + 0.1 + 0.08 * strands[0]
        x = np.array([-wide * 0.98, -wide, -wide * 0.92, -0.5, 0, 0.5, wide * 0.92, wide, wide * 0.98])
        y = np.array([end, 0, -0.7, -1.12, -1.22, -1.12, -0.7, 0, end])
        sketch.add("crisp", np.stack([x, y], 1), hair * 0.85, depth=-0.3)
    elif style == "big":
        grow = 0.16 + 0.12 * strands[0]
        sketch.add("crisp", ROUND * [who.width + grow, 0.95 + grow] + [0, -0.33], hair * 0.9, depth=-0.2)
    elif style == "bun":
        sketch.add("crisp", ROUND * [0.26, 0.22] + [0.1 * (strands[0] - 0.5), -1.18], hair * 0.9, depth=-0.1)
    elif style == "headscarf":
        sketch.add("crisp", outline_of(who, drop, 0.14), who.cloth * 0.9, depth=-0.1)
    neck = who.width * (0.58 if who.age > -0.7 else 0.48)
    sketch.add(
        "crisp",
        [(-neck, 0.6), (neck, 0.6), (neck * 1.05, 1.6), (-neck * 1.05, 1.6)],
        who.skin * 0.72,
        depth=-0.4,
    )
    sketch.add(
        "crisp",
        [(-1.6, 1.75), (-1.1, 1.27), (-neck, 1.13), (0, 1.3), (neck, 1.13), (1.1, 1.27), (1.6, 1.75)],
        who.cloth,
        depth=-0.4,
    )
    if style == "headscarf":
        sketch.add(
            "crisp",
            [(-who.width, 0.5), (who.width, 0.5), (0.75, 1.7), (-0.75, 1.7)],
            who.cloth * 0.8,
            depth=-0.2,
        )
    elif style not in ("long", "bob"):
        for side in (-1, 1):
            ear = ROUND * [0.09, 0.17] + [side * (who.width + 0.005), who.eye_y + 0.2]
            sketch.add("crisp", ear, who.skin * 0.86, depth=-0.15)
            sketch.add(
                "crisp",
                ROUND * [0.04, 0.1] + [side * (who.width + 0.02), who.eye_y + 0.2],
                who.skin * 0.68,
                depth=-0.15,
            )


def draw_head(sketch, who, drop, light):
    """Add the skin, its light and shade, and the beard."""
    outline = outline_of(who, drop)
    sketch.add("crisp", outline, who.skin)
    # A bright inner oval, pushed toward the light and blurred, rounds the face.
    strength = abs(light)
    sketch.add("form", outline, 100 - 38 * strength)
    sketch.add("form", outline * [0.78, 0.84] + [light * 0.24, -0.05], 132 + 8 * strength)
    for side in (-1, 1):
        sketch.add("soft", ROUND * [who.eye_width * 1.25, 0.13] + [side * who.eye_x, who.eye_y - 0.05], 116)
        sketch.add("soft", ROUND * [0.15, 0.1] + [side * (who.eye_x + 0.08), 0.24], 138 + 6 * light * side)
    sketch.add("soft", ROUND * [0.16, 0.07] + [0, 0.88 + drop], 136)
    sketch.add("soft", ROUND * [0.3, 0.12] + [0.1 * light, -0.62], 136)
    if who.beard in ("stubble", "full"):
        k = outline_of(who, drop, 0.012 if who.beard == "full" else -0.02)
        low = k[k[:, 1] > 0.2]
        top = [
            (-who.width * 0.8, 0.3),
            (-0.42, 0.48),
            (-0.16, 0.42),
            (0.16, 0.42),
            (0.42, 0.48),
            (who.width * 0.8, 0.3),
        ]
        shape = np.concatenate([low, top])
        if who.beard == "full":
            sketch.add("crisp", shape, beard_tone(who))
        else:
            sketch.add("soft", shape, 102)
    elif who.beard == "goatee":
        sketch.add("crisp", ROUND * [0.15, 0.11] + [0, 0.91 + drop], beard_tone(who))


def draw_hair(sketch, who, strands):
    """Add the hair, or scarf, in front of the forehead."""
    style, tone = who.hair, who.hair_tone
    if style == "none":
        return
    wide = who.width + 0.045
    part = (strands[2] - 0.5) * 0.9
    line = -0.62 + 0.12 * strands[3] + 0.05 * max(0.0, -who.age)
    cap = outline_of(who, 0, 0.06)
    cap = cap[cap[:, 1] < -0.3]
    cap = cap[np.argsort(cap[:, 0])]
    if style == "headscarf":
        band = np.array(
            [
                (wide, -0.3),
                (0.56, line - 0.05),
                (0.2, line - 0.13),
                (-0.2, line - 0.13),
                (-0.56, line - 0.05),
                (-wide, -0.3),
            ]
        )
        cloth = np.concatenate([cap, band])
        sketch.add("crisp", cloth, who.cloth)
        sketch.add("crisp", band, who.cloth * 0.75, 0.03)
        for side in (-1, 1):
            edge = np.array(
                [
                    (who.width + 0.08, -0.4),
                    (who.width - 0.04, -0.35),
                    (who.width - 0.05, 0.2),
                    (who.width - 0.2, 0.75),
                    (who.width - 0.1, 1.0),
                    (who.width + 0.12, 0.6),
                ]
            )
            sketch.add("crisp", mirror(edge, side), who.cloth)
        return
    if style == "receding":
        edge = [
            (wide, -0.15),
            (wide - 0.08, -0.45),
            (0.5, -0.75),
            (0.32, -0.98),
            (0, -0.86),
            (-0.32, -0.98),
            (-0.5, -0.75),
            (-wide + 0.08, -0.45),
            (-wide, -0.15),
        ]
    elif style == "fringe":
        low = who.eye_y - 0.36
        edge = [(wide, 0.0), (wide - 0.09, -0.3), (0.5, low - 0.02)]
        edge += [(0.5 - 0.125 * k, low + 0.06 * (strands[8 + k] - 0.5)) for k in range(1, 8)]
        edge += [(-0.5, low - 0.02), (-wide + 0.09, -0.3), (-wide, 0.0)]
    elif style in ("side part", "bob", "long"):
        edge = [
            (wide, 0.02),
            (wide - 0.1, -0.28),
            (0.46, line + 0.06),
            (part, line - 0.3),
            (-0.46, line + 0.06),
            (-wide + 0.1, -0.28),
            (-wide, 0.02),
        ]
    else:
        edge = [(wide, -0.02), (wide - 0.1, -0.06), (wide - 0.13, -0.42), (0.5, line)]
        edge += [(0.5 - 0.125 * k, line - 0.09 - 0.09 * strands[8 + k]) for k in range(1, 8)]
        edge += [(-0.5, line), (-wide + 0.13, -0.42), (-wide + 0.1, -0.06), (-wide, -0.02)]
    sketch.add("crisp", np.concatenate([cap, np.array(edge)]), tone)
    if style in ("curly", "big"):
        for k in range(11):
            angle = np.pi * (k - 0.5) / 9
            ring = 0.13 + 0.05 * strands[8 + k]
            sketch.add(
                "crisp",
                ROUND[::2] * ring + [-np.cos(angle) * (wide - 0.03), -0.32 - np.sin(angle) * 0.62],
                tone * (0.85 + 0.3 * strands[20 + k]),
            )
    elif style != "receding":
        shine = min(255.0, tone * 1.08 + 10)
        for k in range(4):
            x = -0.45 + 0.3 * k + 0.1 * strands[12 + k]
            sketch.add("crisp", [(x * 0.8, -1.03), (x, -0.9), (x * 1.1, -0.8)], shine, 0.025)


def draw_glasses(sketch, who, dark):
    """Add glasses, or sunglasses where ``dark``."""
    rim, wide, high = (25 if dark or who.quirk % 3 else 90), who.eye_width + 0.075, 0.15
    y = who.eye_y + 0.01
    corner = np.sign(ROUND) * np.abs(ROUND) ** (0.7 if who.quirk % 2 else 1.0)
    for side in (-1, 1):
        lens = corner * [wide, high] + [side * who.eye_x, y]
        if dark:
            sketch.add("crisp", lens, 28, depth=0.14)
            sketch.add(
                "crisp",
                [(side * who.eye_x - 0.1, y - 0.03), (side * who.eye_x - 0.02, y - 0.09)],
                90,
                0.03,
                depth=0.14,
            )
        sketch.add("crisp", np.concatenate([lens, lens[:1]]), rim, 0.03, depth=0.14)
        sketch.add(
            "crisp",
            [(side * (who.eye_x + wide), y - 0.04), (side * (who.width + 0.01), y - 0.02)],
            rim,
            0.028,
            depth=0.05,
        )
    inner = who.eye_x - wide
    sketch.add("crisp", [(-inner, y - 0.03), (0, y - 0.06), (inner, y - 0.03)], rim, 0.03, depth=0.18)


def draw_hand(sketch, who, scene):
    """Add a hand before the face, as far over it as ``scene.amount`` says."""
    side = 1 if who.quirk & 1 else -1
    hide = scene.amount
    if scene.occlusion == "hand at the mouth":
        palm, aim = np.array([side * (0.55 - 0.3 * hide), 1.15 - 0.3 * hide]), np.array([-side * 0.62, -0.55])
    elif scene.occlusion == "hand at the cheek":
        palm, aim = (
            np.array([side * (0.85 - 0.22 * hide), 0.75 - 0.1 * hide]),
            np.array([-side * 0.25, -0.95]),
        )
    else:
        palm, aim = np.array([side * (1.0 - 0.4 * hide), -0.3 - 0.1 * hide]), np.array([-side * 0.85, -0.3])
    aim = aim / np.hypot(*aim)
    across = np.array([-aim[1], aim[0]])
    arm = palm - aim * 1.2
    edge, skin = who.skin * 0.62, who.skin * 0.95
    sketch.add(
        "crisp",
        [palm + across * 0.2, arm + across * 0.25, arm - across * 0.25, palm - across * 0.2],
        skin * 0.9,
        depth=0.1,
    )
    sketch.add(
        "cover",
        [palm + across * 0.2, arm + across * 0.25, arm - across * 0.25, palm - across * 0.2],
        120,
        depth=0.1,
    )
    oval = ROUND[:, :1] * 0.27 * aim + ROUND[:, 1:] * 0.25 * across + palm
    sketch.add("crisp", oval, skin, depth=0.1)
    sketch.add("cover", oval, 126, depth=0.1)
    for spread, length in ((-0.19, 0.46), (-0.065, 0.55), (0.065, 0.53), (0.19, 0.42)):
        root = palm + across * spread + aim * 0.1
        end = root + aim * length + across * spread * 0.45
        for width, tone in ((0.15, edge), (0.118, skin)):
            half = across * width / 2
            finger = [
                root + half,
                end + half,
                end + half * 0.5 + aim * 0.06,
                end - half * 0.5 + aim * 0.06,
                end - half,
                root - half,
            ]
            sketch.add("crisp", finger, tone, depth=0.12)
            if tone == edge:
                sketch.add("cover", finger, 128, depth=0.12)
        nail = end + aim * 0.01
        sketch.add("crisp", ROUND[::2] * 0.03 + nail, min(250, skin * 1.12), depth=0.12)


def draw_lock(sketch, who, amount):
    """Add a lock of hair that falls over one eye."""
    side = 1 if who.quirk & 2 else -1
    reach = 0.15 + 0.45 * amount
    tone = who.cloth if who.hair == "headscarf" else who.hair_tone
    for k in range(5):
        start = who.width * (0.95 - 0.25 * k)
        end = who.width * (1.0 - reach * (k + 1) / 3.2)
        long = 0.55 + 0.4 * amount - 0.12 * k
        strand = np.array(
            [
                (start + 0.12, -1.0),
                (start - 0.1, -1.05),
                (end - 0.06, -0.3),
                (end, long - 0.3),
                (end + 0.14, -0.2),
            ]
        )
        sketch.add("crisp", mirror(strand, side), tone * (0.85 + 0.06 * k), depth=0.1)
