import numpy as np
import pytest

from fer_course import checks_trust as checks

MASKS = np.zeros((2, 4, 4), bool)
MASKS[0, :2], MASKS[1, 0] = True, True  # a half and a quarter


def said(capsys, check, *answer, **context):
    check(*answer, **context)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (0.375, "Right. 37.5%"),
        (np.float64(0.375), "Right."),
        (0.625, "Not yet. 0.625: that is the share outside"),
        (12, "Not yet. 12: that is the number of pixels"),
        (37.5, "Not yet. 37.5: the right number in percent"),
        (..., "Not answered yet"),
        (MASKS, "Not yet. Expected one number"),
    ],
)
def test_the_energy_of_a_uniform_map(capsys, answer, starts):
    assert said(capsys, checks.uniform_energy, answer, MASKS).startswith(starts)


def test_the_energy_of_a_uniform_map_with_no_face_to_judge(capsys):
    assert said(capsys, checks.uniform_energy, 0.0, MASKS[:0]).startswith("Right.")


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (0.0625, "Right. 6.2%, and the maps have 50.0% there: 8.0 times"),
        (144 / 2304, "Right."),
        (0.25, "Not yet. 0.25: that is the corner's share of a side"),
        (144, "Not yet. 144: that is the number of pixels"),
        (6.25, "Not yet. 6.25: the right number in percent"),
        (36 / 2304, "Not yet. 0.015625: that is the mark itself"),
        (..., "Not answered yet"),
        ("corner", "Not yet. Expected one number"),
    ],
)
def test_the_corner_s_share_of_a_uniform_map(capsys, answer, starts):
    assert said(capsys, checks.corner_share, answer, 0.5).startswith(starts)
