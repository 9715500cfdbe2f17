"""Hard pairs, and those that are not wrong at all."""

import numpy as np
import pytest
import torch

from fer_course.lessons.lab_faces_and_words import captions, clip, hard


def unit(rows):
    return torch.nn.functional.normalize(torch.tensor(rows, dtype=torch.float32), dim=1)


@pytest.fixture(scope="module")
def pairs():
    return captions.puppet_pairs(0, 256, 20)[0]


@pytest.mark.parametrize("mining", hard.MININGS)
def test_mining_equals_a_loop(mining):
    rng = torch.Generator().manual_seed(0)
    u, v = (torch.nn.functional.normalize(torch.randn(12, 5, generator=rng), dim=1) for _ in range(2))
    for i, found in enumerate(hard.mine(u, v, mining, k=4, duplicate=2)):
        score = {}
        for j in range(12):
            by_face, by_text = float(u[i] @ u[j]), float(v[i] @ v[j])
            score[j] = {
                hard.BY_TEXT: by_text,
                hard.BY_IMAGE: by_face,
                hard.BY_BOTH: by_text * by_face,
            }[mining]
        del score[i]
        assert found.tolist() == sorted(score, key=score.get, reverse=True)[:4]


def test_duplicates_count_for_nothing():
    u, v = unit([[1, 0], [1, 0.001], [1, 0.5]]), unit([[1, 0], [1, 0.3], [1, 0.3]])
    assert hard.hardness(u, v)[0, 1] == 0 < hard.hardness(u, v)[0, 2]
    assert hard.hardness(u, v, duplicate=1.1)[0, 1] > 0.9


def test_two_pairs_that_are_unlike_in_both_count_as_hard_as_released():
    u, v = unit([[1, 0], [-1, 1], [1, 2]]), unit([[1, 0], [-1, 1], [1, 2]])
    assert hard.hardness(u, v)[0, 1] == pytest.approx(0.5)
    assert hard.hardness(u, v)[0, 2] == pytest.approx(0.2)


def test_only_what_is_allowed_is_mined():
    u = v = unit(np.random.default_rng(0).normal(size=(6, 4)).tolist())
    allowed = np.ones((6, 6), bool)
    allowed[:, 3] = False
    assert not (hard.mine(u, v, k=3, allowed=allowed) == 3).any()


def test_a_caption_is_true_of_a_face_that_has_all_that_it_tells(pairs):
    true = hard.true_of_both(pairs)
    for i in range(0, 256, 37):
        for j in range(0, 256, 19):
            told = pairs.told[j]
            all_there = pairs.true[i][told].all()
            resting = told[:13].any() or not pairs.true[i][:13].any()
            assert true[i, j] == (all_there and resting)


def test_the_share_of_false_negatives_is_in_per_cent():
    true = np.array([[True, False, True], [False, True, False], [True, True, True]])
    assert hard.share_of_false(np.array([[1, 2], [0, 2], [0, 1]]), true) == pytest.approx(50)


def test_half_of_a_batch_are_hard_pairs_of_the_other_half_and_nobody_is_there_twice():
    mined = np.stack([(np.arange(256) + k) % 256 for k in (1, 2, 3)], 1)
    order = hard.beside(mined, 0)
    batches = order(0).reshape(2, 128)
    assert len(np.unique(batches[:, :64])) == 128
    for batch in batches:
        assert len(np.unique(batch)) == 128
        wanted = set(mined[batch[:64]].ravel()) - set(batch[:64])
        assert len(set(batch[64:]) & wanted) > 50
    np.testing.assert_array_equal(order(0), hard.beside(mined, 0)(0))
    assert (order(0) != order(1)).any()


def test_a_margin_costs_nothing_where_every_face_is_far_nearer_to_its_own_caption():
    near = torch.eye(4)
    plain = clip.clip_loss(near, near, 14.0)
    torch.testing.assert_close(hard.Margin(0.25)(near, near, 14.0, None), plain)
    same = torch.ones(4, 4) / 2
    added = hard.Margin(0.25)(same, same, 14.0, None) - clip.clip_loss(same, same, 14.0)
    torch.testing.assert_close(added, torch.tensor(0.25))


def test_going_on_leaves_the_start_as_it_is(pairs):
    start = clip.train_towers(pairs, epochs=1)
    before = clip.embed(start, pairs)[0]
    mined = hard.mine(*clip.embed(start, pairs), k=5)
    more = hard.go_on(start, pairs, mined, epochs=1)
    assert torch.equal(clip.embed(start, pairs)[0], before)
    assert not torch.equal(clip.embed(more, pairs)[0], before)


def test_every_way_to_go_on_is_examined():
    found = hard.repeat(0, n=128, tests=16, first=1)
    assert all(claim.way in found and claim.baseline in found for claim in hard.CLAIMS)
    assert found[hard.WITHOUT_FALSE]["false negatives"] == 0
    assert found[hard.STOP]["false negatives"] == found[hard.RANDOM]["false negatives"] > 0
