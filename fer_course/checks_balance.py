"""Feedback on the exercises of notebook 02: class imbalance."""

from .balance import class_weights
from .checks import COUNTED, check_choice, check_number
from .labels import EXPRESSIONS


def faces_left_after_undersampling(answer, train):
    """Notebook 02: how many faces remain when every class is cut down to the smallest."""
    counts = train.counts()
    counts = counts[counts > 0]
    smallest, left = int(counts.min()), int(counts.min()) * len(counts)
    check_number(
        answer,
        left,
        right=f"{left:,} of {len(train):,} faces: {1 - left / len(train):.0%} thrown away. Weights keep them all.",
        wrong={
            smallest: f"that is the size of the smallest class; there are {len(counts)} classes.",
            len(train) - left: "that is how many are dropped; asked is how many are left.",
            left / len(train): "that is the share that is left; asked is the number.",
            int(counts.max())
            * len(counts): "that would be oversampling: every class as large as the largest.",
            len(train): "those are all of them.",
        },
        tolerance=COUNTED,
        unit="faces",
    )


def happy_faces_for_one_disgust(answer, counts, cap):
    """Notebook 02: how many happy faces pull as hard as one disgusted one under capped weights."""
    happy, disgust = EXPRESSIONS.index("happy"), EXPRESSIONS.index("disgust")
    balanced, capped = class_weights(counts).astype(float), class_weights(counts, cap).astype(float)
    expected, without = capped[disgust] / capped[happy], balanced[disgust] / balanced[happy]
    check_number(
        answer,
        expected,
        right=f"{expected:.1f}. Without the cap it would be {without:.1f}, the imbalance ratio itself: balanced "
        "weights undo the counts, capped ones undo them in part.",
        wrong={
            without: "that is without the cap.",
            capped[disgust]: "that is the weight of a disgusted face; what is the weight of a happy one?",
            1 / expected: "that is the other way round.",
            balanced[disgust]: "that is the weight of a disgusted face before the cap.",
        },
        tolerance=0.02,
        unit="happy faces",
    )


def what_to_report(answer, table):
    """Notebook 02: which figures belong in a paper's table."""
    plain = table.loc["accuracy"].iloc[0]
    best = (
        table.loc["disgust"].value.idxmax()
        if "disgust" in table.index
        else table.loc["macro recall"].value.idxmax()
    )
    there = table.loc["accuracy"].loc[best]
    check_choice(
        answer,
        "c",
        right=f"With accuracy alone, {best} reads as {100 * (there.value - plain.value):+.1f} points against no "
        "weights and nothing else. The classes say for whom, the intervals say whether.",
        wrong={
            "a": "a model that never says disgust hardly loses by it, and no reader can tell.",
            "b": "it hides how often the model is right on the mix it will meet, and no reader can compare with "
            "published accuracies.",
        },
    )
