"""One line for a progress bar, replaced and not repeated."""

import IPython.display
import pytest
from tqdm import tqdm

from fer_course.training.progress import NotebookLine, in_notebook


@pytest.fixture
def shown(monkeypatch):
    states = []

    class Handle:
        def update(self, bundle, raw):
            states[-1].append(bundle["text/plain"])

    def display(bundle, raw, display_id):
        states.append([bundle["text/plain"]])
        return Handle()

    monkeypatch.setattr(IPython.display, "display", display)
    return states


def test_every_state_replaces_the_one_before_and_empty_ones_are_left_out(shown):
    line = NotebookLine()
    for text in ("\r 50%", "\r100%", "\n", ""):
        line.write(text)
    assert shown == [[" 50%", "100%"]]


def test_a_bar_has_one_place_and_ends_full(shown):
    with tqdm(total=4, file=NotebookLine(), mininterval=0, ncols=60) as bar:
        for _ in range(4):
            bar.update()
    (states,) = shown
    assert "4/4" in states[-1] and "0/4" in states[0]


def test_the_tests_run_in_no_notebook():
    assert not in_notebook()
