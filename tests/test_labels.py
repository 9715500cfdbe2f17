"""The official order of the labels, which everything else relies on."""

from types import SimpleNamespace

import numpy as np
import pytest

from fer_course.labels import EXPRESSIONS, FER2013_COUNTS, FOLDER_ALIASES, USAGES, check_labels


def test_the_labels_are_in_the_official_order_and_not_in_the_alphabet_s():
    assert EXPRESSIONS == ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    assert list(EXPRESSIONS) != sorted(EXPRESSIONS)


def test_the_published_counts_add_up_to_35_887_images():
    assert tuple(FER2013_COUNTS) == USAGES
    assert FER2013_COUNTS["PrivateTest"] == (491, 55, 528, 879, 594, 416, 626)
    assert [sum(counts) for counts in FER2013_COUNTS.values()] == [28_709, 3_589, 3_589]
    assert all(len(counts) == 7 for counts in FER2013_COUNTS.values())


def test_happy_is_16_and_a_half_times_as_common_as_disgust():
    training = FER2013_COUNTS["Training"]
    assert round(max(training) / min(training), 1) == 16.5


def test_every_folder_name_stands_for_a_label_and_is_lower_case():
    assert {FOLDER_ALIASES[name] for name in EXPRESSIONS} == set(range(7))
    assert all(name == name.lower() and 0 <= label < 7 for name, label in FOLDER_ALIASES.items())
    assert [FOLDER_ALIASES[name] for name in EXPRESSIONS] == list(range(7))
    synonyms = ("anger", "disgusted", "fearful", "happiness", "sadness", "surprised")
    assert [FOLDER_ALIASES[name] for name in synonyms] == list(range(6))


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["happy", "sad"], r"Expected labels as numbers from 0 to 6, found np.str_\('happy'\); .* 3"),
        ([0, 3.4], r"Expected labels from 0 to 6, found 3\.4"),
        ([0, float("nan")], "Expected labels from 0 to 6, found nan"),
        ([-1, 7], "Expected labels from 0 to 6, found -1, 7"),
        (SimpleNamespace(labels=[0]), r"pass its \.labels"),
    ],
)
def test_labels_that_are_not_numbers_from_0_to_6_are_refused(labels, said):
    with pytest.raises(ValueError, match=said):
        check_labels([0, 6], labels)


def test_labels_from_0_to_6_pass_whatever_holds_them():
    check_labels([0, 6], np.arange(7.0), [])
