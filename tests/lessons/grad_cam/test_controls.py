"""A face, its map, and what is covered."""

import pytest
from networks import with_random_head
from samples import noise_faces

from fer_course.lessons.grad_cam import controls
from fer_course.model.network import build_model
from fer_course.puppets.draw import draw_puppets


@pytest.fixture(scope="module")
def mapped():
    return controls.face_and_map(with_random_head(build_model(None)), 64, draw_puppets(6, seed=5))


def test_the_map_starts_with_the_first_face_and_what_is_predicted(mapped):
    assert mapped.inputs["face"].value == 0 and not mapped.inputs["mouth"].value
    assert "the probabilities: angry" in mapped.area.value


@pytest.mark.parametrize(
    ("name", "value"),
    [("face", 3), ("method", "gradcam"), ("layer", "stride 32"), ("label", 0), ("label", 5)],
)
def test_each_input_of_the_map_changes_the_picture_and_back(mapped, name, value):
    before, start = mapped.area.value, mapped.inputs[name].value
    mapped.inputs[name].value = value
    assert mapped.area.value != before
    mapped.inputs[name].value = start
    assert mapped.area.value == before


def test_a_click_on_the_face_covers_a_part_and_changes_the_picture(mapped):
    before, face = mapped.area.value, mapped.inputs["covered"].picture.value
    mapped.inputs["covered"].buttons[26].click()
    assert mapped.inputs["covered"].value == (26,)
    assert mapped.area.value != before and mapped.inputs["covered"].picture.value != face
    mapped.inputs["covered"].clear.click()
    assert mapped.area.value == before and mapped.inputs["covered"].picture.value == face


def test_a_button_covers_its_part_until_everything_is_uncovered(mapped):
    before, face = mapped.area.value, mapped.inputs["covered"].picture.value
    mapped.inputs["mouth"].value = True
    with_mouth = mapped.inputs["covered"].picture.value
    mapped.inputs["cheeks"].value = True
    assert len({face, with_mouth, mapped.inputs["covered"].picture.value}) == 3
    assert mapped.area.value != before
    mapped.inputs["covered"].clear.click()
    assert not mapped.inputs["mouth"].value and not mapped.inputs["cheeks"].value
    assert mapped.area.value == before and mapped.inputs["covered"].picture.value == face


def test_a_layer_says_how_many_places_its_map_has(mapped):
    assert [text for text, _ in mapped.inputs["layer"].options] == [
        "stride 32: 2 × 2 cells",
        "stride 16: 4 × 4 cells",
        "stride 8: 8 × 8 cells",
        "stride 4: 16 × 16 cells",
    ]


def test_photographs_can_be_covered_too(mapped):
    model = with_random_head(build_model(None, backbone="efficientnet_b0"))
    control = controls.face_and_map(model, 64, noise_faces(2))
    before = control.area.value
    control.inputs["eyes"].value = True
    assert control.area.value != before


def test_every_input_of_the_map_has_a_description(mapped):
    assert all(w.description for w in mapped.inputs.values())


def test_a_map_without_faces_is_refused(mapped):
    with pytest.raises(ValueError, match="found none"):
        controls.face_and_map(build_model(None), 64, draw_puppets(0))
