import numpy as np
import pandas as pd
import pytest

from fer_course.lessons.trusting_a_heat_map import figures
from fer_course.puppets.draw import draw_puppets
from fer_course.saliency.deletion import Curves
from fer_course.show.style import new_figure


@pytest.fixture(scope="module")
def images():
    return draw_puppets(3, seed=0).images


@pytest.fixture(scope="module")
def maps():
    heat = np.zeros((3, 16, 16), np.float32)
    heat[:, 14:, 14:] = 1
    return heat


def test_scores_are_said_with_their_intervals():
    columns = ["energy", "energy_low", "energy_high", "pointing", "pointing_low", "pointing_high", "flat"]
    rows = [[0.2, 0.15, 0.25, 0.5, 0.4, 0.6, 0], [0.1, 0.1, 0.1, 0.3, 0.2, 0.4, 0], [np.nan] * 6 + [1]]
    table = pd.DataFrame(rows, ["Grad-CAM", "blob", "flat"], columns)
    found = figures.scores(table, where="the parts that move", reference="blob")
    assert "Grad-CAM: energy 20.0% (15.0% to 25.0%), pointing 50.0% (40.0% to 60.0%)" in found.description
    assert "dashed lines are at blob" in found.description and found.png()
    drawn = [axes.collections[-1].get_offsets() for axes in found.figure.axes]
    np.testing.assert_allclose(drawn[0], [[20, 0], [10, 1]])  # the flat map has a row, and no point
    np.testing.assert_allclose(drawn[1], [[50, 0], [30, 1]])
    assert [axes.lines[0].get_xdata()[0] for axes in found.figure.axes] == [10, 30]
    labels = [axes.get_xlabel() for axes in found.figure.axes]
    assert labels == ["energy inside the parts that move (%)", "highest cell inside (%)"]


def test_faces_without_and_with_their_expression_stand_over_what_changed(images):
    others = images.copy()
    others[:, 30:34, 20:28] //= 2
    masks = others != images
    found = figures.change(images, others, masks, ["happy", "sad", "fear"])
    rows = [axes.images[0].get_array() for axes in found.figure.axes]
    np.testing.assert_array_equal(rows[0], others[0])
    np.testing.assert_array_equal(rows[3], images[0])
    assert (rows[6][~masks[0]] == 255).all() and (rows[6][masks[0]] < 255).all()
    assert f"happy: {masks[0].mean():.0%} of the picture" in found.description and found.png()


def test_an_outline_runs_along_the_edges_of_a_region_s_pixels():
    axes = new_figure()[1]
    mask = np.zeros((5, 5), bool)
    mask[1, 2] = mask[4, 4] = True
    figures.outline(axes, mask)
    x, y = axes.lines[-1].get_data()
    pieces = {((a, c), (b, d)) for a, b, c, d in zip(x[::3], y[::3], x[1::3], y[1::3], strict=True)}
    assert ((1.5, 2.5), (0.5, 0.5)) in pieces and ((1.5, 1.5), (0.5, 1.5)) in pieces
    assert ((4.5, 4.5), (3.5, 4.5)) in pieces  # also at the border of the picture
    assert len(pieces) == 8
    figures.outline(axes, np.zeros((5, 5), bool))
    assert len(axes.lines) == 2


def test_maps_are_held_against_the_truth_with_their_highest_place(images, maps):
    mask = np.zeros((48, 48), bool)
    mask[45:, 45:] = True  # a quarter of where the map is
    found = figures.against_truth(images[0], mask, {"HiResCAM,\nstride 8": maps[0], "flat": 0 * maps[0]})
    assert "HiResCAM, stride 8: strongest at the bottom right, 25% inside" in found.description
    assert "flat: 0 everywhere, nothing anywhere." in found.description
    crosses = [[line for line in axes.lines if line.get_marker() == "X"] for axes in found.figure.axes]
    assert [len(lines) for lines in crosses] == [0, 1, 0]
    assert crosses[1][0].get_xydata().tolist() == [[43, 43]]  # the middle of the map's place (14, 14)


def test_deletion_is_said_with_each_step_and_area():
    shares = np.array([0, 0.5, 1])
    fast, slow = (Curves(shares, np.array([p, p])) for p in ([1.0, 0.2, 0.0], [1.0, 0.8, 0.0]))
    found = figures.deletion({"Grad-CAM": fast, "blob": slow})
    assert "Grad-CAM: 100%, 20%, 0%, area 0.35; blob: 100%, 80%, 0%, area 0.65." in found.description
    left, right = found.figure.axes
    assert left.lines[0].get_ydata().tolist() == [100, 20, 0]
    assert [label.get_text() for label in right.get_yticklabels()] == ["Grad-CAM", "blob"]
    assert {text.get_text() for text in right.texts} == {"0.35", "0.65"} and found.png()
    np.testing.assert_allclose(right.collections[-1].get_offsets(), [[0.35, 0], [0.65, 1]])


def test_the_strip_has_a_picture_for_every_stage(images, maps):
    found = figures.randomised(images[1], {"trained": maps, "head": maps, "blocks.1": maps * 0}, 1)
    titles = [axes.get_title(loc="center") for axes in found.figure.axes if axes.images]
    assert titles == ["face", "trained", "random:\nhead", "random:\nblocks.1"]
    assert "head, blocks.1 have forgotten" in found.description
    assert "Strongest at: trained: bottom right; head: bottom right; blocks.1: nowhere." in found.description


def test_rank_correlations_start_at_one_and_are_said_by_stage():
    table = pd.DataFrame({"ssim": [0.5, 0.2], "rank": [0.4, np.nan], "flat": [0, 1]}, ["head", "stem"])
    found = figures.sanity({"Grad-CAM": table, "Eigen-CAM": table.fillna(1)}, floor=0.1)
    assert "Grad-CAM: head 0.40, stem nan; Eigen-CAM: head 0.40, stem 1.00" in found.description
    assert "Maps of two different faces: 0.10." in found.description
    (axes,) = found.figure.axes
    assert axes.lines[0].get_ydata()[0] == 1
    assert [label.get_text() for label in axes.get_xticklabels()] == ["trained", "head", "stem"]
    assert found.png()


def test_marked_faces_stand_over_the_maps_of_each_network(images, maps):
    found = figures.marked(images, {"mark on one label": maps, "cured": maps[:, ::-1]})
    assert len(found.figure.axes) == 9
    assert "mark on one label: 100%; cured: 0%" in found.description


def test_figures_are_said_network_by_network():
    table = pd.DataFrame({"recall, clean": [0.05, 0.7], "fooled": [0.9, 0.01]}, ["hans", "cured"])
    found = figures.clever_hans(table)
    assert "hans: recall, clean 5%, fooled 90%; cured: recall, clean 70%, fooled 1%" in found.description
    assert found.png()
