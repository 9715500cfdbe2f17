"""Captions of what a puppet shows."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from samples import noise_faces

from fer_course.data.votes import VOTES
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.lab_faces_and_words import captions


@pytest.fixture(scope="module")
def pairs():
    return captions.puppet_pairs(0, 60, 40)


def test_no_caption_of_a_puppet_names_an_expression(pairs):
    words = {word for text in pairs[0].captions for word in text.replace(",", " ").split()}
    assert not words & set(EXPRESSIONS) and "puppet" not in words


def test_captions_tell_some_of_what_is_there_and_little_that_is_not(pairs):
    some, _ = captions.puppet_pairs(1, 600, 1)
    assert 1 - captions.FORGOTTEN - 0.04 < some.told[some.true].mean() < 1 - captions.FORGOTTEN + 0.04
    assert some.told[~some.true].mean() == pytest.approx(captions.INVENTED, abs=0.01)


def test_every_caption_says_what_is_told_and_nothing_else(pairs):
    for text, told in zip(pairs[0].captions, pairs[0].told, strict=True):
        said = {part for part in text.split(", ") if part not in captions.AT_REST}
        assert len(said) == told.sum()
        assert all(any(part in captions.WORDINGS[k] for part in said) for k in np.flatnonzero(told))


def test_a_caption_without_an_action_unit_says_that_the_face_is_at_rest(pairs):
    for text, told in zip(pairs[0].captions, pairs[0].told, strict=True):
        at_rest = any(part in captions.AT_REST for part in text.split(", "))
        assert at_rest == (not told[:13].any())


def test_the_same_seed_gives_the_same_captions_and_another_gives_others(pairs):
    again, other = captions.puppet_pairs(0, 60, 1)[0], captions.caption_puppets(pairs[0].faces, 5)
    assert again.captions == pairs[0].captions != other.captions


def test_facts_come_from_action_units_and_from_who_it_is(pairs):
    faces = pairs[0].faces
    facts = captions.facts_of(faces)
    assert facts.shape == (60, 18)
    np.testing.assert_array_equal(facts[:, 7], faces.action_units[:, 7] >= captions.SEEN)
    np.testing.assert_array_equal(facts[:, 13], faces.people["glasses"])
    assert not (facts[:, 15] & facts[:, 16]).any()  # a headscarf hides the hair


def test_a_bag_counts_words_in_any_order():
    one, other = captions.bags_of_words(["frowning, thin lips", "lips thin, Frowning"])
    assert torch.equal(one, other) and one.sum() == 3
    twice = captions.bags_of_words(["open lips, thin lips"])[0]
    assert twice.max() == 2 and twice.sum() == 4


@pytest.mark.parametrize(("text", "words"), [("a bicycle", "bicycle"), ("", "empty")])
def test_a_word_that_no_caption_uses_and_no_word_at_all_are_refused(text, words):
    with pytest.raises(ValueError, match=words):
        captions.bags_of_words([text])


def test_photographs_get_the_words_of_their_votes_or_of_their_label():
    faces = noise_faces(3)
    votes = np.zeros((3, len(VOTES)), np.uint8)
    votes[0, 3] = votes[2, VOTES.index("NF")] = 10
    some = captions.caption_photographs(replace(faces, votes=votes))
    assert some.captions[0] == ", ".join([VOTES[3]] * 3)
    assert some.words[2].sum() == 3
    assert some.captions[1] == EXPRESSIONS[faces.labels[1]] and some.told is None


def test_a_prompt_is_a_prototype_in_three_wordings(pairs):
    prompts = captions.prompts_for(pairs[1])
    assert [len(texts) for texts in prompts] == [3] * 7
    assert prompts[3][1] == "cheeks pushed upward, smiling" and prompts[6] == list(captions.AT_REST)


def test_photographs_are_asked_about_in_words_that_they_were_captioned_with():
    votes = np.zeros((2, len(VOTES)), np.uint8)
    votes[:, 1] = 10
    voted = captions.caption_photographs(replace(noise_faces(2), votes=votes))
    assert VOTES[1] in captions.prompts_for(voted)[3]
    assert captions.prompts_for(captions.caption_photographs(noise_faces(7)))[3] == ["happy"]


def test_the_course_s_own_faces_decide_what_is_captioned():
    puppets = SimpleNamespace(faces=SimpleNamespace(is_puppets=True), seed=0)
    assert all(some.told is not None for some in captions.pairs_for(puppets, 8, 4))
    photographs = SimpleNamespace(
        faces=SimpleNamespace(is_puppets=False), train=noise_faces(9), validation=noise_faces(6), seed=0
    )
    learn, new = captions.pairs_for(photographs, 5, 4)
    assert len(learn) == 5 and len(new) == 4 and learn.told is None
