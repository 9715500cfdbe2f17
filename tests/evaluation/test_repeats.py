"""The tables of repeated runs that ship with the course."""

import pytest

from fer_course.evaluation.repeats import FOLDER, load_repeats


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_every_lab_has_five_seeds_and_all_arms_with_each(path):
    runs = load_repeats(path.stem)
    assert list(runs.columns[:2]) == ["seed", "arm"]
    assert set(runs.seed) == set(range(5))
    assert (runs.groupby("seed").arm.nunique() == runs.arm.nunique()).all() and not runs.duplicated(
        ["seed", "arm"]
    ).any()


def test_a_lab_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(FileNotFoundError, match=r"adapting.*'unheard of'"):
        load_repeats("unheard of")
