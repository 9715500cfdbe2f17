"""A home, a small fer2013.csv, and a run of the command ``train``."""

import numpy as np
import pytest
from command_line import train_arguments

from fer_course.__main__ import main


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A folder in the place of the repository."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def nothing_outside(home, monkeypatch):
    """Keep what a command writes in that folder, and its environment free of the machine's."""
    set_environment(home, monkeypatch)


def set_environment(home, patch):
    patch.setenv("FER_HOME", str(home))
    patch.delenv("FER_DATA", raising=False)
    patch.delenv("FER_PROFILE", raising=False)


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
    # Made once for all tests, and so before the fixture above has set anything.
    with pytest.MonkeyPatch.context() as patch:
        set_environment(home, patch)
        assert main(train_arguments(csv, home / "run")) == 0
    return home / "run" / "best.safetensors"
