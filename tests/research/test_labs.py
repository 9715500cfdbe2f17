"""The tool that repeats the labs."""

import pandas as pd
import pytest

from research import labs
from tools.lab_tables import LABS


@pytest.fixture
def calls(monkeypatch):
    """Stand in for a lab: it measures the seed itself, and is asked which seeds."""
    asked = []

    class Lab:
        CLAIMS = ()

        @staticmethod
        def repeat(seed):
            asked.append(seed)
            return {"plain": {"accuracy": 50 + seed}, "new": {"accuracy": 51.239 + seed}}

    monkeypatch.setitem(LABS, "adapting", Lab)
    return asked


def test_a_row_for_each_seed_and_arm_and_seeds_that_are_there_are_not_repeated(calls, tmp_path):
    given = ["adapting", "--out", str(tmp_path), "--seeds"]
    assert labs.main([*given, "0", "1"]) == 0
    assert labs.main([*given, "0", "1", "2"]) == 0
    assert calls == [0, 1, 2]
    runs = pd.read_csv(tmp_path / "adapting.csv")
    assert runs.seed.tolist() == [0, 0, 1, 1, 2, 2] and runs.arm.tolist() == ["plain", "new"] * 3
    assert runs.accuracy.tolist() == [50, 51.24, 51, 52.24, 52, 53.24]


def test_a_lab_that_is_not_there_is_refused_with_those_that_are(capsys):
    with pytest.raises(SystemExit):
        labs.main(["unheard-of"])
    assert "adapting" in capsys.readouterr().err
