"""The notebooks' controls, moved from code."""

import re

import numpy as np
import pytest
import torch
from torch import nn

from fer_course import widgets
from fer_course.data.exploration import measure
from fer_course.evaluation.predict import softmax
from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS
from fer_course.model.network import build_model
from fer_course.puppets.draw import draw_puppets
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import QUICK

COUNTS = np.array([40, 10, 10, 40, 10, 10, 10])
LABELS = np.arange(7)


@pytest.fixture(autouse=True)
def strict(monkeypatch):
    monkeypatch.setenv("FER_STRICT", "1")


def test_a_slider_of_the_puppet_moves_its_action_unit():
    control = widgets.puppet()
    assert "Nothing moves" in control.area.value
    control.inputs["au12"].value = 0.8
    assert "lip corner puller (12) 0.8" in control.area.value


def test_an_expression_of_the_menu_sets_all_sliders_and_neutral_clears_them():
    control = widgets.puppet()
    control.preset.value = "fear"
    assert "Nearest by the book: fear" in control.area.value and control.inputs["au20"].value == 1
    control.preset.value = "neutral"
    assert "Nothing moves" in control.area.value


def test_the_menu_never_names_an_expression_that_the_sliders_do_not_show():
    control = widgets.puppet()
    control.preset.value = "surprise"
    control.inputs["au26"].value = 0.0
    assert control.preset.value == widgets.MOVED and control.inputs["au1"].value == 1
    control.preset.value = "neutral"
    assert "Nothing moves" in control.area.value and control.preset.value == "neutral"
    control.inputs["au6"].value = control.inputs["au12"].value = 1.0
    assert control.preset.value == "happy"
    control.preset.value = widgets.MOVED
    assert control.inputs["au12"].value == 1


def test_the_face_stands_beside_the_sliders_whose_labels_have_room():
    control = widgets.puppet()
    (row,) = control.children
    assert row.children[1] is control.area
    longest = max(len(w.description) for w in control.inputs.values())
    assert longest == len("lip corner depressor (15)")
    assert control.inputs["au15"].style.description_width == "13em"
    assert control.inputs["au15"].continuous_update
    assert not widgets.puppet(lambda images: np.full((1, 7), 1 / 7)).inputs["au15"].continuous_update


def test_the_puppet_can_be_copied_as_code():
    control = widgets.puppet()
    control.set(au6=1.0, au12=0.5, identity=2)
    assert "draw_puppet({6: 1.0, 12: 0.5}, identity=2)" in control.area.value


def test_the_dials_do_not_give_the_labels_away():
    control = widgets.dials(n=7)
    assert not any(f"labelled {name}" in control.area.value for name in ("happy", "neutral"))
    assert "A grid of" not in control.area.value


def test_faces_are_named_one_by_one_and_scored_at_the_end():
    faces = draw_puppets(3, seed=1, label_noise=0)
    game = widgets.name_faces(faces)
    assert [button.description for button in game.buttons][3] == "happy"
    assert "Face 1 of 3" in game.area.value and game.answers == []
    right = faces.clean_labels.tolist()
    for label in (right[0], right[1], (right[2] + 1) % 7):
        game.buttons[label].click()
    assert "right: you 2 of 3" in game.area.value
    assert game.answers == [right[0], right[1], (right[2] + 1) % 7]
    assert all(button.disabled for button in game.buttons)
    game.name(0)
    assert len(game.answers) == 3
    game.again.click()
    assert "Face 1 of 3" in game.area.value and game.answers == [] and not game.buttons[0].disabled


def test_a_page_without_widgets_shows_all_faces_to_name(monkeypatch):
    bundles = []
    monkeypatch.setattr("fer_course.show.controls.display", lambda bundle, raw: bundles.append(bundle))
    game = widgets.name_faces(draw_puppets(4, seed=1))
    game._ipython_display_()
    assert "4 faces to name: angry" in bundles[0]["text/html"] and "<img" in bundles[0]["text/html"]
    assert bundles[0]["application/vnd.jupyter.widget-view+json"]["model_id"] == game.model_id


def test_the_puppet_is_shown_to_the_model_as_it_is_on_the_page():
    shown = []

    def predict(images):
        shown.append(images)
        return np.eye(7)[[5]]

    assert "The model says surprise at 100%" in widgets.puppet(predict).area.value
    assert shown[-1].shape == (1, 48, 48) and shown[-1].dtype == np.uint8


def test_the_dials_change_the_pictures_and_say_by_how_much():
    control = widgets.dials(n=3)
    before = control.area.value
    control.inputs["blur"].value = 1.0
    assert "blur 1.0" in control.area.value

    def sharpness(text):
        return float(re.search(r"sharpness (\d+\.\d+)", text)[1])

    assert sharpness(control.area.value) < 0.9 * sharpness(before)


