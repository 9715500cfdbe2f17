"""The figure of repeated runs."""

import pandas as pd

from fer_course.show.repeats import show_repeats


def test_every_run_is_drawn_and_differences_are_described():
    runs = pd.DataFrame(
        {
            "seed": [0, 0, 0, 1, 1, 1],
            "arm": ["plain", "a", "b"] * 2,
            "20 px": [50.0, 53.0, 40.0, 60.0, 61.0, 50.0],
        }
    )
    gaps = pd.DataFrame({"value": [2.0, -10], "low": [-1.0, -11], "high": [5.0, -9]}, index=["a", "b"])
    picture = show_repeats(runs, gaps, "20 px", "plain")
    left, right = picture.figure.axes
    assert sorted(line.get_xdata().tolist() for line in left.get_lines()) == [[50, 53, 40], [60, 61, 50]]
    assert [label.get_text() for label in left.get_yticklabels()] == ["plain", "a", "b"]
    assert [text.get_text() for text in right.texts] == ["", "+2.0", "-10.0"]
    assert "plain 55.0; a 57.0, difference +2.0 (-1.0 to +5.0)" in picture.description
