"""Feedback on the exercises of notebook 06: Grad-CAM."""

import numpy as np

from fer_course.lessons.exercises import (
    COUNTED,
    NOT_ANSWERED,
    check_choice,
    check_number,
    describe,
    tell,
    unanswered,
)


def map_cells(answer, size: int, stride: int):
    """How many cells wide a feature map is."""
    cells = -(-size // stride)
    wrong = {
        cells**2: "that is the number of cells in the whole map; asked is its width.",
        size / stride: "a cell is whole: the remainder of the division gets a cell of its own.",
        size // stride: "the remainder of the division gets a cell of its own, since EfficientNet pads.",
        stride: "that is how many pixels of the input lie between one cell and the next.",
        48 // stride: "that would be the stored picture of 48 pixels; the network is given it enlarged.",
    }
    wrong.pop(cells, None)
    check_number(
        answer,
        cells,
        right=f"{cells} × {cells} cells. At 96 px it is {-(-96 // stride)} × {-(-96 // stride)}, each of them "
        f"standing for {48 * stride // 96} × {48 * stride // 96} of the face's 48 × 48 pixels: a mouth and a nose may "
        "share one.",
        wrong=wrong,
        unit="cells",
    )


def hirescam(answer, gradient, features):
    """Grad-CAM without the average over cells."""
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
        against = there[summed <= 0].sum() / max(there.sum(), 1e-12)
        tell(
            True,
            f"One average less, and you get a different picture: the two maps correlate with {alike:+.2f}. "
            f"{against:.0%} of Grad-CAM's map lies in cells where gradient and features, multiplied on the spot, do "
            "not speak for the label.",
        )
    elif close(summed):
        tell(False, "Almost: cut off what is negative, with .relu().")
    elif close(there):
        tell(False, "This is Grad-CAM still: multiply features with the gradient itself, not with its mean.")
    elif close(np.maximum((np.maximum(gradient, 0) * features).sum(0), 0)):
        tell(False, "That is LayerCAM: the ReLU comes last, after the sum over channels.")
    elif close(np.maximum(gradient * features, 0).sum(0)):
        tell(False, "The ReLU comes too early: first sum over channels, then cut off what is negative.")
    elif close(np.maximum(gradient.sum(0) * features.sum(0), 0)):
        tell(False, "Multiply channel by channel first, and sum over channels afterwards.")
    else:
        tell(
            False,
            "Another map. Multiply gradient and features cell by cell, sum over channels, then .relu().",
        )


def brighter_maps(answer, predicted_maps, expected_maps):
    """How many maps for the predicted label reach a higher value than those for the expected label."""
    predicted_maps, expected_maps = np.asarray(predicted_maps), np.asarray(expected_maps)
    n = len(predicted_maps)
    expected = int((predicted_maps.max((1, 2)) > expected_maps.max((1, 2)) + 1e-4).sum())
    spread = int((predicted_maps.mean((1, 2)) > expected_maps.mean((1, 2))).sum())
    wrong = {
        n: "you would expect it, since the network gave the predicted label more. Compare the maps' highest values, "
        ".max(axis=(1, 2)).",
        spread: "that compares means, which say how far a map is spread out; asked is its highest value, "
        ".max(axis=(1, 2)).",
    }
    wrong.pop(expected, None)
    check_number(
        answer,
        expected,
        right=f"In {expected} of {n}, although the network gave the predicted label more in all of them. Every map is "
        "stretched until its highest value is 1, so its brightness does not say how strong the evidence is. The "
        "probability does.",
        wrong=wrong,
        tolerance=COUNTED,
        unit="faces",
    )


def which_cover(answer, table, shares):
    """Which cover takes a label away from most faces.

    Parameters
    ----------
    answer : str
        A row of the table.
    table : DataFrame
        From ``parts.cover_test``.
    shares : dict of str to float
        Of the heat maps, inside each row's parts.
    """
    best = table["kept"].idxmin()
    count = int(table["faces"].iloc[0])

    def measured(name):
        return f"With {name} grey, {table.loc[name, 'kept']:.0%} of {count} faces keep their label"

    wrong = {
        name: f"{measured(name)}, although {shares[name]:.0%} of the heat maps lies there. Another cover takes more."
        for name in table.index
        if name != best
    }
    alone = [part for part in best.split(" and ") if part in table.index and part != best]
    thought = f"{measured(best)}."
    if len(alone) > 1:
        left = 1 - sum(1 - table.loc[part, "kept"] for part in alone)
        thought += f" If the losses of {best} simply added up, {max(left, 0):.0%} would."
        if table.loc[best, "kept"] < left:
            thought += " Each part stands in for the other, and no map of single cells can show that."
    check_choice(answer, best, right=thought, wrong=wrong)


def what_a_map_supports(answer):
    """The one sentence that a heat map supports."""
    check_choice(
        answer,
        "c",
        right="It is the smallest claim of the four, and it names the layer. For the others you would need to ask the "
        "person, to cover the mouth, or to compare probabilities.",
        wrong={
            "a": "The network names a picture, and the map is about that name; nobody's feelings were measured.",
            "b": "That is a claim about an experiment. In section 5 a grey mouth alone is not the same as a grey mouth "
            "with grey cheeks: cover it and count.",
            "d": "Every map is stretched to its own highest value: brightness is no confidence.",
        },
    )
