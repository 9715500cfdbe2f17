import numpy as np
import pytest

from fer_course.labels import EXPRESSIONS
from fer_course.puppets import draw_puppets
from fer_course.saliency_scores import (
    energy_inside,
    mean_interval,
    moved_parts,
    pointing_game,
    rivals,
    score,
    truth_in_places,
)

HAPPY = EXPRESSIONS.index("happy")


@pytest.fixture(scope="module")
def faces():
    return draw_puppets(30, seed=0, pose=0)


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
    # Four places over three pixels: their middles are at 0.375, 1.125, 1.875 and 2.625.
    maps, masks = np.eye(4)[:, None, :], np.zeros((4, 1, 3), bool)
    masks[:, 0, 1] = True
    np.testing.assert_array_equal(energy_inside(maps, masks), [0, 1, 1, 0])


def test_the_parts_that_move_are_those_of_the_expression_s_action_units(faces):
    for label, parts in (
        (HAPPY, {"eyes", "mouth"}),
        (EXPRESSIONS.index("sad"), {"brows", "mouth"}),
        (EXPRESSIONS.index("surprise"), {"brows", "eyes", "mouth"}),
        (EXPRESSIONS.index("disgust"), {"nose", "mouth"}),
        (6, set()),
    ):
        expected = np.zeros(faces.images.shape, bool)
        for part in parts:
            expected |= faces.part(part)
        np.testing.assert_array_equal(moved_parts(faces, [label] * len(faces)), expected)


def test_a_perfect_map_wins_the_pointing_game_and_has_all_its_energy_inside(faces):
    masks = moved_parts(faces, [HAPPY] * len(faces))
    assert (pointing_game(masks.astype(float), masks) == 1).all()
    np.testing.assert_allclose(energy_inside(masks.astype(float), masks), 1)


def test_the_mirror_image_of_a_perfect_map_wins_where_the_face_is_symmetric(faces):
    # A map with one highest place: its mirror image hits exactly where the mask holds the mirrored place.
    masks = moved_parts(faces, [HAPPY] * len(faces))
    rng = np.random.default_rng(0)
    maps = masks * rng.random(masks.shape)
    expected = []
    for heat, mask in zip(maps, masks, strict=True):
        row, column = np.unravel_index(heat.argmax(), heat.shape)
        expected.append(float(mask[row, mask.shape[1] - 1 - column]))
    np.testing.assert_array_equal(pointing_game(maps[:, :, ::-1], masks), expected)
    assert 0 < np.mean(expected) < 1


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


def test_the_rivals_never_see_a_network(faces):
    found = rivals(faces.images, (8, 8), 64, seed=3)
    assert set(found) == {"centre blob", "edges of the image", "random map"}
    assert all(m.shape == (30, 64, 64) and m.min() >= 0 for m in found.values())
    blob = found["centre blob"][0]
    assert blob.argmax() in (31 * 64 + 31, 31 * 64 + 32, 32 * 64 + 31, 32 * 64 + 32)
    np.testing.assert_allclose(blob, blob[::-1, ::-1])
    np.testing.assert_array_equal(found["random map"], rivals(faces.images, (8, 8), 64, seed=3)["random map"])
    assert (found["random map"] != rivals(faces.images, (8, 8), 64, seed=4)["random map"]).any()


def test_the_random_map_has_as_many_places_as_the_layer_and_the_blob_its_width(faces):
    one = rivals(faces.images, (1, 1), 64)
    assert np.ptp(one["random map"], axis=(1, 2)).max() == pytest.approx(0, abs=1e-6)
    assert np.ptp(rivals(faces.images, (2, 2), 64)["random map"], axis=(1, 2)).min() > 0
    blob = rivals(faces.images[:1], (1, 1), 501)["centre blob"][0]
    assert blob[250, 250 + 100] == pytest.approx(np.exp(-0.5), abs=0.01)  # 100 of 501 is a fifth of the width


def test_edges_are_where_the_brightness_changes():
    image = np.zeros((1, 48, 48), np.uint8)
    image[0, :, 24:] = 200
    edges = rivals(image, (8, 8), 48)["edges of the image"][0]
    assert edges[:, 23:25].min() > 0 and not edges[:, :22].any() and not edges[:, 26:].any()


def test_few_places_limit_how_much_of_the_truth_can_be_said(faces):
    masks = moved_parts(faces, [HAPPY] * len(faces))
    shares = [energy_inside(truth_in_places(masks, (n, n), 64), masks).mean() for n in (1, 2, 4, 8, 16, 48)]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(masks.mean(), rel=0.1) and shares[-1] > 0.85


def test_to_bet_on_the_best_place_can_say_more_than_to_shade_them_all(faces):
    masks = np.zeros((1, 48, 48), bool)
    masks[0, 13:24, 13:24] = masks[0, 40:42, 40:42] = True
    shaded, one = (truth_in_places(masks, (4, 4), 4, one=how)[0] for how in (False, True))
    assert one[1, 1] == 1 and one.sum() == 1
    assert shaded[1, 1] == pytest.approx(121 / 144) and shaded[3, 3] == pytest.approx(4 / 144)


def test_a_table_scores_each_set_of_maps_with_intervals(faces):
    masks = moved_parts(faces, [HAPPY] * len(faces))
    maps = {"truth": masks.astype(float), "flat": np.zeros(masks.shape), "uniform": np.ones(masks.shape)}
    table = score(maps, masks)
    assert table.loc["truth", ["energy", "energy_low", "energy_high", "pointing"]].tolist() == [1, 1, 1, 1]
    assert table["flat"].tolist() == [0, 1, 0] and np.isnan(table.loc["flat", "energy"])
    assert table.loc["uniform", "energy"] == pytest.approx(masks.mean())
    assert table.loc["uniform", "pointing"] == pytest.approx(masks.mean())
    assert table.loc["uniform", "energy_low"] < masks.mean() < table.loc["uniform", "energy_high"]


def test_a_mean_comes_with_an_interval_that_leaves_out_what_is_no_number():
    assert mean_interval([0.5, np.nan, 0.5]) == (0.5, 0.5, 0.5)
    mean, low, high = mean_interval(np.arange(100) / 99)
    assert mean == pytest.approx(0.5)
    assert low == pytest.approx(0.5 - 1.96 * 0.0292, abs=0.01)
    assert high == pytest.approx(0.5 + 1.96 * 0.0292, abs=0.01)
    assert np.isnan(mean_interval([])).all()
