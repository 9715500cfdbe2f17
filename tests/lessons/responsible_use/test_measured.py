"""What was measured on photographs is what the result file holds."""

import json

import pytest
from repository import ROOT

from fer_course.evaluation.corruptions import CORRUPTIONS, STRENGTHS
from fer_course.lessons.responsible_use import measured

AUDIT = json.loads((ROOT / "research" / "results" / "audit.json").read_text(encoding="utf-8"))


def test_the_table_of_conditions_is_that_of_the_result_file():
    table, held = measured.conditions(), AUDIT["fer2013"]
    assert list(table.index) == [("clean", 0), *((name, s) for name in CORRUPTIONS for s in STRENGTHS)]
    assert set(table.n) == {held["n"]}
    for (name, strength), row in table.iterrows():
        assert row.accuracy == pytest.approx(held["right"][f"{name}, {strength}"] / held["n"])
        assert row.low < row.accuracy < row.high


def test_the_voters_are_those_of_the_result_file():
    images = measured.voters()
    assert list(images.index) == list(range(1, 11)) and images.sum() == AUDIT["votes"]["n"]
    assert images.tolist() == AUDIT["votes"]["images"]
