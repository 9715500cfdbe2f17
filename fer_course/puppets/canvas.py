"""The canvas of the puppets: from shapes in face units to pixels, in the light of a scene.

Face units: the origin between eyes and nose, x to the right, y down, the chin near y = 1. Shapes are collected first;
then all points are turned, tilted and scaled together, rounded to whole pixels of a canvas of 192 pixels, and filled
with Pillow. A second, blurred layer of 96 pixels holds light and shade: 128 leaves the skin as it is, less darkens,
more brightens.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from fer_course.faces import PARTS
from fer_course.puppets.people import Scene

CANVAS = 192
"""Height and width of the canvas that a puppet is drawn on, in pixels: four for each pixel of FER-2013."""

_SHADE = CANVAS // 2


class Sketch:
    """Shapes in face units, waiting to be projected and drawn together."""

    def __init__(self):
        self.points, self.depth, self.jobs = [], [], []

    def add(self, layer: str, points, tone: float, line: float = 0.0, depth: float = 0.0):
        """Add a polygon, or an open line where ``line`` (width in face units) is not 0."""
        points = np.asarray(points, dtype=np.float64)
        self.points.append(points)
        self.depth.append(depth)
        self.jobs.append((layer, len(points), tone, line))

    def project(self, scene: Scene, focus: float) -> tuple[np.ndarray, float]:
        """Return every point in canvas pixels, x and y, and the length of a face unit in pixels."""
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


def paint(sketch: Sketch, scene: Scene, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the picture and the bit field of the parts, both uint8 of shape (size, size)."""
    points, scale = sketch.project(scene, -0.02)
    canvas = _background(scene).resize((CANVAS, CANVAS), Image.Resampling.BILINEAR)
    soft = Image.new("L", (_SHADE, _SHADE), 128)
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
    picture = np.rint(np.broadcast_to(ramp[:, None] if rng.random() < 0.5 else ramp, (48, 48))).astype(
        np.uint8
    )
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
    shade = np.asarray(
        soft.resize((size, size), box if size <= _SHADE else Image.Resampling.BICUBIC), dtype=np.float32
    )
    across = np.linspace(-1, 1, size, dtype=np.float32)
    image = image * (shade / 128) * (1 + 0.18 * scene.light * across)
    if scene.blur:
        still = Image.fromarray(np.rint(np.clip(image, 0, 255)).astype(np.uint8))
        image = np.asarray(
            still.filter(ImageFilter.GaussianBlur(float(scene.blur * size / 48))), dtype=np.float32
        )
    image = (image - 128) * scene.contrast + 128 + scene.brightness
    image = image * (1 - 0.82 * scene.dark)
    if scene.noise:
        image = (
            image + np.random.default_rng(scene.grain).standard_normal((size, size), np.float32) * scene.noise
        )
    return np.rint(np.clip(image, 0, 255)).astype(np.uint8)
