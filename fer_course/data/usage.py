"""Which official split an image belongs to, by what files, folders and columns call it."""

import re
from collections import Counter

from fer_course.labels import USAGES

WORDS = {
    **dict.fromkeys(("train", "training"), "Training"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "development"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
    "publictest": "PublicTest",
    "privatetest": "PrivateTest",
}
"""What a word says: an official split, or a validation or test set of which ``official`` decides what it is."""


def split_word(text: str, whole: bool = False) -> str | None:
    """Return what a name says about the split: ``"fer2013_train"`` says Training, ``"images"`` nothing (None).

    With ``whole``, the name has to be such a word and not only to hold one.
    """
    letters = re.sub(r"[^a-z]", "", text.lower())
    if letters in WORDS or whole:
        return WORDS.get(letters)
    tokens = re.split(r"[^a-z]+", re.sub(r"(public|private)[_ -]test", r"\1test", text.lower()))
    return next((WORDS[token] for token in tokens if token in WORDS), None)


def official(words: list[str | None]) -> list[str]:
    """Return the official split of each image.

    Parameters
    ----------
    words : list of str or None
        From ``split_word``, for all images of a data set: beside a validation set, which is PublicTest, a test set is
        PrivateTest; alone it is PublicTest. None is Training.
    """
    private = not {"validation", "PublicTest"}.isdisjoint(words)
    mapped = {
        "validation": "PublicTest",
        "test": "PrivateTest" if private else "PublicTest",
        None: "Training",
    }
    return [mapped.get(word, word) for word in words]


def split_of_path(path: str) -> tuple[str | None, str | None]:
    """Return the word for the split in the path of an image file, and the folder that says it.

    Kaggle's export keeps the split in the file name (``PrivateTest_59059.jpg``) and puts both halves of the test set
    in one folder, so the name counts more than the folder; then no folder is returned.
    """
    *folders, name = path.split("/")
    prefix = name.split("_")[0]
    if prefix in USAGES:
        return prefix, None
    for folder in reversed(folders):
        word = split_word(folder)
        if word:
            return word, f"{folder}/"
    return None, ""


def assumptions(sources: list[str | None], usages: list[str], what: str) -> list[str]:
    """Return the sentence that says what was taken for which split.

    Parameters
    ----------
    sources : list of str or None
        Of each image, what says its split, "" if nothing does; None if that is beyond doubt.
    usages : list of str
    what : str
        Such as "files without a split in front of their names".
    """
    counts = Counter(
        (source, usage) for source, usage in zip(sources, usages, strict=True) if source is not None
    )
    if not counts:
        return []
    parts = [
        f"{source or 'what names no split'} as {usage} ({n:,})"
        for (source, usage), n in sorted(counts.items())
    ]
    return [f"{sum(counts.values()):,} {what}. Taken: {'; '.join(parts)}."]
