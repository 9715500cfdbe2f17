"""Scores of heat maps against the truth that puppets know."""

import numpy as np
import pytest

from fer_course.data import load
from fer_course.faces import Faces
from fer_course.puppets.draw import draw_puppets
from fer_course.saliency import scores
from fer_course.saliency.scores import (
    baselines,
    changed_region,
    energy_inside,
    oracle_map,
    pointing_game,
    score,
    without_expression,
)


@pytest.fixture(scope="module")
def faces():
    return draw_puppets(30, seed=0, pose=0)


@pytest.fixture(scope="module")
def happy():
    return draw_puppets(6, seed=4, shares=[0, 0, 0, 1, 0, 0, 0], pose=0)


@pytest.fixture(scope="module")
def smiles(happy):
    return changed_region(happy.images, without_expression(happy, pose=0))


def test_a_neutral_puppet_without_its_expression_is_the_same_but_for_stray_units():
    neutral = draw_puppets(12, seed=1, shares=[0, 0, 0, 0, 0, 0, 1])
    again = without_expression(neutral)
    still = neutral.action_units.max(axis=1) == 0
    assert 0 < still.sum() < 12
    np.testing.assert_array_equal(again[still], neutral.images[still])
    assert (again[~still] != neutral.images[~still]).any((1, 2)).all()


def test_without_its_expression_a_puppet_changes_in_the_face_and_nowhere_else(happy):
    before = happy.images.copy()
    calm = without_expression(happy, pose=0)
    changed = calm != happy.images
    np.testing.assert_array_equal(happy.images, before)
    assert calm.dtype == np.uint8 and changed.any((1, 2)).all()
    assert not changed[:, :6].any()  # nothing above the forehead
    # The mouth changes more than a picture does on average.
    difference = abs(calm.astype(int) - happy.images)
    assert difference[happy.part("mouth")].mean() > 5 * difference.mean()


def test_puppets_of_the_course_are_drawn_again_bit_for_bit_from_their_names(monkeypatch):
    # Each split has a seed of its own. A picture that differs in one bit would be refused.
    monkeypatch.setattr(load, "PUPPET_SIZES", {"quick": (3, 2, 2)})
    loaded = load.load_faces("puppets", cache=False, progress=False)
    again = without_expression(loaded[::-1])[::-1]
    for k, usage in ((0, "Training"), (3, "PublicTest"), (5, "PrivateTest")):
        assert loaded.usage[k] == usage
        np.testing.assert_array_equal(without_expression(loaded[k])[0], again[k])
    monkeypatch.setattr(scores, "PUPPET_SEEDS", (0, 2, 1))
    with pytest.raises(ValueError, match="PublicTest puppet 00000 to be drawn again as it was"):
        without_expression(loaded)


def test_a_puppet_that_cannot_be_drawn_again_is_refused(happy):
    with pytest.raises(ValueError, match=r"drawn again as it was, found another picture; if .* pose"):
        without_expression(happy)  # they were drawn with pose=0
    touched = happy.images.copy()
    touched[0, 0, 0] ^= 1
    with pytest.raises(ValueError, match=r"puppet_4_000000\.png to be drawn again"):
        without_expression(Faces(**{**vars(happy), "images": touched}), pose=0)
    with pytest.raises(ValueError, match="a puppet's name with its seed and number, found 'ada'"):
        without_expression(Faces(**{**vars(happy), "names": np.array(["ada"] * 6)}), pose=0)
    with pytest.raises(ValueError, match="dials among low_light, blur, occlusion, pose, found 'light'"):
        without_expression(happy, light=1)


def test_photographs_have_no_neutral_twin(happy):
    photographs = Faces(happy.images, happy.labels, happy.names, happy.usage, "a folder")
    with pytest.raises(ValueError, match="Expected puppets, found a folder"):
        without_expression(photographs)


def test_the_region_is_the_smallest_that_holds_its_share_of_the_change():
    images, others = np.full((2, 1, 6, 6), 100, np.uint8)
    others[0, 1, 1], others[0, 4, 4], others[0, 4, 5] = 160, 70, 110  # changes of 60, 30 and 10
    expected = np.zeros((1, 6, 6), bool)
    for share, place in ((0.6, (1, 1)), (0.61, (4, 4)), (1, (4, 5))):
        expected[0][place] = True
        np.testing.assert_array_equal(changed_region(images, others, share, 0), expected)
    np.testing.assert_array_equal(changed_region(others, images, 1, 0), expected)
    assert not changed_region(images, images).any()


def test_a_margin_widens_the_region_to_all_sides():
    images, others = np.zeros((2, 1, 7, 7), np.uint8)
    others[0, 3, 3] = 9
    for margin, size in ((0, 1), (1, 3), (2, 5)):
        region = changed_region(images, others, margin=margin)
        assert region.sum() == size**2
        assert region[0, 3 - margin : 4 + margin, 3 - margin : 4 + margin].all()


@pytest.mark.parametrize(("share", "margin"), [(0, 1), (1.1, 1), (0.8, -1)])
def test_a_share_or_margin_out_of_range_is_refused(share, margin):
    images = np.zeros((1, 4, 4), np.uint8)
    with pytest.raises(ValueError, match=f"found {share} and {margin}"):
        changed_region(images, images, share, margin)
    with pytest.raises(ValueError, match="pairs of pictures"):
        changed_region(images, images[:, :3])


