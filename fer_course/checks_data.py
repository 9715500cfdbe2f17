"""Feedback on the exercises of notebook 01: the data."""

import numpy as np

from .checks import COUNTED, check_choice, check_number, describe, tell, unanswered
from .exploration import leaked, most_common_mistakes
from .labels import EXPRESSIONS


def values_per_face(answer, faces):
    """Notebook 01: how many numbers one face is."""
    height, width = faces.images.shape[1:]
    check_number(
        answer,
        height * width,
        right=f"{height} × {width}. A phone's camera gives about {12_000_000 // (height * width):,} times as many: "
        "most of what a face does has to show in a few hundred pixels around eyes and mouth.",
        wrong={
            height: "that is the length of one side; a face has rows and columns.",
            3 * height * width: "that would be a colour picture; these have one grey value a pixel.",
            faces.images.size: "that is all faces together.",
        },
        tolerance=COUNTED,
        unit="values",
    )


def leaked_faces(answer, train, validation):
    """Notebook 01: validation faces that a model has already seen in training."""
    mask = leaked(train, validation)
    n = int(mask.sum())
    mine = {image.tobytes() for image in validation.images}
    if n == 0:
        right = "None: nothing in this validation set can be known by heart."
    else:
        right = (
            f"{n:,} of {len(validation):,}, {n / len(validation):.1%}: a model that learns by heart gets these for "
            "nothing, and the validation figure promises what the test will not keep."
        )
    check_number(
        answer,
        n,
        right=right,
        wrong={
            sum(
                image.tobytes() in mine for image in train.images
            ): "that counts the training faces; the question is about those that a model is examined on.",
            len(
                mine & {image.tobytes() for image in train.images}
            ): "that counts each picture once; count the faces that have it.",
            n / max(len(validation), 1): "that is the share; asked is the number.",
            len(validation) - n: "those are the ones without a twin.",
        },
        tolerance=COUNTED,
        unit="faces",
    )


def best_measurable_accuracy(answer, labels, truth):
    """Notebook 01: the accuracy that is measured for a model that makes no mistake."""
    agreement = float(np.mean(np.asarray(labels) == np.asarray(truth)))
    check_number(
        answer,
        agreement,
        right=f"A model that says what the second opinion says would be measured at {agreement:.1%}. Whoever reports "
        "more has learned the annotators' mistakes as well, or the test faces, or was right where the second opinion "
        "is not.",
        wrong={
            1 - agreement: "that is the share of labels that differ.",
            1.0: "the model is right every time, but it is compared with the labels.",
            100 * agreement: "the right number in percent; give it as a share, between 0 and 1.",
        },
        unit="a share between 0 and 1",
    )


def most_confused(answer, labels, truth):
    """Notebook 01: the label that is most often put in the place of another."""
    labels, truth = np.asarray(labels), np.asarray(truth)
    most, n = most_common_mistakes(labels, truth)
    if not most:
        tell(
            False,
            "Expected labels of which some are wrong, found none; use the labels of noisy puppets or photographs.",
        )
        return
    if (
        isinstance(answer, (list, tuple))
        and len(answer) == 2
        and all(isinstance(word, str) for word in answer)
    ):
        answer = " as ".join(word.strip() for word in answer)
    word = answer.strip().lower() if isinstance(answer, str) else None
    # Where several are as common, each is right.
    true_name, label = next((pair for pair in most if " as ".join(pair) == word), most[0])
    total = int(np.sum(truth == EXPRESSIONS.index(true_name)))
    pairs = {
        f"{a} as {b}": f"{a} is labelled {b} less often than another pair."
        for a in EXPRESSIONS
        for b in EXPRESSIONS
    }
    pairs |= {f"{name} as {name}": "these are the labels that agree." for name in EXPRESSIONS}
    pairs[f"{label} as {true_name}"] = "the right two; rows are the truth, columns the label."
    expected = f"{true_name} as {label}"
    pairs.pop(expected)
    if word is not None and word not in {expected, *pairs}:
        tell(False, f"Expected two labels, as in 'happy as sad', found {describe(answer)}.")
        return
    if word is None and not unanswered(answer):
        tell(False, f"Expected two labels, as in ('happy', 'sad'), found {describe(answer)}.")
        return
    check_choice(
        answer,
        expected,
        right=f"{n:,} of {total:,} {true_name} faces are labelled {label}. A model learns that too.",
        wrong=pairs,
    )