def test_browsing_sorts_the_faces_of_a_label():
    faces = draw_puppets(60, seed=1)
    measures = measure(faces.images)
    control = widgets.browse(faces, measures)
    control.inputs["label"].value = 3
    happy = measures.brightness[faces.labels == 3]
    assert f"from {happy.min():.2f}" in control.area.value
    control.inputs["place"].value = 100
    assert f"to {happy.max():.2f}" in control.area.value
    control.set(by="contrast", place=0)
    contrast = measures.contrast[faces.labels == 3]
    assert f"Sorted by contrast, from {contrast.min():.2f}" in control.area.value


def test_a_label_without_faces_is_told():
    faces = draw_puppets(20, seed=1)
    control = widgets.browse(faces[faces.labels != 1])
    control.inputs["label"].value = 1
    assert "No faces carry this label" in control.area.value


def test_the_slider_moves_the_recall_of_the_rare_label():
    logits = 3 * np.eye(7, dtype=np.float32)
    logits[1] = [1, 0.9, 0, 0, 0, 0, 0]  # disgust, called angry as long as angry's share counts
    control = widgets.adjustment(logits, LABELS, COUNTS)
    assert "tau = 0.0" in control.area.value and "disgust 0 (" in control.area.value
    control.inputs["tau"].value = 1.0
    assert "tau = 1.0" in control.area.value and "disgust 100 (" in control.area.value


def test_the_adjustment_has_a_description_and_tells_false_alarms():
    control = widgets.adjustment(np.eye(7), LABELS, COUNTS)
    assert control.inputs["tau"].description == "tau (1: equal classes)"
    assert "of 100 faces called disgust, 100 are" in control.area.value


def test_a_steeper_mix_is_drawn_from_the_faces_at_hand_and_its_heads_are_compared():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(7), [40, 20, 40, 60, 40, 40, 40])
    features = rng.normal(size=(280, 8)).astype(np.float32)
    features[np.arange(280), labels] += 1
    exam_labels = np.repeat(np.arange(7), 10)
    control = widgets.how_rare(features, labels, features[:70], exam_labels)
    assert "280 training faces" in control.area.value
    assert control.inputs["ratio"].options[0] == ("these faces' own mix, 3 : 1", 0)
    before = control.area.value
    control.inputs["ratio"].value = 20
    assert "60 happy" in control.area.value and "3 disgust" in control.area.value
    assert "logit adjustment" in control.area.value
    control.inputs["ratio"].value = 0
    assert control.area.value == before


@pytest.fixture
def explorer(monkeypatch):
    monkeypatch.setenv("FER_STRICT", "1")
    n = 8
    images = np.random.default_rng(0).integers(0, 256, (n, 48, 48), dtype=np.uint8)
    faces = Faces(images, np.arange(n) % 7, np.arange(n).astype(str), np.full(n, "Training"), "noise")
    return widgets.augmentation_explorer(faces, QUICK.but(image_size=32), draws=3)


def test_the_learning_rate_starts_too_small_and_can_diverge():
    control = widgets.learning_rate()
    assert "still far away" in control.area.value
    control.inputs["rate"].value = 1.2
    assert "diverges" in control.area.value


def test_the_explorer_shows_its_face_beside_the_dials(explorer):
    (row,) = explorer.children
    assert row.children[-1] is explorer.area


def test_the_explorer_starts_with_the_recipes_own_changes(explorer):
    assert "10° of rotation" in explorer.area.value and "3 draws" in explorer.area.value


def test_moving_a_dial_draws_anew_and_says_so(explorer):
    explorer.inputs["rotation"].value = 90
    assert "90° of rotation" in explorer.area.value


def test_every_input_of_the_explorer_changes_the_picture(explorer):
    changes = {"face": 5, "seed": 7, "flip": 1, "shift": 0.4, "zoom": 0.5, "shear": 30, "brightness": 1.5}

    def image():  # without its description, which tells the dials' own numbers
        return re.search(r"data:image/[^\"']+", explorer.area.value)[0]

    for name, value in changes.items():
        before = image()
        explorer.inputs[name].value = value
        assert image() != before, name


def test_the_most_extreme_dials_still_draw(explorer):
    explorer.set(**{name: widget.max for name, widget in explorer.inputs.items()})
    assert "<img" in explorer.area.value


@pytest.fixture(scope="module")
def puppets():
    return draw_puppets(20, seed=5)


@pytest.fixture(scope="module")
def logits(puppets):
    rng = np.random.default_rng(0)
    return (2 * np.eye(7)[puppets.labels] + rng.normal(0, 1.5, (20, 7))).astype(np.float32)


