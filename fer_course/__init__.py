"""FER Course: facial expression recognition, taught hands on.

The notebooks start with ``fer_course.setup()``; everything else is imported from the module that is about it.
"""

from fer_course.labels import EXPRESSIONS

__all__ = ["EXPRESSIONS", "setup"]


def setup(data=None, profile=None, *, seed=0):
    """Load the faces, choose the depth, and say what was chosen: see ``fer_course.course.setup``."""
    from fer_course.course import setup as course_setup

    return course_setup(data, profile, seed=seed)
