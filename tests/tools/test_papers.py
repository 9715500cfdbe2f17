"""From paper to lab."""

import json

import pytest
from repository import ROOT

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
def test_no_claim_that_goes_on_from_another_stands_without_it(paper):
    claims = LABS[paper.lab].CLAIMS
    for k in paper.claims:
        assert not claims[k].text.startswith("…") or k - 1 in paper.claims
