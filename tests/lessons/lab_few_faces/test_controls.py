"""From when a run counts as one that fits."""

from lab_runs import RUNS

from fer_course.lessons.lab_few_faces import controls


def test_a_lower_threshold_takes_a_run_with_a_smaller_norm():
    control = controls.threshold(RUNS)
    assert "Chosen: norm 9.0" in control.area.value
    control.set(fits=70)
    assert "Chosen: norm 3.0, accuracy 40.0%" in control.area.value
    control.set(fits=100)
    assert "2 of 4 runs" in control.area.value


def test_without_any_run_that_fits_nothing_is_chosen():
    control = controls.threshold(RUNS.assign(train_accuracy=0.5))
    assert "0 of 4 runs" in control.area.value and "Chosen" not in control.area.value
