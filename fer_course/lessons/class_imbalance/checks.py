"""Feedback on the exercises of notebook 02: class imbalance."""

import math

import numpy as np

from fer_course.labels import EXPRESSIONS
from fer_course.lessons.exercises import (
    COUNTED,
    NOT_ANSWERED,
    as_number,
    check_choice,
    check_number,
    describe,
    tell,
    unanswered,
)
from fer_course.training.balance import class_weights
from fer_course.training.heads import adjust_logits

BATCH = 32
"""Faces in the batch that ``batches_without_disgust`` asks about."""

WORDS = ("better", "worse", "unclear")


def batches_without_disgust(answer, counts):
    """Notebook 02: which share of batches of 32 random faces holds no disgusted one."""
    counts = np.asarray(counts, float)
    share = counts[EXPRESSIONS.index("disgust")] / counts.sum()
    expected = (1 - share) ** BATCH
    check_number(
        answer,
        expected,
        right=f"{expected:.0%}: a network that learns from batches of {BATCH} meets no disgusted face at all in most "
        "of its steps. What it never meets, it cannot learn in that step.",
        wrong={
            1 - expected: "that is the share of batches that hold at least one.",
            BATCH
            * share: "that is how many disgusted faces a batch holds on average; asked is how often it holds "
            "none.",
            share: "that is the share of disgusted faces. How likely is it that all 32 are others?",
            1 - share: f"that is for one face; a batch has {BATCH}, one after the other.",
            1
            - BATCH
            * share: "the chances of 32 faces do not add up: multiply the chance that one face is another "
            "label with itself, 32 times.",
            100 * expected: "as a share from 0 to 1, please.",
        },
        tolerance=0.005,
        unit="a share from 0 to 1",
    )


def happy_faces_for_one_disgust(answer, counts, cap, at_hand=None):
    """Notebook 02: how many happy faces weigh as much as one disgusted one under capped weights."""
    happy, disgust = EXPRESSIONS.index("happy"), EXPRESSIONS.index("disgust")
    balanced, capped = class_weights(counts).astype(float), class_weights(counts, cap).astype(float)
    expected, without = capped[disgust] / capped[happy], balanced[disgust] / balanced[happy]
    wrong = {
        without: "that is without the cap.",
        capped[disgust]: "that is the weight of a disgusted face; what is the weight of a happy one?",
        capped[happy]: "that is the weight of a happy face; what is the weight of a disgusted one?",
        1 / expected: "that is the other way round.",
        balanced[disgust]: "that is the weight of a disgusted face before the cap.",
        float(round(expected)): "with one decimal, please.",
    }
    if at_hand is not None:
        own = class_weights(at_hand, cap).astype(float)
        wrong |= {own[disgust] / own[happy]: "that is for the counts at hand; asked are the published ones."}
    check_number(
        answer,
        expected,
        right=f"{expected:.1f}. Without the cap it would be {without:.1f}, the imbalance ratio itself: balanced "
        "weights undo the counts, capped ones undo them in part.",
        wrong=wrong,
        tolerance=0.02,
        unit="happy faces",
    )


def focal_factor(answer, gamma: float = 2.0, p: float = 0.9):
    """Notebook 02: by which factor focal loss shrinks the loss of a face that the model already has right."""
    expected = (1 - p) ** -gamma
    check_number(
        answer,
        expected,
        right=f"{expected:.0f} times smaller, whatever its label. A common face that is hard keeps its weight, and a "
        "rare face that is easy loses it: focal loss asks about difficulty, not about rarity.",
        wrong={
            (1 - p)
            ** gamma: "that is what the loss is multiplied by; how many times smaller does that make it?",
            1 / (1 - p): "that is with gamma 1: the factor is squared.",
            1 - p: "that is 1 - p; raise it to gamma, and ask how many times smaller the loss gets.",
            p**-gamma: "that takes p, not 1 - p.",
            p**gamma: "that is p to gamma; the factor is made of 1 - p.",
        },
        tolerance=0.005,
        unit="times smaller",
    )


def logit_rise(answer, counts):
    """Notebook 02: by how much the adjustment lifts the logit of disgust against that of happy."""
    counts = np.asarray(counts, float)
    happy, disgust = counts[EXPRESSIONS.index("happy")], counts[EXPRESSIONS.index("disgust")]
    expected = math.log(happy / disgust)
    check_number(
        answer,
        expected,
        right=f"{expected:.2f}, the log of {happy / disgust:.1f} : 1. Before, a face had to look "
        f"{happy / disgust:.1f} times more like disgust than like happy to be called disgust; now both start level.",
        wrong={
            -expected: "the right size, but disgust rises: its share is the smaller one.",
            happy / disgust: "that is the ratio; logits are logs, so take its log.",
            -math.log(disgust / counts.sum()): "that is what disgust gains; happy gains something as well.",
            -math.log(happy / counts.sum()): "that is what happy gains; asked is disgust against happy.",
            math.log10(happy / disgust): "that is the logarithm to base 10; np.log is the natural one.",
        },
        tolerance=0.005,
        unit="a difference of two logits",
    )


