"""From paper to lab."""

import json

import pytest
from repository import ROOT

from fer_course.evaluation.repeats import load_repeats
from tools import papers
from tools.lab_tables import LABS


def test_there_are_thirteen_papers_and_each_has_a_row():
    head, rows = papers.from_paper_to_lab()
    assert len(papers.PAPERS) == len(rows) == 13 and all(len(row) == len(head) for row in rows)
    assert len({paper.arxiv for paper in papers.PAPERS}) == 13


def test_every_lab_belongs_to_one_paper():
    assert sorted(paper.lab for paper in papers.PAPERS) == sorted(LABS)


@pytest.mark.parametrize("paper", papers.PAPERS, ids=lambda paper: paper.name)
def test_the_notebook_of_a_paper_quotes_it(paper):
    notebook = json.loads((ROOT / "notebooks" / f"{paper.notebook}.ipynb").read_text(encoding="utf-8"))
    assert any(f"arxiv.org/abs/{paper.arxiv}" in "".join(cell["source"]) for cell in notebook["cells"])


@pytest.mark.parametrize("paper", papers.PAPERS, ids=lambda paper: paper.name)
def test_no_claim_is_left_out_whatever_its_verdict(paper):
    row = papers.by_verdict(paper.lab)
    runs = load_repeats(paper.lab)
    assert row.count("seeds)") == len(LABS[paper.lab].CLAIMS)
    for claim in LABS[paper.lab].CLAIMS:
        verdict = claim.judge(runs)
        (group,) = (part for part in row.split("<br>") if part.startswith(f"**{verdict.word}**"))
        assert f"{claim.text}, {verdict.figures}" in group
