"""Puppets as in a studio, for experiments in which one thing is changed: nothing else is in the way."""

from fer_course.faces import Faces
from fer_course.puppets.draw import draw_puppets

STUDIO = {"label_noise": 0, "low_light": 0, "blur": 0, "occlusion": 0, "pose": 0.2, "shares": (1,) * 7}
"""Every label right and equally frequent, good light, nothing hidden, heads turned a little."""


def draw_studio(n: int, seed: int = 0, **changed) -> Faces:
    """Draw puppets with ``STUDIO``, or with some of it changed; everything else as for ``draw_puppets``."""
    return draw_puppets(n, seed, **STUDIO | changed)
