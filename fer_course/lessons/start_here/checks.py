"""Feedback on the exercises of notebook 00: the first look."""

import numpy as np

from fer_course.evaluation.metrics import evaluate
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
from fer_course.puppets.units import AU_NAMES, OPTIONAL_UNITS, PROTOTYPES


def happy_units(answer):
    """Notebook 00: the action units that make a happy face."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    if isinstance(answer, (str, bytes)) or not isinstance(answer, (dict, list, tuple, set, frozenset)):
        tell(False, f"Expected action units, such as {{1: 1.0, 2: 0.5}}, found {describe(answer)}.")
        return
    pairs = answer.items() if isinstance(answer, dict) else [(unit, 1.0) for unit in answer]
    units, faint = set(), False
    for name, intensity in pairs:
        text, strength = str(name).upper().removeprefix("AU").strip(), as_number(intensity)
        if not text.isdecimal() or int(text) not in AU_NAMES:
            tell(False, f"Expected action units that puppets draw, found {describe(name)}: see the sliders.")
            return
        if strength is None or not 0 <= strength <= 1:
            tell(
                False,
                f"Expected an intensity from 0 to 1 for action unit {text}, found {describe(intensity)}.",
            )
            return
        if strength > 0:
            units.add(int(text))
        faint |= 0 < strength < 0.5 and int(text) in PROTOTYPES["happy"]
    wanted, extra = set(PROTOTYPES["happy"]), set(OPTIONAL_UNITS["happy"])
    if wanted <= units <= wanted | extra:
        if faint:
            tell(False, "The right units, but so faint that hardly anything moves: try 0.5 or more.")
            return
        text = " and ".join(f"{AU_NAMES[unit]} ({unit})" for unit in sorted(wanted))
        also = sorted(units - wanted)
        allowed = f" ({', '.join(str(unit) for unit in also)} may come with it.)" if also else ""
        tell(
            True,
            f"{text}: the second is the smile, the first is said to make it look genuine.{allowed} So much for the "
            "book. What a model asks for, you will see below.",
        )
        return
    others = [name for name, core in PROTOTYPES.items() if core and set(core) == units]
    if others:
        tell(False, f"These are the units of {others[0]}.")
    elif not units:
        tell(False, "No unit moves, which is neutral.")
    elif not wanted <= units:
        tell(
            False,
            f"Missing: {len(wanted - units)} of the {len(wanted)} units of happy. Choose happy in the menu and "
            "compare, part by part.",
        )
    else:
        tell(False, f"Too many: {AU_NAMES[min(units - wanted - extra)]} belongs to another expression.")


def better_than_blind(answer, predicted, truth):
    """Notebook 00: for how many labels a network is clearly better than a blind guess."""
    recall = evaluate(np.asarray(predicted), np.asarray(truth)).per_class
    blind, shown = 1 / len(EXPRESSIONS), recall[recall.support > 0]
    clear = shown.index[shown.recall_low > blind].tolist()
    above = int((shown.recall > blind).sum())
    others = [name for name in shown.index if name not in clear]
    rest = f"It has not shown that for {', '.join(others)}. " if others else ""
    # An interval that ends so near the line that a figure cannot show the side may be counted or not.
    near = shown.index[(shown.recall_low - blind).abs() < 0.015].tolist()
    if near:
        rest += f"({', '.join(near)}: a close call.) "
        least = len([name for name in clear if name not in near])
        answer = len(clear) if as_number(answer) in range(least, least + len(near) + 1) else answer
    check_number(
        answer,
        len(clear),
        right=f"For {', '.join(clear) or 'none'}. {rest}One accuracy for all faces told you nothing of this: always "
        "ask *for whom*.",
        wrong={
            len(shown): "those are all labels that have faces.",
            len(shown) - len(clear): "those are the labels for which it is not clear.",
            float(np.mean(np.asarray(predicted) == np.asarray(truth))): "that is the accuracy; count labels.",
            above: f"so many points lie right of the line, but count those whose whole interval does: "
            f"with {int(shown.support.min())} faces of the rarest label, luck alone can move a point that far.",
        },
        tolerance=COUNTED,
        unit="labels, 0 to 7",
    )


def label_among_two(answer, probabilities, labels):
    """Notebook 00: for how many faces the label is among the two most probable ones."""
    probabilities, labels = np.asarray(probabilities), np.asarray(labels)
    place = (np.argsort(-probabilities, axis=1) == labels[:, None]).argmax(1)
    first, two = int((place == 0).sum()), int((place < 2).sum())
    check_number(
        answer,
        two,
        right=f"{two} of {len(labels)}, and {first} of them at the first place. Seven numbers say more than one word: "
        "a second place is often a face that two people would name differently, too.",
        wrong={
            first: "those have the label at the first place; count the second place as well.",
            two - first: "those have the label at the second place; count the first place as well.",
            len(labels): "those are all faces; compare each label with the two longest bars beside it.",
        },
        tolerance=COUNTED,
        unit=f"faces, 0 to {len(labels)}",
    )


def what_is_predicted(answer):
    """Notebook 00: what a predicted label says about a person."""
    check_choice(
        answer,
        "b",
        right="A label, and how the annotators would probably have named the picture. Keep this sentence for anybody "
        "who asks you to build more with it.",
        wrong={
            "a": "nobody's feelings were measured: the annotators saw pictures, and so does the model.",
            "c": "93 % is the model's own number. Notebook 05 finds out how often it is right when it says so.",
        },
    )


def allowed_use(answer):
    """Notebook 00: the one use that a model of expression labels is fit for."""
    check_choice(
        answer,
        "c",
        right="Nobody is judged by it, and the question is about the model. The other three decide about people by "
        "what their faces look like, and no higher accuracy would mend that.",
        wrong={
            "a": "this decides who gets work, by how a face looks on camera. In the European Union it is prohibited: a "
            "system that infers emotions at the workplace.",
            "b": "boredom is not even one of the seven labels, and a look is not a state of mind. In the European "
            "Union such systems are prohibited in education.",
            "d": "a wrong label here ends with somebody stopped by the police, and people who look afraid have many "
            "reasons. Ask also whose faces were rare in the training data.",
        },
    )
