"""Feedback on the exercises of notebook 00: the first look."""

from .checks import NOT_ANSWERED, as_number, check_choice, describe, tell, unanswered
from .puppets import AU_NAMES, OPTIONAL_UNITS, PROTOTYPES


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
        tell(
            True,
            f"{text}: the second is the smile, the first is said to make it look felt. Looks are all a model sees.",
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
            f"Missing: {len(wanted - units)} of the {len(wanted)} units of happy. Look at cheeks and lip corners.",
        )
    else:
        tell(False, f"Too many: {AU_NAMES[min(units - wanted - extra)]} belongs to another expression.")


def what_is_predicted(answer):
    """Notebook 00: what a predicted label says about a person."""
    check_choice(
        answer,
        "b",
        right="A label, and how people like the annotators would name the picture. Keep this sentence for whoever "
        "asks you to build more with it.",
        wrong={
            "a": "nobody's feelings were measured: the annotators saw pictures, and so does the model.",
            "c": "93 % is the model's own number; notebook 05 finds out how often it is right when it says so.",
        },
    )
