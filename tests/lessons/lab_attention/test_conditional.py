"""Few examples of sets of action units."""

import numpy as np
import pytest
import torch

from fer_course.lessons.lab_attention import conditional
from fer_course.training.small import new_small


@pytest.fixture(scope="module")
def shown():
    return conditional.draw_classes(conditional.sets_of_units(6, np.random.default_rng(0)), 1, each=4)


def maps(classes, each, seed=0):
    return torch.randn(classes, each, 16, 96, generator=torch.Generator().manual_seed(seed))


def test_classes_are_sets_of_units_that_differ_in_two_or_more():
    units = conditional.sets_of_units(36, np.random.default_rng(4))
    assert len(units) == 36 and all(2 <= len(some) <= 4 and some == tuple(sorted(some)) for some in units)
    assert min(len(set(a) ^ set(b)) for k, a in enumerate(units) for b in units[:k]) >= 2
    assert units == conditional.sets_of_units(36, np.random.default_rng(4))


def test_every_face_is_drawn_well_and_so_that_it_is_hard_to_see(shown):
    assert shown.clean.shape == shown.hard.shape == (6, 4, 48, 48)
    flat = shown.clean.reshape(24, -1)
    assert len(np.unique(flat, axis=0)) == 24  # nobody twice
    assert shown.hard.std((2, 3)).mean() < 0.8 * shown.clean.std((2, 3)).mean()


def test_a_frozen_network_sees_sixteen_cells(shown):
    found = conditional.maps_of(new_small(0).eval(), shown.clean)
    assert found.shape == (6, 4, 16, 96) and not found.requires_grad


def test_a_face_beside_itself_is_seen_alike_by_both_heads():
    one, other = (maps(5, 1, seed)[:, 0] for seed in (0, 1))
    heads = [conditional.Head(kind, seed=3).eval() for kind in (True, False)]
    torch.testing.assert_close(heads[0].vectors(one, one), heads[1].vectors(one, one))
    assert not torch.allclose(heads[0].vectors(one, other)[0], heads[1].vectors(one, other)[0])


def test_both_heads_have_the_same_weights():
    counts = [sum(p.numel() for p in conditional.Head(kind).parameters()) for kind in (True, False)]
    assert counts[0] == counts[1] > 10_000


def test_likeness_does_not_depend_on_who_comes_first():
    one, other = maps(4, 1)[:, 0], maps(4, 1, 1)[:, 0]
    for head in (
        *(conditional.Head(kind).eval() for kind in (True, False)),
        conditional.Pooled(),
        conditional.Pooled(True),
    ):
        torch.testing.assert_close(head(one, other), head(other, one))


def test_only_the_conditional_head_sees_the_other_face():
    one, other, third = (maps(4, 1, seed)[:, 0] for seed in range(3))
    for kind in (True, False):
        head = conditional.Head(kind).eval()
        beside = [head.vectors(one, some)[0] for some in (other, third)]
        assert torch.equal(*beside) != kind


def test_training_is_the_same_twice_and_brings_classes_together():
    clean = maps(4, 1) + 0.3 * maps(4, 6, 1)
    trained = [conditional.train_head(conditional.Head(seed=1), clean, clean, 0, steps=30) for _ in range(2)]
    found = [conditional.scores(head, clean[:, :2], clean[:, 2:]) for head in trained]
    np.testing.assert_array_equal(*found)
    same = found[0][np.arange(4), :, np.arange(4)].mean()
    assert same > found[0].mean() + 0.2


def test_scores_compare_every_example_with_every_face():
    examples, asked = maps(3, 2), maps(4, 5, 1)
    found = conditional.scores(conditional.Pooled(), examples, asked)
    assert found.shape == (3, 2, 4, 5)
    one = torch.nn.functional.cosine_similarity(examples[2, 1].mean(0), asked[3, 4].mean(0), dim=0)
    assert found[2, 1, 3, 4] == pytest.approx(float(one), abs=1e-6)


def test_episodes_of_perfect_scores_are_all_right_and_of_equal_ones_at_chance():
    perfect = np.zeros((8, 6, 8, 3))
    perfect[np.arange(8), :, np.arange(8)] = 1
    assert conditional.episodes(perfect, n=5).tolist() == [100] * 5
    assert conditional.episodes(np.zeros((8, 6, 8, 3)), n=5).tolist() == [20] * 5


def test_more_examples_average_their_noise_away():
    rng = np.random.default_rng(0)
    noisy = rng.normal(size=(8, 6, 8, 10))
    noisy[np.arange(8), :, np.arange(8)] += 1
    one, five = (conditional.episodes(noisy, shots, n=50).mean() for shots in (1, 5))
    assert five > one + 15


def test_the_same_seed_asks_the_same_of_every_head():
    some = np.random.default_rng(1).normal(size=(8, 6, 8, 3))
    np.testing.assert_array_equal(conditional.episodes(some, n=4), conditional.episodes(some, n=4))
    assert (conditional.episodes(some, n=4) != conditional.episodes(some, n=4, seed=1)).any()


def test_every_head_is_examined():
    found = conditional.repeat(0, n=70, steps=2, each=10)
    assert list(found) == [conditional.GUESSING, *conditional.heads()]
    assert set(found[conditional.GUESSING].values()) == {20}
    assert all(set(row) >= {claim.measure for claim in conditional.CLAIMS} for row in found.values())
