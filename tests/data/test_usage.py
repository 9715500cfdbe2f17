"""What files, folders and columns say about the official split."""

import pytest

from fer_course.data.usage import assumptions, official, split_of_path, split_word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("train", "Training"),
        ("Training", "Training"),
        ("fer2013_train", "Training"),
        ("fer2013-test", "test"),
        ("PublicTest", "PublicTest"),
        ("public_test", "PublicTest"),
        ("fer_private_test", "PrivateTest"),
        ("VALIDATION", "validation"),
        ("dev", "validation"),
        ("eval", "test"),
        ("train-00000-of-00002", "Training"),
        ("images", None),
        ("contest", None),
        ("trainer", None),
        ("", None),
    ],
)
def test_a_word_for_a_split_is_known_alone_and_within_a_name(text, word):
    assert split_word(text) == word


def test_a_folder_around_a_table_counts_if_its_name_is_such_a_word_and_not_if_it_holds_one():
    assert split_word("Train", whole=True) == "Training"
    assert split_word("my_test_folder", whole=True) is None


def test_a_test_set_is_the_private_half_beside_a_validation_set_and_the_public_one_without():
    assert official(["Training", "validation", "test"]) == ["Training", "PublicTest", "PrivateTest"]
    assert official(["Training", "PublicTest", "test"]) == ["Training", "PublicTest", "PrivateTest"]
    assert official(["Training", "test", None]) == ["Training", "PublicTest", "Training"]


def test_the_beginning_of_a_file_name_counts_more_than_its_folder_and_the_inner_folder_more_than_the_outer():
    assert split_of_path("test/happy/PrivateTest_1.jpg") == ("PrivateTest", None)
    assert split_of_path("my_test/train/happy/1.jpg") == ("Training", "train/")
    assert split_of_path("faces/happy/1.jpg") == (None, "")


def test_what_was_assumed_is_said_with_its_number_and_what_is_sure_is_not():
    sources, usages = ["dev/", None, "", "dev/"], ["PublicTest", "Training", "Training", "PublicTest"]
    (sentence,) = assumptions(sources, usages, "files")
    assert "3 files" in sentence and "dev/ as PublicTest (2)" in sentence
    assert "what names no split as Training (1)" in sentence
    assert assumptions([None, None], ["Training"] * 2, "files") == []
