"""A map beside the truth."""

import numpy as np
from networks import with_random_head

from fer_course.labels import EXPRESSIONS
from fer_course.lessons.trusting_a_heat_map import controls
from fer_course.model.network import build_model
from fer_course.puppets.draw import draw_puppets


def test_a_map_is_held_against_the_truth_by_any_method_and_layer():
    faces = draw_puppets(3, seed=5, label_noise=0)
    masks = np.zeros(faces.images.shape, bool)
    masks[:, 10:40, 10:40] = True
    control = controls.map_and_truth(with_random_head(build_model(None)), 64, faces, masks)
    assert f"{EXPRESSIONS[faces.clean_labels[0]]}: hirescam" in control.area.value
    assert "% inside" in control.area.value
    control.set(face=2, method="gradcam", layer="stride 32")
    assert f"{EXPRESSIONS[faces.clean_labels[2]]}: gradcam" in control.area.value
    assert "2 × 2 cells" in control.inputs["layer"].label
