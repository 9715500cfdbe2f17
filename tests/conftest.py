"""What holds for all tests: no window opens, an error in a control is raised, and hypothesis has one profile.

The profile: the same examples on every run and every machine, and no clock. And their order, if notebooks are among
them.
"""

import os

os.environ.setdefault("MPLBACKEND", "agg")
os.environ["FER_STRICT"] = "1"

from hypothesis import HealthCheck, settings

settings.register_profile(
    "course",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("course")


def pytest_collection_modifyitems(items):
    """Begin with notebook 04, whose network others look at, and end with the shortest: two programs share the work."""

    def turn(item):
        name = item.path.stem
        return (not name.startswith("04_"), -int(name[:2])) if item.path.suffix == ".ipynb" else (True, -100)

    items.sort(key=turn)
