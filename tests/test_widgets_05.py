import pytest
import torch
from torch import nn

from fer_course import widgets
from fer_course.model import build_model


@pytest.fixture(scope="module")
def control():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FER_STRICT", "1")
        model = build_model(None)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            nn.init.normal_(model.classifier.weight)
        yield widgets.puppet_and_map(model, 64)


def test_it_starts_with_a_happy_puppet_and_its_map(control):
    assert control.inputs["au12"].value == control.inputs["au6"].value == 1
    assert "the probabilities: angry" in control.area.value


def test_a_moved_muscle_changes_the_picture(control):
    before = control.area.value
    control.inputs["au12"].value = 0.3
    assert control.area.value != before


def test_the_menu_sets_the_action_units_of_an_expression(control):
    start = next(w for w in control.children if getattr(w, "description", "") == "start from")
    start.value = "surprise"
    moved = {name for name, w in control.inputs.items() if name.startswith("au") and w.value}
    assert moved == {"au1", "au2", "au5", "au25", "au26"}
    start.value = "neutral"
    assert not any(w.value for name, w in control.inputs.items() if name.startswith("au"))


def test_another_method_gives_another_map(control):
    control.inputs["method"].value = "gradcam"
    before = control.area.value
    control.inputs["method"].value = "hirescam"
    assert control.area.value != before


def test_every_input_has_a_description(control):
    assert all(w.description for w in control.inputs.values())
