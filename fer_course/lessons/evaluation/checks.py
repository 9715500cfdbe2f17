"""Feedback on the exercises of notebook 05: evaluation."""

import numpy as np

from fer_course.evaluation.calibration import asked_confidence
from fer_course.evaluation.intervals import LEVEL_95
from fer_course.evaluation.predict import softmax
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
from fer_course.training.balance import class_weights

LEVEL_99 = 2.575829
"""Standard normal quantile of a two-sided 99 % interval."""


def faces_for_one_point(answer, accuracy):
    """Notebook 05: how many test faces an interval of one point to each side needs."""
    spread = accuracy * (1 - accuracy)
    n = LEVEL_95**2 * spread / 0.01**2
    check_number(
        answer,
        n,
        right=f"About {n:,.0f} faces, at an accuracy of {accuracy:.1%}. One half of FER-2013's test set has 3,589. "
        "Whether a single point between two systems is chance, only a comparison face by face can say.",
        wrong={
            spread
            / 0.01**2: "that is for ± one standard error; a 95 % interval reaches 1.96 of them to each side.",
            LEVEL_95
            * spread
            / 0.01**2: "the 1.96 stands outside the root: squared, it becomes a square too.",
            LEVEL_95**2
            * spread
            / 0.01: "the 0.01 has to be squared too: half the width needs four times the faces.",
            LEVEL_95**2 * spread: "that leaves out the point: divide by 0.01 squared.",
            LEVEL_95**2
            * 0.25
            / 0.01**2: "that is what textbooks give, for an accuracy of 50 %, the worst case; "
            "yours is another one.",
            LEVEL_99**2 * spread / 0.01**2: "that is for an interval of 99 %; take 1.96.",
            LEVEL_95**2 * spread / 0.02**2: "that is for two points to each side.",
            LEVEL_95**2
            * spread
            / 0.005**2: "that is for half a point to each side: an interval one point wide.",
        },
        tolerance=0.02,
        unit="faces",
    )


def f1_of_surprise(answer, per_class):
    """Notebook 05: F1 of one class, from its precision and recall."""
    row, other = per_class.loc["surprise"], per_class.loc["fear"]
    check_number(
        answer,
        row.f1,
        right=f"Precision {row.precision:.3f} and recall {row.recall:.3f}: the harmonic mean lies nearer to the "
        "smaller of the two, so neither can make up for the other.",
        wrong={
            row.precision: "that is the precision.",
            row.recall: "that is the recall.",
            (row.precision + row.recall)
            / 2: "that is the plain mean of precision and recall; F1 is the harmonic one.",
            other.f1: "that is the F1 of fear, which is done above.",
            100 * row.f1: "the right number in percent; give it as a share, between 0 and 1.",
            round(row.f1, 2): "nearly: give three decimals.",
        },
        tolerance=2e-3,
        unit="a share between 0 and 1",
    )


def faces_between_two_systems(answer, first=0.7328, second=0.7370, n=3589):
    """Notebook 05: by how many faces two published accuracies differ."""
    difference = round(second * n) - round(first * n)
    half = LEVEL_95 * np.sqrt(first * (1 - first) / n)
    check_number(
        answer,
        difference,
        right=f"{difference} faces of {n:,}. Each accuracy is known only to about ± {half:.1%}, which is "
        f"{half * n:.0f} faces. These two numbers alone do not settle the ranking; a comparison face by face might.",
        wrong={
            second - first: "that is the difference in shares: multiply by the number of faces.",
            -difference: "the size is right. Asked is by how many they differ, so without a sign.",
            100 * (second - first): "those are points (percent of the faces): of how many faces?",
            round(second * 2 * n) - round(first * 2 * n): f"both were measured on PrivateTest, {n:,} faces, "
            "not on the whole test set.",
        },
        tolerance=0.06,
        unit="faces",
    )


def what_temperature_changes(answer):
    """Notebook 05: what dividing all logits by one number changes."""
    check_choice(
        answer,
        "a",
        right="The largest logit stays the largest, so no prediction changes: temperature adjusts what a model says "
        "about itself, not what it sees.",
        wrong={
            "b": "A prediction is the largest logit, and division by a positive number keeps the order.",
            "c": "The shares of the softmax do change: try softmax(logits) and softmax(logits / 2).",
        },
    )


