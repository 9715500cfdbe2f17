import numpy as np
import pytest

from fer_course import checks_balance as checks
from fer_course.checks import NOT_ANSWERED
from fer_course.faces import Faces
from fer_course.frozen import compare_heads
from fer_course.labels import FER2013_COUNTS

PUBLISHED = FER2013_COUNTS["Training"]
LABELS = np.repeat(np.arange(7), [4, 2, 4, 6, 4, 4, 4])
FACES = Faces(
    images=np.zeros((28, 48, 48), np.uint8),
    labels=LABELS,
    names=np.array([f"{i}.png" for i in range(28)]),
    usage=np.full(28, "Training"),
    source="blank",
)
TABLE = compare_heads({"no weights": LABELS, "balanced": np.zeros(28, int)}, LABELS, draws=10)
EXERCISES = (
    lambda answer: checks.faces_left_after_undersampling(answer, FACES),
    lambda answer: checks.happy_faces_for_one_disgust(answer, PUBLISHED, cap=3),
    lambda answer: checks.what_to_report(answer, TABLE),
)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_open_answer_is_said_to_be_open(exercise, capsys):
    exercise(...)
    assert capsys.readouterr().out.strip() == NOT_ANSWERED


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("answer", [None, "many", [1, 2], print, np.zeros(3), float("nan"), True])
def test_an_answer_of_the_wrong_type_is_told_so_without_an_error(exercise, answer, capsys):
    exercise(answer)
    assert capsys.readouterr().out.startswith("Not yet. Expected one")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (14, "Right. 14 of 28 faces: 50% thrown away."),
        (2, "smallest class; there are 7 classes"),
        (0.5, "share that is left"),
        (42, "oversampling"),
        (28, "all of them"),
        (15, "too large"),
    ],
)
def test_undersampling_is_answered_with_what_the_number_means(answer, told, capsys):
    checks.faces_left_after_undersampling(answer, FACES)
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (3 / (28_709 / (7 * 7_215)), "Right. 5.3. Without the cap it would be 16.5"),
        (7_215 / 436, "without the cap"),
        (3, "weight of a disgusted face; what is"),
        (9.407, "before the cap"),
        (0.1895, "the other way round"),
    ],
)
def test_the_cap_is_answered_with_what_the_number_means(answer, told, capsys):
    checks.happy_faces_for_one_disgust(answer, PUBLISHED, cap=3)
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "told"), [(" C ", "Right."), ("a", "never says disgust"), ("b", "hides")])
def test_what_to_report_is_answered_with_the_reason(answer, told, capsys):
    checks.what_to_report(answer, TABLE)
    assert told in capsys.readouterr().out
