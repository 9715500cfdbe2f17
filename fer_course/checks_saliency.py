"""Feedback on the exercises of notebook 06: Grad-CAM."""

import numpy as np

from .checks import NOT_ANSWERED, check_choice, check_number, describe, tell, unanswered


def map_places(answer, size: int, stride: int):
    """Notebook 05: how many places wide a feature map is."""
    places = -(-size // stride)
    wrong = {
        places**2: "that is the number of places in the whole map; asked is its width.",
        size / stride: "a place is whole: the rest of the division gets one of its own.",
        size // stride: "the rest of the division gets a place of its own, since EfficientNet pads.",
        stride: "that is how many pixels of the input one place stands for.",
    }
    wrong.pop(places, None)
    check_number(
        answer,
        places,
        right=f"{places} × {places} places. At 64 px it would be {-(-64 // stride)} × {-(-64 // stride)}, each of them "
        f"standing for {48 * stride // 64} × {48 * stride // 64} of the face's 48 × 48 pixels.",
        wrong=wrong,
        unit="places",
    )


def hirescam(answer, gradient, features):
    """Notebook 05: Grad-CAM without the average over places."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return

    def plain(tensor):
        tensor = tensor.detach().cpu() if hasattr(tensor, "detach") else tensor
        return np.asarray(tensor, dtype=np.float64)

    gradient, features = plain(gradient)[0], plain(features)[0]
    summed = (gradient * features).sum(0)
    averaged = (gradient.mean((1, 2), keepdims=True) * features).sum(0)
    try:
        found = plain(answer).squeeze()
    except (TypeError, ValueError, RuntimeError):  # the last where a list holds a tensor with a gradient
        tell(False, f"Expected a map of shape {summed.shape}, found {describe(answer)}.")
        return
    if found.shape != summed.shape:
        tell(False, f"Expected a map of shape {summed.shape}, found {describe(answer)}.")
        return

    def close(to):
        return bool(np.allclose(found, to, rtol=1e-3, atol=1e-5 * max(abs(to).max(), 1e-12)))

    here, there = np.maximum(summed, 0), np.maximum(averaged, 0)
    if close(here):
        alike = np.corrcoef(here.ravel(), there.ravel())[0, 1] if here.std() * there.std() > 0 else 0.0
        tell(
            True,
            f"The two maps of this face correlate with {alike:+.2f}; one average, and the picture is another.",
        )
    elif close(summed):
        tell(False, "Almost: cut off what is negative, with .relu().")
    elif close(there):
        tell(False, "This is Grad-CAM still: multiply features with the gradient itself, not with its mean.")
    else:
        tell(
            False,
            "Another map. Multiply gradient and features place by place, sum over channels, then .relu().",
        )


def what_a_map_supports(answer):
    """Notebook 05: the one sentence that a heat map supports."""
    check_choice(
        answer,
        "c",
        right="It is the smallest claim of the three, and names the layer. For the other two you would need to ask the "
        "person, or to cover the mouth.",
        wrong={
            "a": "the network names a picture, and the map is about that name; nobody's feelings were measured.",
            "b": "that is a claim about an experiment: cover the mouth and see, as in section 6.",
        },
    )
