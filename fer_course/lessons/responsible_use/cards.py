"""Model cards: what must be known of a network before anybody uses it.

Mitchell et al., *Model Cards for Model Reporting*, FAT* 2019, doi 10.1145/3287560.3287596, whose nine sections are
these parts.
"""

from pathlib import Path

from fer_course.files import atomic_write
from fer_course.lessons.exercises import as_number, describe

WORDS = {
    "model": "who made it, what kind of network, trained how and when",
    "intended use": "what it is for, and for whom",
    "not to be used for": "uses that come to mind and are wrong",
    "training data": "which faces, whose labels, how many",
    "evaluation data": "which faces, and why these",
    "conditions": "light, blur, pose: where it was tested and what it loses there",
    "ethical considerations": "who can be harmed, and how",
    "caveats": "what nobody has measured",
}
"""The parts of a card that are written in words, and what belongs there."""

FIGURES = {
    "faces": "number of test faces",
    "accuracy": "share of them that is named right",
    "interval": "its 95 % interval: low, high",
    "worst group": "the group with the lowest accuracy",
    "worst group accuracy": "and that accuracy",
}
"""The parts that are figures, which can be checked against the run."""

LEAST = 20
"""Letters below which a part in words says too little."""


def problems(card, facts: dict) -> list[str]:
    """Return what is missing in a card or does not agree with the run, a sentence each; nothing if all is well.

    Parameters
    ----------
    card : dict
        With the parts of ``WORDS`` and ``FIGURES``.
    facts : dict
        What the parts of ``FIGURES`` are for this run.
    """
    if not isinstance(card, dict):
        return [f"Expected a dict with the parts of a card, found {describe(card)}."]
    found = [
        f"{part}: this part is missing ({hint})."
        for part, hint in (WORDS | FIGURES).items()
        if part not in card
    ]
    for part in [part for part in WORDS if part in card]:
        text = card[part]
        if text is ... or (isinstance(text, str) and not text.strip()):
            found.append(f"{part}: still empty ({WORDS[part]}).")
        elif not isinstance(text, str):
            found.append(f"{part}: expected a sentence, found {describe(text)}.")
        elif len(text.strip()) < LEAST:
            found.append(f"{part}: {text.strip()!r} says too little ({WORDS[part]}).")
    for part in [part for part in FIGURES if part in card]:
        if card[part] is ...:
            found.append(f"{part}: still empty ({FIGURES[part]}).")
        elif not _agrees(card[part], facts[part]):
            found.append(f"{part}: found {_shown(card[part])}, the run has {_shown(facts[part])}.")
    return found


def text(card: dict) -> str:
    """Return a card as Markdown.

    Parameters
    ----------
    card : dict
        With all parts of ``WORDS`` and ``FIGURES``.
    """
    low, high = card["interval"]
    figures = (
        f"{card['faces']:,} faces, accuracy {card['accuracy']:.1%} (95 % interval {low:.1%} to {high:.1%}). Lowest of "
        f"the groups tested: {card['worst group']}, {card['worst group accuracy']:.1%}."
    )
    parts = {part: card[part].strip() for part in WORDS} | {"figures": figures}
    order = [*list(WORDS)[:5], "figures", *list(WORDS)[5:]]
    return (
        "# Model card\n\n" + "\n\n".join(f"## {part.capitalize()}\n\n{parts[part]}" for part in order) + "\n"
    )


def write(card: dict, facts: dict, path) -> Path:
    """Write a card as a Markdown file, whole or not at all.

    Parameters
    ----------
    card, facts
        As for ``problems``.
    path : str or Path

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    ValueError
        If the card has problems.
    """
    found = problems(card, facts)
    if found:
        raise ValueError(
            f"Expected a finished card, found {len(found)} problems, first: {found[0]} Finish it, then write."
        )
    with atomic_write(path, "w") as file:
        file.write(text(card))
    return Path(path)


def _agrees(answer, fact) -> bool:
    """Whether an answer is the fact, numbers within a thousandth."""
    if isinstance(fact, str):
        return isinstance(answer, str) and answer.strip().lower() == fact.lower()
    if isinstance(fact, tuple):
        try:
            answer = tuple(answer)
        except TypeError:
            return False
        return len(answer) == len(fact) and all(map(_agrees, answer, fact))
    number = as_number(answer)
    return number is not None and abs(number - fact) <= 1e-3 * max(abs(fact), 1e-9)


def _shown(value) -> str:
    if isinstance(value, tuple):
        return " to ".join(map(_shown, value))
    number = as_number(value)
    return describe(value) if number is None else f"{number:,.0f}" if number >= 2 else f"{number:.3f}"
