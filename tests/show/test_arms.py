"""What every arm reaches."""

import pandas as pd

from fer_course.show.arms import show_arms


def test_every_measure_has_a_panel_and_every_arm_is_told():
    table = pd.DataFrame(
        {"zero-shot": [60.0, 50], "face among 5": [14.0, 12]}, index=["CLIP, 128", "CLIP, 4"]
    )
    picture = show_arms(table, "New faces, in per cent")
    assert [axes.get_title() for axes in picture.figure.axes] == ["zero-shot", "face among 5"]
    assert picture.description == (
        "New faces, in per cent. CLIP, 128: zero-shot 60, face among 5 14; CLIP, 4: zero-shot 50, face among 5 12."
    )
