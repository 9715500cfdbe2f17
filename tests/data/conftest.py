import os
import warnings
from pathlib import Path

import pytest
from fer2013 import Sample
from repository import ROOT

from fer_course.data.load import load_faces


@pytest.fixture
def sample():
    return Sample()


@pytest.fixture(autouse=True)
def nothing_outside(tmp_path, monkeypatch):
    """Keep the cache of a test in its own folder, and its environment free of the machine's."""
    monkeypatch.setenv("FER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def real_data():
    """The folder of the real FER-2013, for the tests that need it."""
    folder = Path(os.environ.get("FER_REAL_DATA") or ROOT.parent / "shared" / "fer2013")
    if not (folder / "train.parquet").is_file():
        pytest.skip(f"needs the real FER-2013 as Parquet in {folder} (or where FER_REAL_DATA says)")
    return folder


@pytest.fixture(scope="session")
def real_faces(real_data, tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_faces(real_data, cache=tmp_path_factory.mktemp("cache"), progress=False)
