"""Maps of a network that has forgotten what it learned are other maps."""

import numpy as np
import pytest
import torch
from torch import nn

from fer_course.model.network import build_model
from fer_course.model.small import SmallNet
from fer_course.puppets.draw import draw_puppets
from fer_course.saliency.maps import explain
from fer_course.saliency.sanity import (
    randomisation_test,
    randomise,
    rank_correlation,
    stages,
    structural_similarity,
)


def noise(seed, n=3):
    return np.random.default_rng(seed).random((n, 32, 32))


def test_equal_maps_are_alike_and_unrelated_ones_are_not():
    maps = noise(0)
    np.testing.assert_allclose(structural_similarity(maps, maps), 1)
    np.testing.assert_allclose(rank_correlation(maps, maps), 1)
    np.testing.assert_allclose(rank_correlation(maps, 1 - maps), -1)
    assert abs(rank_correlation(maps, noise(1))).max() < 0.1
    assert abs(structural_similarity(maps, noise(1))).max() < 0.2


def test_ranks_do_not_mind_how_a_map_is_stretched_and_a_flat_map_has_none():
    maps = noise(0)
    np.testing.assert_allclose(rank_correlation(maps, maps**3), 1)
    assert np.isnan(rank_correlation(maps, np.zeros_like(maps))).all()


def test_structural_similarity_is_the_formula_of_wang_in_one_window():
    x, y = noise(0, 1)[:, :11, :11], noise(1, 1)[:, :11, :11]
    bell = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    w = np.outer(bell, bell) / bell.sum() ** 2
    mx, my = (w * x[0]).sum(), (w * y[0]).sum()
    vx, vy = (w * (x[0] - mx) ** 2).sum(), (w * (y[0] - my) ** 2).sum()
    cov = (w * (x[0] - mx) * (y[0] - my)).sum()
    expected = (2 * mx * my + 1e-4) * (2 * cov + 9e-4) / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4))
    np.testing.assert_allclose(structural_similarity(x, y), expected)


def test_the_stages_of_efficientnet_from_the_head_down():
    model = build_model(None)
    found = stages(model)
    assert list(found) == ["classifier", "conv_head", *(f"blocks.{k}" for k in range(6, -1, -1)), "conv_stem"]
    named = [name for names in found.values() for name in names]
    inside = sum(p.numel() for n in named for p in model.get_submodule(n).parameters())
    assert inside == sum(p.numel() for p in model.parameters())


def test_a_stage_forgets_and_the_rest_does_not():
    model = SmallNet()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    changed = randomise(model, ["head"], seed=1)
    for name, tensor in changed.state_dict().items():
        assert torch.equal(tensor, before[name]) == (not name.startswith("head")), name
        np.testing.assert_array_equal(tensor.flatten().sort()[0], before[name].flatten().sort()[0])
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    again = randomise(model, ["head"], seed=1)
    assert torch.equal(again.head.weight, changed.head.weight)


@pytest.fixture(scope="module")
def net():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = SmallNet(8).eval()
        nn.init.normal_(model.head.weight)
    return model


@pytest.mark.parametrize("together", [True, False])
def test_the_maps_of_a_network_that_forgot_are_other_maps(net, together):
    faces = draw_puppets(6, seed=0)
    found = randomisation_test(net, faces, 48, together=together, layer="blocks.2", method="hirescam")
    names = ["head", "blocks.3", "blocks.2", "blocks.1", "blocks.0"]
    assert list(found.table.index) == names and list(found.maps) == ["trained", *names]
    assert (found.table["rank"].dropna() < 0.9).all() and (found.table["ssim"] < 0.9).all()


def test_a_method_that_asks_neither_head_nor_label_does_not_notice_a_head_that_forgot(net):
    # Eigen-CAM fails the sanity check at the head: its map is the same to the last digit.
    found = randomisation_test(
        net, draw_puppets(4, seed=0), 48, together=False, layer="blocks.2", method="eigencam"
    )
    assert found.table.loc["head", "rank"] == pytest.approx(1)
    assert found.table.loc["blocks.1", "rank"] < 0.99


@pytest.mark.parametrize(("together", "forgotten"), [(True, ["head", "blocks.3"]), (False, ["blocks.3"])])
def test_stages_are_forgotten_together_or_alone(net, together, forgotten):
    faces, options = draw_puppets(6, seed=0), {"layer": "blocks.2", "method": "hirescam"}
    found = randomisation_test(net, faces, 48, together=together, **options)
    target = explain(net, faces, size=48, **options).explained
    expected = explain(randomise(net, forgotten), faces, size=48, target=target, **options).maps
    np.testing.assert_array_equal(found.maps["blocks.3"], expected)


def test_the_label_explained_stays_that_of_the_trained_network(net):
    faces, options = draw_puppets(6, seed=0), {"size": 48, "layer": "blocks.2", "method": "hirescam"}
    target = explain(net, faces, **options).explained

    def of(seed, target=None):
        return explain(randomise(net, ["head"], seed), faces, target=target, **options)

    seed = next(seed for seed in range(20) if (of(seed).explained != target).all())
    found = randomisation_test(net, faces, 48, layer="blocks.2", method="hirescam", seed=seed).maps["head"]
    np.testing.assert_array_equal(found, of(seed, target).maps)
    assert (found != of(seed).maps).any()