def test_the_confidence_threshold_opens_where_labels_differ_and_shows_the_second_opinion(puppets, logits):
    control = widgets.confidence_threshold(logits, puppets.labels, puppets.clean_labels)
    assert "At confidence 0.85 or more" in control.area.value
    assert "right by the second opinion" in control.area.value
    assert all(widget.description for widget in control.inputs.values())


def test_the_number_of_faces_moves_the_interval():
    control = widgets.how_many_faces(0.7)
    assert "on 1,000 faces has a 95 % interval from 67.1% to 72.8%" in control.area.value
    control.inputs["faces"].value = 100_000
    assert "on 100,000 faces" in control.area.value and "0.3 points to each side" in control.area.value


def test_the_temperature_moves_confidence_and_loss(puppets, logits):
    control = widgets.temperature(logits, puppets.labels)
    own = softmax(logits)[np.arange(20), puppets.labels]
    assert f"divided by 1.00, loss {-np.log(own).mean():.3f}" in control.area.value
    control.inputs["temperature"].value = 3.0
    assert "divided by 3.00" in control.area.value and "underconfident" in control.area.value


def test_moving_the_confidence_threshold_to_zero_keeps_everything(puppets, logits):
    control = widgets.confidence_threshold(logits, puppets.labels)
    control.inputs["threshold"].value = 0.0
    assert "20 of 20 predictions are kept (100.0%)" in control.area.value


def test_the_mistakes_can_be_chosen_by_label_and_prediction(puppets, logits):
    guesses = logits.argmax(1)
    wrong = np.flatnonzero(guesses != puppets.labels)
    control = widgets.mistakes(puppets, logits, puppets.clean_labels)
    assert f"of {len(wrong)} wrong predictions" in control.area.value
    label, guess = int(puppets.labels[wrong[0]]), int(guesses[wrong[0]])
    control.set(label=label, guess=guess)
    n = np.sum((puppets.labels == label) & (guesses == guess))
    assert f"of {n} wrong predictions" in control.area.value


def test_a_kind_of_mistake_that_never_happens_is_said(puppets, logits):
    control = widgets.mistakes(puppets, logits)
    control.set(label=3, guess=3)
    assert "No mistakes of this kind" in control.area.value


@pytest.fixture(scope="module")
def mapped():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FER_STRICT", "1")
        model = build_model(None)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            nn.init.normal_(model.classifier.weight)
        yield widgets.face_and_map(model, 64, draw_puppets(6, seed=5))


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
        "stride 32: 2 × 2 places",
        "stride 16: 4 × 4 places",
        "stride 8: 8 × 8 places",
        "stride 4: 16 × 16 places",
    ]


def test_photographs_can_be_covered_too(mapped):
    images = np.random.default_rng(0).integers(0, 256, (2, 48, 48), dtype=np.uint8)
    faces = Faces(images, np.array([0, 1]), np.array(["a", "b"]), np.full(2, "Training"), "noise")
    model = build_model(None, backbone="efficientnet_b0")
    with torch.no_grad():
        model.classifier.weight.normal_(generator=torch.Generator().manual_seed(0))
    control = widgets.face_and_map(model, 64, faces)
    before = control.area.value
    control.inputs["eyes"].value = True
    assert control.area.value != before


def test_every_input_of_the_map_has_a_description(mapped):
    assert all(w.description for w in mapped.inputs.values())


def test_a_map_without_faces_is_refused(mapped):
    with pytest.raises(ValueError, match="found none"):
        widgets.face_and_map(build_model(None), 64, draw_puppets(0))


def test_a_map_is_held_against_the_truth_by_any_method_and_layer():
    faces = draw_puppets(3, seed=5, label_noise=0)
    masks = np.zeros(faces.images.shape, bool)
    masks[:, 10:40, 10:40] = True
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = build_model(None)
        nn.init.normal_(model.classifier.weight)
    control = widgets.map_and_truth(model, 64, faces, masks)
    assert f"{EXPRESSIONS[faces.clean_labels[0]]}: hirescam" in control.area.value
    assert "% inside" in control.area.value
    control.set(face=2, method="gradcam", layer="stride 32")
    assert f"{EXPRESSIONS[faces.clean_labels[2]]}: gradcam" in control.area.value
    assert "2 × 2 places" in control.inputs["layer"].label


def test_measures_of_other_faces_are_refused():
    faces = draw_puppets(30, seed=3)
    with pytest.raises(ValueError, match="Expected one row of measures for each of 10 faces, found 30"):
        widgets.browse(faces[:10], measure(faces.images))
