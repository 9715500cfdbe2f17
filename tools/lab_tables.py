"""The tables of docs/labs.md: every claim with its verdict, and every lab's runs, from the files that ship."""

import pandas as pd

from fer_course.evaluation.repeats import load_repeats
from fer_course.evaluation.verdict import Claim, t_interval
from fer_course.lessons.lab_attention import attending, conditional
from fer_course.lessons.lab_faces_and_words import amortised, hard
from fer_course.lessons.lab_few_faces import capacity, norm
from fer_course.lessons.lab_paint_by_example import painting
from fer_course.lessons.lab_the_camera_was_changed import adapting, sizes
from fer_course.lessons.lab_two_recipes import insideout, twelve
from fer_course.lessons.lab_where_to_look import core_risk, critical

LABS = {
    "insideout": insideout,
    "twelve": twelve,
    "norm": norm,
    "capacity": capacity,
    "core_risk": core_risk,
    "critical": critical,
    "adapting": adapting,
    "sizes": sizes,
    "attending": attending,
    "conditional": conditional,
    "amortised": amortised,
    "hard_pairs": hard,
    "painting": painting,
}
"""By the name of its table: the module that repeats a lab, with ``repeat`` and ``CLAIMS``."""


VERDICTS = ["lab", "claim", "compared", "difference", "verdict", "would have been seen"]


def whole_claims(claims) -> list[tuple[str, Claim]]:
    """Return every claim with its whole text: one that begins with three dots goes on from the last that does not."""
    found, before = [], ""
    for claim in claims:
        goes_on = claim.text.startswith("…")
        before = before if goes_on else claim.text
        found.append((f"{before} {claim.text}" if goes_on else claim.text, claim))
    return found


def verdicts() -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table of all claims, each with its verdict."""
    rows = []
    for name, lab in LABS.items():
        runs = load_repeats(name)
        for text, claim in whole_claims(lab.CLAIMS):
            verdict = claim.judge(runs)
            seen = f"{verdict.visible:.1f}" if verdict.word == "not shown here" else ""
            rows.append([name, text, f"{claim.way} – {claim.baseline}", verdict.figures, verdict.word, seen])
    return VERDICTS, rows


def means(runs: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table of every arm: the mean of each column over seeds, with its interval."""
    rows = []
    for arm, some in runs.groupby("arm", sort=False):
        cells = []
        for column in runs.columns[2:]:
            if some[column].isna().all():  # not measured of this arm
                cells.append("")
                continue
            mean, low, high = t_interval(some[column])
            cells.append(
                f"{mean:,.0f}" if column == "parameters" else f"{mean:.1f} ({low:.1f} to {high:.1f})"
            )
        rows.append([arm, *cells])
    return ["arm", *runs.columns[2:]], rows


def of_lab(name: str):
    """Return a function that makes the table of a lab."""
    return lambda: means(load_repeats(name))


TABLES = {"verdicts": verdicts} | {name.replace("_", ""): of_lab(name) for name in LABS}
"""By the word in a text's comment: what gives the head and the rows."""
