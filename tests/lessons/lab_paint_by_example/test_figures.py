"""Figures of notebook 16."""

import torch

from fer_course.lessons.lab_paint_by_example import figures, tasks


def test_pictures_stand_in_rows():
    some = torch.zeros(4, 1, 24, 24)
    picture = figures.rows({"step 0": some, "step 998": some}, "Faces with noise")
    assert (
        len(picture.figure.axes) == 8
        and "Faces with noise: 4 columns; rows: step 0, step 998" in picture.description
    )


def test_a_question_has_four_rows():
    asked = tasks.ask(tasks.draw_pictures(7, 0), tasks.PARTS)
    picture = figures.questions(asked, count=6)
    assert len(picture.figure.axes) == 24 and "query, example, its answer, wanted" in picture.description
