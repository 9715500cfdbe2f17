"""Feedback on the notebooks' exercises.

A check never raises: a learner who answers with the wrong type learns that from a sentence, and the notebook goes on.
"""

import numbers

import numpy as np

COUNTED = 1e-9
"""Tolerance where the answer is a whole number that was counted."""

NOT_ANSWERED = "Not answered yet: replace the three dots and run the cell again."


def unanswered(answer) -> bool:
    if answer is ...:
        return True
    return isinstance(answer, (list, tuple)) and any(part is ... for part in answer)


def as_number(answer) -> float | None:
    """The answer as a number, or None where it is something else."""
    if isinstance(answer, (bool, np.bool_)):
        return None
    shape = getattr(answer, "shape", None)
    one = isinstance(answer, numbers.Real) or (isinstance(shape, tuple) and np.prod(shape) == 1)
    try:
        return float(answer.item() if hasattr(answer, "item") else answer) if one else None
    except (TypeError, ValueError, AttributeError, OverflowError):
        return None


def tell(right: bool, text: str):
    print(f"{'Right.' if right else 'Not yet.'} {text}")


def check_number(answer, expected: float, *, right: str, wrong=None, tolerance: float = 1e-3, unit: str = ""):
    """Compare an answer with a number and say what it means.

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
        Relative. What a wrong number would have meant is told within a thousandth, so of a rounded one too.
    unit : str
        Named when the answer is no number.
    """
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    number = as_number(answer)
    if number is None or not np.isfinite(number):
        tell(False, f"Expected one number{f' ({unit})' if unit else ''}, found {describe(answer)}.")
        return

    def close(to, tolerance):
        return abs(number - to) <= tolerance * max(abs(to), 1e-9)

    if close(expected, tolerance):
        tell(True, right)
        return
    for value, meaning in (wrong or {}).items():
        if close(value, max(tolerance, 1e-3)):
            tell(False, f"{number:,.6g}: {meaning}")
            return
    hint = "too small" if number < expected else "too large"
    tell(False, f"{number:,.6g} is {hint}.")


def check_choice(answer, expected: str, *, right: str, wrong: dict[str, str]):
    """Compare an answer with one of several words and say what it means.

    Parameters
    ----------
    answer
        Whatever the learner assigned; capital letters and spaces around do not matter.
    expected : str
    right : str
        The thought that comes next.
    wrong : dict of str to str
        The other choices, and what speaks against each.
    """
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    word = answer.strip().lower() if isinstance(answer, str) else None
    if word == expected.lower():
        tell(True, right)
    elif word in (choices := {key.lower(): text for key, text in wrong.items()}):
        tell(False, choices[word])
    else:
        options = ", ".join(repr(choice) for choice in sorted([expected, *wrong]))
        tell(False, f"Expected one of {options}, found {describe(answer)}.")


def describe(answer) -> str:
    if isinstance(answer, str):
        return repr(answer[:40])
    if isinstance(getattr(answer, "shape", None), tuple):
        return f"an array of shape {tuple(answer.shape)}"
    if callable(answer):
        return "a function: call it, with parentheses"
    return f"{type(answer).__name__} {str(answer)[:40]}"
