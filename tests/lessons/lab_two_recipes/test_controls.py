"""What luck alone gives."""

from fer_course.lessons.lab_two_recipes import controls


def test_more_tries_and_fewer_faces_give_more_luck():
    control = controls.chance()
    assert "3.0 points on average" in control.area.value
    control.set(looks=100)
    assert "4.6 points on average" in control.area.value
    control.set(looks=12, n=7178)
    assert "0.9 points on average" in control.area.value
    control.set(right=88)
    assert "0.6 points on average" in control.area.value
