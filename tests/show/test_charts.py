"""Charts draw what their tables say: lengths, ends of intervals, labels."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from bars import lengths
from matplotlib.colors import to_hex

from fer_course.show import charts
from fer_course.show.style import HATCHES, PALETTE, new_figure

NAMES = ["angry", "disgust", "fear"]
TABLE = pd.DataFrame({"value": [50.0, 10, 80], "low": [40.0, 2, 75], "high": [60.0, 30, 90]}, NAMES)
BOTH_WAYS = pytest.mark.parametrize("upright", [False, True])


@pytest.fixture
def axes():
    yield new_figure()[1]
    plt.close("all")


def drawn_intervals(axes, upright=False) -> list:
    """Return from where to where each interval reaches, along the axis of the values."""
    (lines,) = [one for one in axes.collections if hasattr(one, "get_segments")]
    return [np.sort(segment[:, int(upright)]).tolist() for segment in lines.get_segments() if len(segment)]


def drawn_points(axes) -> np.ndarray:
    """Return the middles of the points."""
    return np.ma.getdata(axes.collections[-1].get_offsets())


@BOTH_WAYS
def test_a_bar_is_as_long_as_its_value_and_its_interval_reaches_from_low_to_high(axes, upright):
    charts.bars(axes, TABLE, upright=upright)
    assert lengths(axes) == [{"angry": 50, "disgust": 10, "fear": 80}]
    assert drawn_intervals(axes, upright) == [[40, 60], [2, 30], [75, 90]]


def test_the_first_bar_is_at_the_top_and_has_the_colour_of_its_name(axes):
    charts.bars(axes, TABLE, colours=PALETTE)
    first, *_, last = axes.containers[0]
    assert first.get_y() < last.get_y() and axes.yaxis.get_inverted()
    assert [to_hex(bar.get_facecolor()).upper() for bar in axes.patches] == [PALETTE[name] for name in NAMES]


@BOTH_WAYS
def test_a_text_stands_beyond_the_bar_and_its_interval(axes, upright):
    found = charts.bars(axes, TABLE, texts=["half", "few", "many"], upright=upright)
    assert [text.get_text() for text in found] == ["half", "few", "many"]
    assert [text.xy[int(upright)] for text in found] == [60, 30, 90]


@BOTH_WAYS
def test_values_alone_have_no_intervals(axes, upright):
    charts.bars(axes, TABLE.value, texts=["a", "b", "c"], upright=upright)
    assert lengths(axes) == [{"angry": 50, "disgust": 10, "fear": 80}]
    assert drawn_intervals(axes, upright) == []
    assert [text.xy[int(upright)] for text in axes.texts] == [50, 10, 80]


@pytest.mark.parametrize("draw", [charts.bars, charts.points])
def test_a_value_that_does_not_exist_leaves_its_row_empty_but_for_its_text(axes, draw):
    table = TABLE.copy()
    table.loc["disgust"] = np.nan
    draw(axes, table, texts=["50", "no faces", "80"])
    assert drawn_intervals(axes) == [[40, 60], [75, 90]]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == NAMES
    assert [(text.get_text(), text.xy) for text in axes.texts][1] == ("no faces", (0, 1))


@pytest.mark.parametrize(
    "draw", [charts.bars, charts.points, charts.grouped_bars, charts.curves, charts.number_grid]
)
@pytest.mark.filterwarnings("error")
def test_an_empty_table_draws_nothing(axes, draw):
    draw(axes, TABLE.iloc[:0])
    axes.figure.canvas.draw()
    assert not axes.lines and not axes.patches and not axes.texts


@pytest.mark.parametrize("draw", [charts.bars, charts.points])
def test_a_table_that_would_be_drawn_wrongly_is_refused(axes, draw):
    with pytest.raises(ValueError, match="Expected a column named value, found mean, low, high; rename one"):
        draw(axes, TABLE.rename(columns={"value": "mean"}))
    with pytest.raises(ValueError, match="Expected each name once"):
        draw(axes, pd.concat([TABLE, TABLE]))


def test_grouped_bars_are_as_long_as_their_values_and_told_apart_by_hatching(axes):
    table = pd.DataFrame({"before": [1.0, 2, 3], "after": [3.0, 2, 1]}, NAMES)
    charts.grouped_bars(axes, table, texts=table.map("{:.1f}".format))
    assert lengths(axes) == [table["before"].to_dict(), table["after"].to_dict()]
    assert [bars[0].get_hatch() or "" for bars in axes.containers] == list(HATCHES[:2])
    assert [text.get_text() for text in axes.texts] == ["1.0", "2.0", "3.0", "3.0", "2.0", "1.0"]
    assert axes.get_legend_handles_labels()[1] == ["before", "after"]
    # Each row's own bars lie beside its name.
    for bars in axes.containers:
        assert [round(bar.get_y() + bar.get_height() / 2) for bar in bars] == [0, 1, 2]


def test_more_bars_than_hatchings_are_refused(axes):
    with pytest.raises(ValueError, match="Expected at most 4 columns, found 5"):
        charts.grouped_bars(axes, pd.DataFrame(np.ones((2, 5))))


@BOTH_WAYS
def test_a_point_lies_at_its_value_in_the_row_of_its_name(axes, upright):
    charts.points(axes, TABLE, texts=["a", "b", "c"], upright=upright)
    at = np.array([[50, 0], [10, 1], [80, 2]])
    np.testing.assert_allclose(drawn_points(axes), at[:, ::-1] if upright else at)
    assert drawn_intervals(axes, upright) == [[40, 60], [2, 30], [75, 90]]
    names = axes.get_xticklabels() if upright else axes.get_yticklabels()
    assert [tick.get_text() for tick in names] == NAMES
    assert axes.yaxis.get_inverted() is not upright


def test_points_that_share_a_row_are_shifted_and_named(axes):
    charts.points(axes, TABLE, shift=-0.15, name="before")
    charts.points(axes, TABLE, shift=0.15, name="after", markers="s")
    np.testing.assert_allclose(drawn_points(axes)[:, 1], [0.15, 1.15, 2.15])
    assert axes.get_legend_handles_labels()[1] == ["before", "after"]


def test_each_point_may_have_its_own_marker_and_white_is_hollow(axes):
    charts.points(axes, TABLE, markers=["o", "s", "D"], colours=["white", "#0072B2", "white"])
    points = axes.collections[-1]
    assert len({path.vertices.tobytes() for path in points.get_paths()}) == 3
    assert [colour[:3].min() == 1 for colour in points.get_facecolors()] == [True, False, True]
    assert (points.get_edgecolors()[:, :3] < 0.2).all()


CURVES = pd.DataFrame(
    {"low": [1.0, 2, 1], "high": [1.0, 8, 9], "higher": [2.0, 8, 9], "late": [np.nan, np.nan, 4]}
)


def test_curves_go_through_their_values_and_are_named_at_their_ends(axes):
    charts.curves(axes, CURVES)
    assert [line.get_ydata().tolist() for line in axes.lines] == [[1, 2, 1], [1, 8, 9], [2, 8, 9], [4]]
    assert len({line.get_color() for line in axes.lines}) == 4
    assert len({(line.get_linestyle(), line.get_marker()) for line in axes.lines}) == 4
    named = {text.get_text(): text.xy[1] for text in axes.texts}
    assert named["low"] == 1 and named["late"] == 4 and named["high"] == 9
    assert named["higher"] > named["high"] + 0.5
    assert {text.get_text(): text.get_color() for text in axes.texts}["low"] == axes.lines[0].get_color()


def test_more_curves_than_colours_are_refused(axes):
    with pytest.raises(ValueError, match="Expected at most 6 columns, found 7"):
        charts.curves(axes, pd.DataFrame(np.ones((2, 7))))


def test_curves_may_be_named_by_a_legend(axes):
    charts.curves(axes, CURVES, names=False)
    assert not axes.texts
    assert axes.get_legend_handles_labels()[1] == list(CURVES)


def test_a_baseline_runs_through_every_row_with_its_words(axes):
    charts.bars(axes, TABLE)
    charts.baseline(axes, 14.3, "blind guess")
    assert axes.lines[0].get_xdata() == [14.3, 14.3] and list(axes.lines[0].get_ydata()) == [0, 1]
    assert axes.texts[0].get_text() == "blind guess" and axes.texts[0].get_position()[0] == 14.3


def test_a_grid_has_its_number_in_every_cell_and_the_darkest_where_it_is_largest(axes):
    table = pd.DataFrame([[0.0, 95], [40, np.nan]], ["first", "second"], ["a", "b"])
    charts.number_grid(axes, table)
    assert [text.get_text() for text in axes.texts] == ["0", "95", "40"]
    axes.figure.canvas.draw()
    light = axes.collections[0].get_facecolors()[:3, :3] @ [0.2126, 0.7152, 0.0722]
    assert light[1] < light[2] < light[0]
    # Black stays readable on the darkest.
    assert light[1] > 0.5 and {text.get_color() for text in axes.texts} == {"black"}
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["first", "second"]


def test_a_grid_may_be_shaded_by_one_number_and_say_another(axes):
    charts.number_grid(axes, pd.DataFrame([[10.0, 90]]), texts=[["1 face", "9 faces"]])
    assert [text.get_text() for text in axes.texts] == ["1 face", "9 faces"]


def test_a_measure_of_many_is_taken_with_its_own_interval():
    table = pd.DataFrame({"recall_high": [0.6], "recall": [0.5], "recall_low": [0.4], "f1": [0.1]}, ["angry"])
    assert charts.measured(table, "recall").loc["angry"].to_dict() == {"value": 0.5, "low": 0.4, "high": 0.6}
