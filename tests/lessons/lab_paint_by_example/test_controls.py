"""A query, and an example of one's choice."""

from fer_course.lessons.lab_paint_by_example import controls, diffusion, tasks


def test_a_query_is_asked_with_any_example_and_any_number_of_steps():
    pictures = tasks.draw_pictures(24, 1)
    model = diffusion.train_painter(pictures, 0, batches=1)
    control = controls.painting(model, tasks.draw_pictures(4, 2))
    assert "edges of a face, asked with an example of edges of a face" in control.area.value
    control.set(example=tasks.PARTS, steps=3, seed=2)
    assert "asked with an example of parts of a face" in control.area.value
    assert "painted in 3 steps" in control.area.value
