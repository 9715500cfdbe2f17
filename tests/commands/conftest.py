"""A home, a small fer2013.csv, and a run of the command ``train``."""

import numpy as np
import pytest
from command_line import train_arguments

import fer_course.course
import fer_course.data.load
from fer_course.__main__ import main


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A folder in the place of the repository, so that no test writes into it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fer_course.data.load, "home", lambda: folder)
        patch.setattr(fer_course.course, "home", lambda: folder)
        patch.delenv("FER_DATA", raising=False)
        patch.delenv("FER_PROFILE", raising=False)
        yield folder


@pytest.fixture(scope="session")
def csv(home):
    """Ten random faces of each label for training, two for each half of the test set, as fer2013.csv has them."""
    rng = np.random.default_rng(0)
    rows = ["emotion,pixels,Usage"]
    for usage, n in (("Training", 10), ("PublicTest", 2), ("PrivateTest", 2)):
        for label in np.repeat(np.arange(7), n):
            rows.append(f"{label},{' '.join(map(str, rng.integers(0, 256, 2304)))},{usage}")
    path = home / "fer2013.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture(scope="session")
def weights(csv, home):
    assert main(train_arguments(csv, home / "run")) == 0
    return home / "run" / "best.safetensors"
