"""Feedback on the notebooks' exercises.

A check never raises: a learner who answers with the wrong type learns that from a sentence, and the notebook runs on.
"""

import numbers

import numpy as np

COUNTED = 1e-9
"""Tolerance of an answer that is a whole number, because it was counted."""

NOT_ANSWERED = "Not answered yet: replace the three dots and run the cell again."


def unanswered(answer) -> bool:
    """Return whether the three dots, or some of them, are still there."""
    if answer is ...:
        return True
    return isinstance(answer, (list, tuple)) and any(part is ... for part in answer)


def as_number(answer) -> float | None:
    """Return the answer as a number, or None if it is something else."""
    if isinstance(answer, (bool, np.bool_)):
        return None
    shape = getattr(answer, "shape", None)
    one = isinstance(answer, numbers.Real) or (isinstance(shape, tuple) and np.prod(shape) == 1)
    try:
        return float(answer.item() if hasattr(answer, "item") else answer) if one else None
    except (TypeError, ValueError, AttributeError, OverflowError):
        return None


def tell(right: bool, text: str):
    """Print whether an answer is right, and the thought that follows."""
    print(f"{'Right.' if right else 'Not yet.'} {text}")


def check_number(answer, expected: float, *, right: str, wrong=None, tolerance: float = 1e-3, unit: str = ""):
    """Compare an answer with a number and print what it means.

    Parameters
    ----------
    answer
        Whatever the learner assigned.
    expected : float
    right : str
        The thought that comes next, shown with a right answer.
    wrong : dict of float to str, optional
        What a well-known wrong number would have meant.
    tolerance : float
        Relative. A known wrong number is recognised within a thousandth, so if it was rounded too.
    unit : str
        Named when the answer is no number.
    """
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    number = as_number(answer)
    if number is None or not np.isfinite(number):
        tell(
            False,
            f"Expected one number{f' ({unit})' if unit else ''}, found {describe(answer)}.{hint_for(answer)}",
        )
        return

    def close(to, tolerance):
        return abs(number - to) <= tolerance * max(abs(to), 1e-9)

    if close(expected, tolerance):
        tell(True, right)
        return
    shown = f"{number:,.0f}" if number.is_integer() and abs(number) < 1e15 else f"{number:,.6g}"
    for value, meaning in (wrong or {}).items():
        # A wrong way that happens to give the right number is no explanation for a wrong one.
        if close(value, max(tolerance, 1e-3)) and abs(value - expected) > COUNTED * max(abs(expected), 1):
            tell(False, f"{shown}: {meaning}")
            return
    side = "too small" if number < expected else "too large"
    if unit.startswith("a share") and 0 <= expected <= 1 and not 0 <= number <= 1:
        tell(False, f"{shown} is {side}: a share lies between 0 and 1.")
    elif tolerance > COUNTED and close(expected, 0.01):
        tell(False, f"{shown} is a little {side}: do not round so far.")
    else:
        tell(False, f"{shown} is {side}.")


def check_choice(answer, expected: str, *, right: str, wrong: dict[str, str]):
    """Compare an answer with one of several words and print what it means.

    Parameters
    ----------
    answer
        Whatever the learner assigned; capital letters, spaces, and a bracket or full stop after it do not matter.
    expected : str
    right : str
        The thought that comes next.
    wrong : dict of str to str
        The other choices, and what speaks against each.
    """
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    word = answer.strip().lower().rstrip(").") if isinstance(answer, str) else None
    if word == expected.lower():
        tell(True, right)
    elif word in (choices := {key.lower(): text for key, text in wrong.items()}):
        tell(False, choices[word][:1].upper() + choices[word][1:])
    else:
        options = ", ".join(repr(choice) for choice in sorted([expected, *wrong]))
        tell(False, f"Expected one of {options}, found {describe(answer)}.")


def hint_for(answer) -> str:
    """What a learner who handed in no number may have missed, as a sentence to append, or nothing."""
    try:
        if isinstance(answer, str) and float(answer) == float(answer):
            return " Leave out the quotation marks."
    except ValueError:
        return ""
    if getattr(getattr(answer, "dtype", None), "kind", "") == "b":
        return " Did you mean its sum, or its mean?"
    return ""


def describe(answer) -> str:
    """Return what an answer is, in words for a message."""
    if isinstance(answer, str):
        return repr(answer[:40])
    if isinstance(getattr(answer, "shape", None), tuple):
        return f"an array of shape {tuple(answer.shape)}"
    if callable(answer):
        return "a function: call it, with parentheses"
    return f"{type(answer).__name__} {str(answer)[:40]}"
