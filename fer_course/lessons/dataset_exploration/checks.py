"""Feedback on the exercises of notebook 01: the data."""

import numpy as np

from fer_course.data.exploration import leaked, most_common_mistakes
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.exercises import (
    COUNTED,
    NOT_ANSWERED,
    check_choice,
    check_number,
    describe,
    tell,
    unanswered,
)


def values_per_face(answer, faces):
    """Notebook 01: how many numbers one face is."""
    height, width = faces.images.shape[1:]
    if isinstance(answer, (tuple, list)) and len(answer) == 2 and ... not in answer:
        tell(
            False, "Expected one number, found the two sides. Multiply them: every row has that many columns."
        )
        return
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


def contrast_of_each(answer, images, measures):
    """Notebook 01: the standard deviation of each picture, in one line of numpy."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    try:
        found = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        tell(False, f"Expected an array with one number for each face, found {describe(answer)}.")
        return
    expected = measures.contrast.to_numpy()

    def same(values):
        return found.shape == values.shape and np.allclose(found, values, rtol=1e-3, atol=1e-3)

    if same(expected):
        flat = int((expected < 1).sum())
        black = f" {flat} pictures have none at all: leave them out before you train." if flat else ""
        tell(
            True,
            f"The package measures the same, from {expected.min():.0f} to {expected.max():.0f}.{black} What you can "
            "say in a line of numpy, you can sort a data set by.",
        )
    elif found.shape == ():
        tell(False, "That is one number for all faces together. With axis=(1, 2) there is one for each face.")
    elif found.shape == images.shape[1:]:
        tell(False, "That is one number for each pixel: axis=0 runs over the faces. Use axis=(1, 2).")
    elif found.ndim == 2 and found.shape[0] == len(images):
        tell(False, "That is one number for each row or column of a face. Give both axes: axis=(1, 2).")
    elif found.shape != expected.shape:
        tell(False, f"Expected one number for each of {len(expected):,} faces, found {describe(found)}.")
    elif same(expected**2):
        tell(False, "That is the variance. Its square root is the standard deviation.")
    elif same(measures.brightness.to_numpy()):
        tell(False, "That is the mean, which is the brightness. Contrast is how far pixels lie from it.")
    elif same(np.ptp(images, axis=(1, 2)).astype(float)):
        tell(
            False,
            "That is the distance from the darkest pixel to the brightest: two pixels decide it. Use them all.",
        )
    else:
        tell(False, "One number for each face, but not its standard deviation: numpy calls that std.")


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
            "free, and its accuracy on this validation set promises what new faces will not keep."
        )
    check_number(
        answer,
        n,
        right=right,
        wrong={
            sum(
                image.tobytes() in mine for image in train.images
            ): "that counts training faces with a twin in validation; count the validation faces.",
            len(
                mine & {image.tobytes() for image in train.images}
            ): "that counts different pictures; some come more than once in validation, and each copy counts.",
            n / max(len(validation), 1): "that is the share; give the number.",
            len(validation) - n: "those are the ones without a twin.",
        },
        tolerance=COUNTED,
        unit="faces",
    )


def kept_together(answer, groups, labels):
    """Notebook 01: a validation set that separates no twins."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    groups, labels = np.asarray(groups), np.asarray(labels)
    mask = np.asarray(answer) if not callable(answer) else np.zeros(0)
    if mask.shape != groups.shape or mask.dtype != bool:
        tell(
            False,
            f"Expected a True or False for each of {len(groups):,} faces, as `groups == 7` gives them, found "
            f"{describe(answer)}.",
        )
        return
    share = float(mask.mean())
    separated = int(np.isin(groups[mask], groups[~mask]).sum())
    if share in (0, 1):
        tell(False, f"{'All' if share else 'None'} of the faces are in validation: the other side is empty.")
    elif separated:
        tell(
            False,
            f"{separated:,} validation faces still have a twin in training. Choose faces by their group number, "
            "not by their position: equal numbers, same side.",
        )
    elif not 0.09 <= share <= 0.16:
        tell(
            False,
            f"No twins are separated, but validation has {share:.1%} of the faces; make it about one in eight.",
        )
    else:
        rare = EXPRESSIONS.index("disgust")
        inside, outside = np.mean(labels[mask] == rare), np.mean(labels[~mask] == rare)
        tell(
            True,
            f"{int(mask.sum()):,} validation faces ({share:.1%}) and no twins separated. One thing is left to chance: "
            f"disgust has {inside:.2%} of your validation set and {outside:.2%} of the rest. "
            "stratified_split(…, group_twins=True) takes care of that as well.",
        )


def true_accuracy(answer, measured, agreement):
    """Notebook 01: what a model is truly right about, from what was measured on noisy labels."""
    lucky = (1 - agreement) / 6
    check_number(
        answer,
        (measured - lucky) / (agreement - lucky),
        right=f"Measured {measured:.1%}, truly about {(measured - lucky) / (agreement - lucky):.1%}: some of what "
        "look like the model's mistakes are the labels'. It takes a second opinion on some faces to know that share.",
        wrong={
            measured: "that is what was measured.",
            measured
            / agreement: "nearly: that forgets the faces where the model is wrong, the label is wrong too, and both "
            "say the same.",
            measured * agreement
            + (1 - measured)
            * lucky: "that is the formula itself: what would be measured if the true accuracy were "
            f"{measured:.1%}. Solve it for t.",
            measured
            + 1
            - agreement: "that adds all wrong labels to the score, but the model is not right about all of "
            "those faces.",
            100
            * (measured - lucky)
            / (agreement - lucky): "the right number in percent; give it as a share.",
        },
        unit="a share between 0 and 1",
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
            float(
                np.sum(np.asarray(labels) == np.asarray(truth))
            ): "that is the number of labels that agree; give their share.",
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
            "Expected labels of which some are wrong, found none; use puppets with label noise, or photographs.",
        )
        return
    if (
        isinstance(answer, (list, tuple))
        and len(answer) == 2
        and all(isinstance(word, str) for word in answer)
    ):
        answer = " as ".join(word.strip() for word in answer)
    if isinstance(answer, str) and len(words := answer.replace(",", " ").split()) == 2:
        answer = " as ".join(words)
    word = answer.strip().lower() if isinstance(answer, str) else None
    # If several are as common, each is right.
    true_name, label = next((pair for pair in most if " as ".join(pair) == word), most[0])
    total = int(np.sum(truth == EXPRESSIONS.index(true_name)))
    pairs = {
        f"{a} as {b}": f"{a} is labelled {b} less often than another pair."
        for a in EXPRESSIONS
        for b in EXPRESSIONS
    }
    pairs |= {f"{name} as {name}": "these are the labels that agree." for name in EXPRESSIONS}
    pairs[f"{label} as {true_name}"] = (
        "the right two words in the wrong order: rows are the second opinion, columns the label."
    )
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
        right=f"{n:,} of {total:,} {true_name} faces are labelled {label}. A model learns such habits, too.",
        wrong=pairs,
    )