def label_of(answer) -> str | None:
    """Return the name of a label that a learner wrote as text, or None."""
    word = answer.strip().lower() if isinstance(answer, str) else None
    return word if word in EXPRESSIONS else None


def most_frequent_confusion(answer, confusion):
    """Notebook 05: which label is taken for which most often, as a pair of names, label first."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    pair = [label_of(part) for part in answer] if isinstance(answer, (tuple, list)) else []
    if len(pair) != 2 or None in pair:
        tell(False, f'Expected two names, such as "angry", "sad", found {describe(answer)}.')
        return
    wrong = np.where(np.eye(len(EXPRESSIONS), dtype=bool), 0, confusion)
    shares = wrong / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    i, j = (EXPRESSIONS.index(name) for name in pair)
    most, largest = wrong.max(), shares.max()
    said = f"{pair[0]} was taken for {pair[1]} {wrong[i, j]:,} times"
    if i == j:
        tell(False, f"{pair[0]} as {pair[0]} stands on the diagonal: those are the right answers.")
    elif most and wrong[i, j] == most:
        back = f"the other way round it happened {wrong[j, i]:,} times"
        tell(
            True,
            f"{said} ({shares[i, j]:.0%} of its row); {back}. A confusion matrix need not be symmetric: a label "
            "that the network uses too often collects more faces than it loses.",
        )
    elif most and wrong[j, i] == most:
        tell(False, f"That is the other way round. Rows are labels, so the label comes first; {said}.")
    elif largest and shares[i, j] == largest:
        tell(
            False,
            f"{said}. By the share of its row that is the largest field ({shares[i, j]:.0%}), but the row is "
            "short: asked is where most faces went.",
        )
    else:
        tell(False, f"{said}; another field off the diagonal holds {most:,}.")


def clean_accuracy(answer, measured, right_labels):
    """Notebook 05: how good a model really is, from its accuracy on labels of which a known share is right."""
    hit = (1 - right_labels) / 6
    expected = (measured - hit) / (right_labels - hit)
    if expected <= 1:
        right = f"The formula says {expected:.1%}. The next cell measures it."
    else:
        right = (
            f"The formula says {expected:.1%}, which no model can reach. So one of its assumptions does not hold "
            "here: that the network errs independently of those who labelled. It has learned their habits."
        )
    check_number(
        answer,
        expected,
        right=right,
        wrong={
            measured: "that is the measured accuracy, wrong labels included.",
            right_labels: "that is the share of right labels: what a model that knows the truth would be measured at.",
            measured
            / right_labels: "nearly: this takes every wrong label as a miss. A wrong answer can hit a wrong label "
            "too, once in six.",
            measured
            + 1
            - right_labels: "this gives back every wrong label as if the network had been right there.",
            measured * right_labels: "this makes the network worse: noisy labels hide right answers.",
            right_labels * measured
            + (1 - measured) * hit: "this is the formula forwards: what would be measured. Solve it "
            "for the true accuracy.",
            100 * expected: "the right number in percent; give it as a share, between 0 and 1.",
        },
        tolerance=2e-3,
        unit="a share",
    )


def whose_mistake(answer, predicted, labels, second):
    """Notebook 05: in how many of some mistakes the second opinion sides with the model, against the label.

    Parameters
    ----------
    answer
    predicted, labels, second : ndarray of int, shape (N,)
        Of the mistakes looked at; the second opinion -1 where there is none.
    """
    predicted, labels, second = (np.asarray(values) for values in (predicted, labels, second))
    known = second >= 0
    if not known.any():
        print(
            "Nothing to count: no mistake here has a second opinion. Be the second opinion, on the faces above."
        )
        return
    n = len(labels)
    sides, with_label = int(np.sum(second == predicted)), int(np.sum(second == labels))
    check_number(
        answer,
        sides,
        right=f"In {sides} of {n} the second opinion sides with the model and in {with_label} with the label; in the "
        "others it names a third label or none. A surely wrong network is often a wrong label.",
        wrong={
            with_label: "there the second opinion sides with the label: the model's own mistakes.",
            n - sides: "those are the others, in which it does not side with the model.",
            n: "those are all of the mistakes looked at.",
            0: "compare `second[surest]` with `predicted[surest]`, not with the labels: these are all mistakes.",
            sides / n: "that is the share; asked is the number of faces.",
            100 * sides / n: "that is in percent; asked is the number of faces.",
        },
        tolerance=COUNTED,
        unit="faces",
    )


def who_gets_no_answer(answer, logits, labels, threshold=0.85):
    """Notebook 05: of which label the fewest faces are answered, as a share, where the model may decline."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    name = label_of(answer)
    if name is None:
        tell(False, f"Expected the name of a label, found {describe(answer)}.")
        return
    kept, labels = softmax(logits).max(axis=1) >= threshold, np.asarray(labels)
    shares = {label: kept[labels == y].mean() for y, label in enumerate(EXPRESSIONS) if (labels == y).any()}
    if name not in shares:
        tell(False, f"No face here has the label {name}.")
        return
    least, most = min(shares.values()), max(shares.values())
    said = f"of the faces labelled {name}, {shares[name]:.0%} get an answer"
    if shares[name] == least:
        tell(
            True,
            f"At {threshold:.2f}, {said}, against {kept.mean():.0%} of all. “We act on confident predictions only” "
            "is a decision about whom the system works for.",
        )
    elif shares[name] == most:
        tell(False, f"It is the other end: {said}, more than of any other label.")
    else:
        tell(False, f"At {threshold:.2f}, {said}; of another label it is {least:.0%}.")


