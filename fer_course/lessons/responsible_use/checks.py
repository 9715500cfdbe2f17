"""Feedback on the exercises of notebook 09: responsible use."""

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
from fer_course.lessons.responsible_use import cards

RULES = ("prohibited", "high risk, inform", "high risk", "neither")
"""What the AI Act may make of a use, in the words of the exercise."""

USES = {
    "call centre": (
        "prohibited",
        "Article 5(1)(f): emotions are inferred at work, and coaching is neither a medical nor a safety reason. "
        "Telling the staff, or asking them, changes nothing.",
    ),
    "shop window": (
        "high risk, inform",
        "The passers-by are neither at work nor in education, so Article 5(1)(f) does not apply. But delight is an "
        "emotion: Annex III, point 1(c), makes it high risk, and by Article 50(3) they must be told.",
    ),
    "interrogation": (
        "high risk",
        "Annex III names emotion recognition (1(c)) and polygraphs and similar tools of the police (6(b)). The duty "
        "to inform of Article 50(3) has an exception for what the law permits for investigating crimes. Being "
        "permitted makes it no more valid.",
    ),
    "lorry cab": (
        "neither",
        "It watches a face at work, and is still no emotion recognition: recital 18 calls fatigue a physical state and "
        "names this very use. Other law applies, data protection for one.",
    ),
}
"""Four uses, what the AI Act makes of each, and why."""


def skin_gap(answer, right, skin):
    """Notebook 09: by how many points accuracy on dark skin is below that on light skin."""
    right, skin = np.asarray(right), np.asarray(skin)
    light, dark = right[skin == "light skin"].mean(), right[skin == "dark skin"].mean()
    points = 100 * (light - dark)
    check_number(
        answer,
        points,
        right=f"{points:.1f} points: of a hundred puppets each, as many more with dark skin are named wrong. "
        "No third of the skins is rare here, and their expressions were drawn alike.",
        wrong={
            -points: "the size is right. Asked is how much lower dark skin is, so turn the sign.",
            points / 100: "that is the difference of the shares; give it in points, times 100.",
            100 * dark: "that is the accuracy on dark skin.",
            100 * light: "that is the accuracy on light skin.",
            100 * (right.mean() - dark): "that is the distance from the accuracy of all.",
            100
            * (
                1 - dark / light
            ): "that is relative, a share of the light group's accuracy. A point is a hundredth of "
            "all faces.",
        },
        tolerance=2e-3,
        unit="points",
    )


def gap_by_chance(answer, gap, chance):
    """Notebook 09: how often dealing faces out at random puts the best group as far ahead of the worst."""
    gap, chance = float(gap), np.asarray(chance, float)
    often = float(np.mean(chance >= gap))
    if often >= 0.05:
        verdict = (
            "That is no rarity: no hairstyle has been shown to matter, however convincing the ranking looks."
        )
    else:
        verdict = "That is rare, so hair may matter. It was one of several questions, though: divide 5 % by how many."
    check_number(
        answer,
        often,
        right=f"In {often:.1%} of the deals chance does as much. {verdict}",
        wrong={
            1 - often: "that is how often chance stays below; asked is how often it does as much.",
            float(np.sum(chance >= gap)): "that is the number of deals: divide by all of them.",
            100 * often: "the right number in percent; give it as a share, between 0 and 1.",
            float(chance.mean()): "that is the gap that chance gives on average.",
            gap: "that is the gap itself.",
        },
        tolerance=1e-3 if often else COUNTED,
        unit="a share between 0 and 1",
    )


def changed_answers(answer, first, second):
    """Notebook 09: for how many puppets one drawing is named right and the other wrong."""
    first, second = np.asarray(first, bool), np.asarray(second, bool)
    lost, won = int(np.sum(first & ~second)), int(np.sum(~first & second))
    n = len(first)
    check_number(
        answer,
        lost + won,
        right=f"{lost} lose by their glasses and {won} win. The other {n - lost - won} say nothing about glasses: "
        "they are right twice or wrong twice, and in two separate groups they would only add noise.",
        wrong={
            lost: "those are named right without glasses and wrong with them. Some change the other way.",
            won: "those are named wrong without glasses and right with them. More change the other way.",
            lost - won: "that is the net loss. Count all that change.",
            n - lost - won: "those stay as they are.",
            (lost + won) / n: "that is their share; asked is the number.",
        },
        tolerance=COUNTED,
        unit="puppets",
    )


def who_pays(answer, table):
    """Notebook 09: which remedy leaves the smaller pull of the glasses."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    remedies = table.drop(index="biased")
    best = remedies.glasses.abs().idxmin()
    pull = "; ".join(f"{name}: {value:+.1f} points" for name, value in table.glasses.items())
    if answer not in remedies.index:
        tell(False, f"Expected one of {', '.join(map(repr, remedies.index))}, found {describe(answer)}.")
    elif answer == best:
        cost = table.accuracy[best] - table.accuracy["biased"]
        tell(True, f"{pull}. Accuracy changes by {cost:+.1f} points against the biased network.")
    else:
        tell(False, f"{pull}. Which is nearest to 0?")


def what_is_not_said(answer):
    """Notebook 09: which of the five questions a vendor's text leaves unanswered."""
    check_choice(
        answer,
        "d",
        right="One number for everybody: who was on the pictures is not said, and an average hides groups. Ask for "
        "the table of section 1.",
        wrong={
            "a": "That is answered: the label that three annotators gave. (The last sentence sells a feeling.)",
            "b": "That is answered: 12,000 faces that it had not seen.",
            "c": "That is answered: an interval, and 41 % for always naming the most frequent label.",
            "e": "That is answered: shops, day and evening, one type of camera. Elsewhere it is not tested.",
        },
    )


def which_rule(answers):
    """Notebook 09: what the AI Act makes of four uses: one word for each."""
    if answers is ... or (isinstance(answers, dict) and all(word is ... for word in answers.values())):
        print(NOT_ANSWERED)
        return
    if not isinstance(answers, dict):
        tell(False, f"Expected a dict with a word for each use, found {describe(answers)}.")
        return
    for use, (rule, reason) in USES.items():
        answer = answers.get(use, ...)
        word = " ".join(answer.lower().split()) if isinstance(answer, str) else answer
        if unanswered(answer):
            print(f"{use}: {NOT_ANSWERED}")
        elif word not in RULES:
            print(f"{use}: Expected one of {', '.join(map(repr, RULES))}, found {describe(answer)}.")
        elif word == rule:
            print(f"{use}: Right. {reason}")
        else:
            print(f"{use}: Not yet. {_hint(use, word)}")


def _hint(use: str, word: str) -> str:
    """Return what speaks against an answer, without the answer."""
    if use == "lorry cab":
        return "Is tiredness an emotion? Look at what the definition covers."
    if word == "prohibited":
        return "Article 5(1)(f) is about workplaces and education. Whose face is it?"
    if use == "call centre":
        return "Where are these people, and is there a medical or a safety reason?"
    if word == "neither":
        return "An emotion is inferred from a face: look at Annex III."
    return "Must these persons be told? Article 50(3) has a rule and an exception."


def model_card(card, facts):
    """Notebook 09: whether a model card is complete and its figures are the run's."""
    if isinstance(card, dict) and card and all(part is ... for part in card.values()):
        print(NOT_ANSWERED)
        return
    found = cards.problems(card, facts)
    if found:
        tell(False, f"{len(found)} to do.")
        print("\n".join(f"- {sentence}" for sentence in found))
    else:
        tell(
            True,
            "No part is empty, and the figures are the run's. Whether the words are true, only a reader can say.",
        )
