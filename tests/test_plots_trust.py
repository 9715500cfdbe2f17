import numpy as np
import pandas as pd
import pytest

from fer_course.faithfulness import Curves
from fer_course.plots_trust import (
    plot_curves,
    plot_figures,
    plot_sanity,
    plot_scores,
    show_marked,
    show_randomised,
)
from fer_course.puppets import draw_puppets


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
    found = plot_scores(table, where="the parts that move", reference="blob")
    assert "Grad-CAM: energy 20.0% (15.0% to 25.0%), pointing 50.0% (40.0% to 60.0%)" in found.description
    assert "dashed lines are at blob" in found.description and found.png()
    labels = [axes.get_xlabel() for axes in found.figure.axes]
    assert labels == ["energy inside the parts that move (%)", "highest place inside (%)"]


@pytest.mark.parametrize("unit", ["pixels", "parts"])
def test_curves_are_said_with_their_areas(unit):
    shares = np.array([0, 0.5, 1])
    falls, rises = (Curves(shares, np.array([p])) for p in ([1.0, 0.5, 0.0], [0.0, 1.0, 1.0]))
    found = plot_curves({"Grad-CAM": falls}, {"Grad-CAM": rises}, unit=unit)
    assert "deleted: Grad-CAM 0.50; inserted: Grad-CAM 0.75" in found.description
    assert f"{unit} deleted" in found.figure.axes[0].get_xlabel() and found.png()


def test_the_strip_has_a_picture_for_every_stage(images, maps):
    found = show_randomised(images[1], {"trained": maps, "head": maps, "blocks.1": maps * 0}, 1)
    titles = [axes.get_title(loc="center") for axes in found.figure.axes if axes.images]
    assert titles == ["face", "trained", "random:\nhead", "random:\nblocks.1"]
    assert "head, blocks.1 have forgotten" in found.description
    assert "Strongest at: trained: bottom right; head: bottom right; blocks.1: nowhere." in found.description


def test_similarities_start_at_one_and_are_said_by_stage():
    table = pd.DataFrame({"ssim": [0.5, 0.2], "rank": [0.4, np.nan], "flat": [0, 1]}, ["head", "stem"])
    found = plot_sanity({"head down": table}, floor={"ssim": 0.1, "rank": 0.0})
    assert "rank correlation, head down: head 0.40, stem nan" in found.description
    assert "of the maps of two different faces: 0.10" in found.description
    assert found.figure.axes[0].lines[0].get_ydata()[0] == 1 and found.png()


def test_marked_faces_stand_over_the_maps_of_each_network(images, maps):
    found = show_marked(images, {"mark on one label": maps, "cured": maps[:, ::-1]})
    assert len(found.figure.axes) == 9
    assert "mark on one label: 100%; cured: 0%" in found.description


def test_figures_are_said_network_by_network():
    table = pd.DataFrame({"recall, clean": [0.05, 0.7], "fooled": [0.9, 0.01]}, ["hans", "cured"])
    found = plot_figures(table)
    assert "hans: recall, clean 5%, fooled 90%; cured: recall, clean 70%, fooled 1%" in found.description
    assert found.png()