def which_label_must_be_surest(answer, recipe, counts):
    """Notebook 05: of which label the training loss asks for the highest confidence; "none" without class weights."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    word = answer.strip().lower() if isinstance(answer, str) else None
    if word != "none" and label_of(answer) is None:
        tell(False, f'Expected the name of a label or "none", found {describe(answer)}.')
        return
    weighted = recipe.weight_cap is not None
    weights = class_weights(counts, recipe.weight_cap) if weighted else np.ones(len(EXPRESSIONS))
    asked = asked_confidence(weights, recipe.label_smoothing)
    asked = {name: asked[y] for y, name in enumerate(EXPRESSIONS) if counts[y]}
    least, most = min(asked, key=asked.get), max(asked, key=asked.get)
    if asked[most] - asked[least] < 1e-6:
        if word == "none":
            tell(
                True,
                f"This network was trained without class weights, so the loss is smallest at {asked[most]:.1%} "
                "for every label. Weights would change that: the smoothing is weighted too.",
            )
        else:
            tell(
                False,
                "Look at run.recipe.weight_cap: without class weights the loss treats all labels alike.",
            )
    elif word == "none":
        tell(
            False,
            "That would hold without class weights. They weigh the smoothing too: each label's little share of "
            "the target counts with that label's own weight.",
        )
    elif asked[word] > asked[most] - 1e-6:
        tell(
            True,
            f"The loss is smallest at {asked[most]:.0%} for {most} and at {asked[least]:.0%} for {least}. On a "
            f"{least} face the smoothing's other labels weigh more than {least} itself and pull confidence down. "
            f"So a high threshold can silence {least}, however well the network knows it.",
        )
    elif word == least:
        tell(
            False,
            f"Of {least} it asks for the least, {asked[least]:.0%}: its own weight is the smallest, and the "
            "smoothing's other labels weigh more.",
        )
    else:
        tell(
            False,
            f"Of {word} the loss asks for {asked[word]:.1%}; of another label for {asked[most]:.1%}. Which has "
            "the largest weight?",
        )


def what_may_be_compared(answer):
    """Notebook 05: which pair of published numbers was measured on the same faces."""
    check_choice(
        answer,
        "b",
        right="Both were measured on the 3,589 faces of PrivateTest. Whether they differ is the next question.",
        wrong={
            "a": "The paper's 68.78 % cannot be PrivateTest alone: no whole number of its faces gives it.",
            "c": "People judged a small sample, and their 65 ± 5 % measures agreement with other people.",
            "d": "Other faces and another task: this course's default faces are drawn.",
        },
    )


def what_an_accuracy_licenses(answer):
    """Notebook 05: which sentence a high accuracy entitles anybody to."""
    check_choice(
        answer,
        "c",
        right="Those faces, those labels, that often. Everything else needs other evidence.",
        wrong={
            "a": "The labels say what annotators wrote, not what people felt. No accuracy on them measures a feeling.",
            "b": "An average hides groups. FER-2013 does not record age, origin or skin, so nobody has measured this.",
            "d": "One in ten would still be misread, the same persons again and again, and the EU's AI Act forbids it.",
        },
    )