def test_energy_inside_is_a_share_looked_up_at_the_map_s_places():
    maps = np.zeros((3, 4, 4))
    maps[0, 0, 0], maps[0, 3, 3] = 3, 1
    maps[1] = 1
    masks = np.zeros((3, 2, 2), bool)
    masks[:, 0, 0] = True
    np.testing.assert_allclose(energy_inside(maps, masks), [0.75, 0.25, np.nan])
    with pytest.raises(ValueError, match="a mask for each of 3 maps, found 1"):
        energy_inside(maps, masks[:1])


def test_a_place_is_looked_up_at_its_middle():
    # Four cells over three pixels: their middles are at 0.375, 1.125, 1.875 and 2.625.
    maps, masks = np.eye(4)[:, None, :], np.zeros((4, 1, 3), bool)
    masks[:, 0, 1] = True
    np.testing.assert_array_equal(energy_inside(maps, masks), [0, 1, 1, 0])


def test_a_perfect_map_wins_the_pointing_game_and_has_all_its_energy_inside(smiles):
    assert (pointing_game(smiles.astype(float), smiles) == 1).all()
    np.testing.assert_allclose(energy_inside(smiles.astype(float), smiles), 1)


def test_a_perfect_map_of_the_left_half_misses_everything_when_mirrored():
    masks = np.zeros((2, 8, 8), bool)
    masks[0, 2:4, 1:3], masks[1, 6, 3:5] = True, True  # at the left, and symmetric
    maps = masks.astype(float)
    np.testing.assert_array_equal(pointing_game(maps[:, :, ::-1], masks), [0, 1])


def test_equally_high_places_share_the_point():
    masks = np.zeros((1, 4, 4), bool)
    masks[0, 0] = True
    assert pointing_game(np.ones((1, 4, 4)), masks) == pytest.approx(0.25)
    assert np.isnan(pointing_game(np.zeros((1, 4, 4)), masks)).all()


def test_the_baselines_never_see_a_network(faces):
    found = baselines(faces.images, (8, 8), 64, seed=3)
    assert set(found) == {"centre blob", "edges of the image", "random map"}
    assert all(m.shape == (30, 64, 64) and m.min() >= 0 for m in found.values())
    blob = found["centre blob"][0]
    assert blob.argmax() in (31 * 64 + 31, 31 * 64 + 32, 32 * 64 + 31, 32 * 64 + 32)
    np.testing.assert_allclose(blob, blob[::-1, ::-1])
    np.testing.assert_array_equal(
        found["random map"], baselines(faces.images, (8, 8), 64, seed=3)["random map"]
    )
    assert (found["random map"] != baselines(faces.images, (8, 8), 64, seed=4)["random map"]).any()


def test_the_random_map_has_as_many_places_as_the_layer_and_the_blob_its_width(faces):
    one = baselines(faces.images, (1, 1), 64)
    assert np.ptp(one["random map"], axis=(1, 2)).max() == pytest.approx(0, abs=1e-6)
    assert np.ptp(baselines(faces.images, (2, 2), 64)["random map"], axis=(1, 2)).min() > 0
    blob = baselines(faces.images[:1], (1, 1), 501)["centre blob"][0]
    assert blob[250, 250 + 100] == pytest.approx(np.exp(-0.5), abs=0.01)  # 100 of 501 is a fifth of the width


def test_edges_are_where_the_brightness_changes():
    image = np.zeros((1, 48, 48), np.uint8)
    image[0, :, 24:] = 200
    edges = baselines(image, (8, 8), 48)["edges of the image"][0]
    assert edges[:, 23:25].min() > 0 and not edges[:, :22].any() and not edges[:, 26:].any()


def test_few_places_limit_how_much_of_the_truth_can_be_said(smiles):
    shares = [energy_inside(oracle_map(smiles, (n, n), 96), smiles).mean() for n in (1, 3, 6, 12, 24, 48)]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(smiles.mean(), rel=0.01) and shares[-1] > 0.9


def test_to_bet_on_the_best_place_can_say_more_than_to_shade_them_all():
    masks = np.zeros((1, 48, 48), bool)
    masks[0, 13:24, 13:24] = masks[0, 40:42, 40:42] = True
    shaded, one = (oracle_map(masks, (4, 4), 4, one=how)[0] for how in (False, True))
    assert one[1, 1] == 1 and one.sum() == 1
    assert shaded[1, 1] == pytest.approx(121 / 144) and shaded[3, 3] == pytest.approx(4 / 144)


def test_a_table_scores_each_set_of_maps_with_intervals(smiles):
    masks = smiles
    maps = {"truth": masks.astype(float), "flat": np.zeros(masks.shape), "uniform": np.ones(masks.shape)}
    table = score(maps, masks)
    assert table.loc["truth", ["energy", "energy_low", "energy_high", "pointing"]].tolist() == [1, 1, 1, 1]
    assert table["flat"].tolist() == [0, 1, 0] and np.isnan(table.loc["flat", "energy"])
    assert table.loc["uniform", "energy"] == pytest.approx(masks.mean())
    assert table.loc["uniform", "pointing"] == pytest.approx(masks.mean())
    assert table.loc["uniform", "energy_low"] < masks.mean() < table.loc["uniform", "energy_high"]
