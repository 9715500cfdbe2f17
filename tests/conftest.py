"""What holds for all tests: no window opens, an error in a control is raised, and hypothesis has one profile.

The profile: the same examples on every run and every machine, and no clock.
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