def what_intervals_allow(answer, table, pairs):
    """Notebook 02: better, worse or unclear, for some methods and measures.

    Parameters
    ----------
    answer
        A word of ``WORDS`` for each pair, in their order.
    table : DataFrame
        From ``evaluation.comparison.compare_heads``.
    pairs : sequence of (str, str)
        Method and measure.
    """
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    words = [w.strip().lower() if isinstance(w, str) else None for w in answer] if _listed(answer) else []
    if len(words) != len(pairs) or any(word not in WORDS for word in words):
        tell(
            False,
            f"Expected one of {', '.join(map(repr, WORDS))} for each of {len(pairs)} rows, found {describe(answer)}.",
        )
        return
    wrong, clear = [], 0
    for word, (method, measure) in zip(words, pairs, strict=True):
        row = table.loc[(measure, method)]
        truth = "better" if row.gain_low > 0 else "worse" if row.gain_high < 0 else "unclear"
        clear += truth != "unclear"
        if word != truth:
            why = f"{method}, {measure}: the gain lies between {100 * row.gain_low:+.1f} and {100 * row.gain_high:+.1f}"
            if truth == "unclear":
                why += ", on both sides of 0: these faces cannot tell."
            elif word == "unclear":
                why += ", all of it on one side of 0."
            else:
                why += ". Which side of 0 is that?"
            wrong.append(why)
    if wrong:
        tell(False, f"{len(pairs) - len(wrong)} of {len(pairs)} right. " + " ".join(wrong))
    else:
        tell(
            True,
            f"{clear} of {len(pairs)} are clear. “Unclear” is not “equal”: more faces in the exam might tell. And of "
            "20 comparisons in which nothing differs, about one looks clear by chance.",
        )


def _listed(answer) -> bool:
    return isinstance(answer, (list, tuple))


def tau_for_the_worst(answer, logits, labels, counts):
    """Notebook 02: the strength of the adjustment at which the worst label has its highest recall."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    tau = as_number(answer)
    if tau is None or not 0 <= tau <= 2:
        tell(False, f"Expected one number from 0 to 2, found {describe(answer)}.")
        return
    steps = np.linspace(0, 2, 21).round(1)
    present = np.unique(labels)

    def recalls(tau):
        right = adjust_logits(logits, counts, tau).argmax(1) == labels
        return np.array([right[labels == label].mean() for label in present])

    every = np.stack([recalls(step) for step in steps])
    best = every.min(1).max()
    fine = steps[every.min(1) >= best - 1e-9]
    mine = recalls(tau)
    name = EXPRESSIONS[present[mine.argmin()]]
    here = f"{name}, found {mine.min():.0%} of the time"
    if mine.min() >= best - 1e-9:
        lost = every[0] - mine
        loser = EXPRESSIONS[present[lost.argmax()]]
        tell(
            True,
            f"At {tau:g} the worst label is {here}. {loser} paid most, {100 * lost.max():.0f} points on the way from "
            "0. Whether that is a good bargain no number can say: it depends on whose mistakes cost what.",
        )
    elif every.mean(1).max() - mine.mean() < COUNTED:
        tell(False, f"{tau:g} is where macro recall is highest; the worst label there is {here}.")
    elif tau >= steps[-1]:
        tell(
            False,
            f"At {tau:g} the worst label is {here}: the rare ones are overdone, and the common ones pay.",
        )
    else:
        side = "larger" if tau < fine[0] else "smaller"
        tell(False, f"At {tau:g} the worst label is {here}; a {side} tau makes it better.")


def for_a_search(answer):
    """Notebook 02: which remedy fits a search in which a person looks at every hit."""
    check_choice(
        answer,
        "c",
        right="Misses are what costs here, and false alarms are looked at anyway. Nothing has to be trained again, and "
        "tau can be turned until the person's day is full.",
        wrong={
            "a": "it is best for accuracy on the usual mix, but this team is after the faces that accuracy forgets.",
            "b": "the cap trades some of the finds for fewer false alarms. Here a person sorts those out, and a face "
            "that was never flagged nobody looks at.",
        },
    )
