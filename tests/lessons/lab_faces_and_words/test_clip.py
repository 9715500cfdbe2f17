"""Two small towers, and CLIP's loss."""

import math

import numpy as np
import pytest
import torch

from fer_course.lessons.lab_faces_and_words import captions, clip


def vectors(n, seed=0):
    return [
        torch.nn.functional.normalize(
            torch.randn(n, 64, generator=torch.Generator().manual_seed(seed + k)), dim=1
        )
        for k in range(2)
    ]


@pytest.fixture(scope="module")
def pairs():
    return captions.puppet_pairs(0, 128, 40)


def test_the_loss_of_towers_that_know_nothing_is_the_logarithm_of_how_many_captions_there_are():
    same = torch.ones(128, 64) / 8
    assert float(clip.clip_loss(same, same, 14.0)) == pytest.approx(math.log(128), abs=1e-5)
    assert float(clip.clip_loss(same, same, 14.0, groups=32)) == pytest.approx(math.log(4), abs=1e-5)


def test_the_loss_is_the_mean_of_two_cross_entropies():
    u, v = vectors(8)
    s = 14 * u @ v.T
    by_hand = sum(torch.nn.functional.cross_entropy(x, torch.arange(8)) for x in (s, s.T)) / 2
    torch.testing.assert_close(clip.clip_loss(u, v, 14.0), by_hand)


def test_groups_are_batches_of_their_own():
    u, v = vectors(8)
    halves = [clip.clip_loss(u[part], v[part], 14.0) for part in (slice(0, 4), slice(4, 8))]
    torch.testing.assert_close(clip.clip_loss(u, v, 14.0, groups=2), sum(halves) / 2)


def test_similarities_of_other_groups_do_not_appear():
    u, v = vectors(6)
    found = clip.grouped(u, v, 3)
    assert found.shape == (3, 2, 2)
    torch.testing.assert_close(found[1], u[2:4] @ v[2:4].T)


def test_towers_give_unit_vectors_and_start_at_the_usual_scale():
    towers = clip.Towers(3).eval()
    some = (
        towers.faces(torch.randn(2, 1, 32, 32)),
        towers.captions(captions.bags_of_words(["frowning", "curls"])),
    )
    for found in some:
        assert found.shape == (2, 64)
        torch.testing.assert_close(found.norm(dim=1), torch.ones(2))
    assert float(towers.scale.detach()) == pytest.approx(14)


def test_training_is_the_same_twice_and_brings_pairs_together(pairs):
    learn, _ = pairs
    first, second = (clip.train_towers(learn, 1, epochs=3) for _ in range(2))
    vectors = clip.embed(first, learn)
    assert all(torch.equal(a, b) for a, b in zip(vectors, clip.embed(second, learn), strict=True))
    before = clip.embed(clip.Towers(1).eval(), learn)
    assert clip.clip_loss(*vectors, 14.0) < clip.clip_loss(*before, 14.0)
    assert first.scale == clip.Towers(1).scale


def test_a_scale_moves_only_if_it_is_to_be_learned(pairs):
    towers = clip.train_towers(pairs[0], epochs=2, loss=clip.Contrastive(learn_scale=True))
    assert float(towers.scale.detach()) != pytest.approx(14, abs=1e-4)


def test_fewer_pairs_than_a_batch_are_refused(pairs):
    with pytest.raises(
        ValueError, match="at least one batch of 128 faces with captions, found 100; bring more faces"
    ):
        clip.train_towers(pairs[0][:100])


def test_an_order_decides_which_pairs_share_a_batch():
    learn, _ = captions.puppet_pairs(0, 256, 1)
    seen = []

    class Spy(clip.Contrastive):
        def __call__(self, u, v, scale, index):
            seen.append(set(index.tolist()))
            return super().__call__(u, v, scale, index)

    clip.train_towers(learn, epochs=1, loss=Spy(), order=lambda epoch: np.arange(256)[::-1].copy())
    assert seen == [set(range(128, 256)), set(range(128))]


def test_zero_shot_takes_the_nearest_prompt(pairs):
    _, new = pairs
    towers = clip.Towers(0).eval()
    prompts = captions.prompts_for(new)
    u, _ = clip.embed(towers, new)
    nearest = (u @ clip.prompt_vectors(towers, prompts).T).argmax(1).numpy()
    right = 100 * (nearest == new.faces.clean_labels).mean()
    assert clip.examine(towers, new, prompts)["zero-shot"] == pytest.approx(right)


def test_two_expressions_are_told_apart_by_their_two_prompts_alone(pairs):
    _, new = pairs
    towers, prompts = clip.Towers(0).eval(), captions.prompts_for(new)
    u, _ = clip.embed(towers, new)
    fear, surprise = ((u @ clip.prompt_vectors(towers, [prompts[k]]).T)[:, 0].numpy() for k in (2, 5))
    labels = new.faces.clean_labels
    right = np.concatenate([(fear > surprise)[labels == 2], (surprise > fear)[labels == 5]])
    assert clip.told_apart(towers, new, prompts) == pytest.approx(100 * right.mean())


def test_recall_counts_a_caption_of_the_same_words_as_right():
    u = v = torch.eye(3)
    assert clip.recall_at(u, v, ["frowning", "curls", "bearded"], 1) == (100, 100)
    turned = v[[1, 0, 2]]
    assert clip.recall_at(u, turned, ["frowning", "curls", "bearded"], 1) == (pytest.approx(100 / 3),) * 2
    assert clip.recall_at(u, turned, ["thin lips", "lips thin", "bearded"], 1) == (100, 100)
