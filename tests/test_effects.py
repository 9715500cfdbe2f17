"""What each lesson must show."""

import pytest

from fer_course.effects import check_effect, effect_sentence

STAGES = "stage 2 over stage 1"


def test_an_effect_is_told_with_its_interval():
    assert effect_sentence(STAGES, 21.04, 17.5, 24.66) == f"Effect · {STAGES}: +21.0 (+17.5 to +24.7)"
    assert effect_sentence("methods with a clear gain in macro recall", 4).endswith(": +4.0")


def test_an_effect_that_no_lesson_has_is_refused():
    with pytest.raises(ValueError, match=r"Expected one of stage 2 over stage 1, .*found 'luck'"):
        effect_sentence("luck", 1)


@pytest.mark.parametrize(("value", "low"), [(14.9, 10.0), (20.0, -0.1), (20.0, 0.0)])
def test_the_tests_stop_at_an_effect_that_is_too_small_or_not_clear(value, low):
    with pytest.raises(AssertionError, match="Expected stage 2 over stage 1 of at least 15"):
        check_effect(STAGES, value, low)


def test_a_learner_with_a_small_effect_goes_on(monkeypatch):
    monkeypatch.delenv("FER_STRICT")
    check_effect(STAGES, 0.0, -1.0)
