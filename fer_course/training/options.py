"""Options kept in dataclasses: of which type each may be, and how one is read from the command line."""

from dataclasses import fields
from types import NoneType
from typing import get_args


def kinds(owner, name: str) -> tuple[type, ...]:
    """Return the types that a field of a dataclass may have, by its annotation.

    Parameters
    ----------
    owner : type or object
        A dataclass.
    name : str

    Raises
    ------
    ValueError
        If there is no such field.
    """
    known = {field.name: field.type for field in fields(owner)}
    if name not in known:
        raise ValueError(f"Expected one of {', '.join(known)}, found {name!r}.")
    return get_args(known[name]) or (known[name],)


def check_kinds(options):
    """Raise ``ValueError`` unless every field of a dataclass has the type of its annotation.

    A whole number passes for a number, ``True`` for neither. An integer of NumPy and a path are refused as well: they
    could not be saved as JSON.
    """
    for field in fields(options):
        value, allowed = getattr(options, field.name), kinds(options, field.name)
        fits = isinstance(value, (*allowed, int) if float in allowed else allowed)
        if not fits or (isinstance(value, bool) and bool not in allowed):
            plain = isinstance(value, bool | int | float | str | None)
            hint = "" if plain else f"; {allowed[0].__name__}() makes it one"
            raise ValueError(f"Expected {field.name} as {in_words(allowed)}, found {value!r}{hint}.")


def read(owner, name: str, text: str):
    """Return the value of a field that a text stands for: ``read(Recipe, "limit", "none")`` is None.

    Parameters
    ----------
    owner : type
        A dataclass.
    name, text : str

    Raises
    ------
    ValueError
        If there is no such field, or the text stands for no value of its type.
    """
    allowed = kinds(owner, name)
    if NoneType in allowed and text.lower() == "none":
        return None
    if bool in allowed and text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float, str):
        if kind in allowed:
            try:
                return kind(text)
            except ValueError:
                continue
    raise ValueError(f"Expected {name} as {in_words(allowed)}, found {text!r}.")


def in_words(allowed: tuple[type, ...]) -> str:
    """Return types in words: "float or None"."""
    return " or ".join("None" if kind is NoneType else kind.__name__ for kind in allowed)
