"""Notebooks are executed into copies, pages and an index."""

import json
import os
import re
import sys
import time

import nbformat
import pytest
from repository import ROOT

from tools import run_notebooks


def small_notebook(folder, *sources):
    cells = [nbformat.v4.new_markdown_cell("# A small one")]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    folder.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "00_small.ipynb")


@pytest.fixture
def run_course(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FER_DATA", "puppets")
    monkeypatch.setenv("FER_PROFILE", "quick")

    def run(*sources):
        small_notebook(tmp_path / "notebooks", *sources)
        code = run_notebooks.main(
            ["--notebooks", str(tmp_path / "notebooks"), "--out", str(tmp_path / "out")]
        )
        return code, capsys.readouterr().out, tmp_path / "out"

    return run


def test_a_notebook_becomes_an_executed_copy_a_page_and_a_row(run_course):
    code, printed, out = run_course("import sys; print(sys.executable)", "print('Headline · 42 of 43')")
    assert code == 0
    assert "42 of 43" in printed
    copy = nbformat.read(out / "00_small.ipynb", as_version=4)
    assert copy.cells[1].outputs[0].text.strip() == sys.executable
    page = (out / "00_small.html").read_text(encoding="utf-8")
    assert "42 of 43" in page
    assert not re.search(r'<script src="https:', page)
    index = (out / "index.html").read_text(encoding="utf-8")
    assert 'href="00_small.html"' in index
    assert "A small one" in index
    assert "photographs" not in index


def test_the_effects_that_notebooks_print_are_kept_for_the_tables(run_course):
    printed = ("Effect · a: +41.0 (+30.5 to +52.0)", "Effect · b: +4.0", "no effect · c: +1.0")
    _, _, out = run_course("\n".join(f"print({line!r})" for line in printed))
    assert json.loads((out / "effects.json").read_text()) == {"a": [41.0, 30.5, 52.0], "b": [4.0]}


def test_an_error_is_named_with_its_notebook_and_cell_and_the_copy_is_kept(run_course):
    code, printed, out = run_course("print('before')", "1 / 0", "print('after')")
    assert code == 1
    assert re.search(r"00_small .*STOPPED at cell 3 of 4, \S+: ZeroDivisionError: division by zero", printed)
    assert nbformat.read(out / "00_small.ipynb", as_version=4).cells[1].outputs[0].text == "before\n"


def test_a_control_leaves_on_the_page_what_it_showed(run_course):
    source = "import ipywidgets\nipywidgets.interact(lambda x: print('x is', x), x=ipywidgets.IntSlider(3));"
    _, _, out = run_course(source)
    page = (out / "00_small.html").read_text(encoding="utf-8")
    assert "x is 3" in page
    assert "there is a control here" in page


def test_no_reply_is_missed_while_a_control_shows_its_output():
    source = "import ipywidgets\nwith ipywidgets.Output():\n    print('x')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for _ in range(60)])
    waited, began = [], {}
    # A reply that is missed is seen when the waiting ends, not before.
    client = run_notebooks.Client(
        notebook,
        timeout=20,
        kernel_name="python3",
        on_cell_execute=lambda cell, cell_index: began.update({cell_index: time.perf_counter()}),
        on_cell_executed=lambda cell, cell_index, execute_reply: waited.append(
            time.perf_counter() - began[cell_index]
        ),
    )
    client.execute()
    assert len(waited) == 60 and max(waited) < 20


def test_pages_with_photographs_say_not_to_publish_them():
    assert "do not publish" in run_notebooks.index([], "fer2013", "quick")


def test_a_relative_data_path_is_made_absolute_and_a_source_s_name_is_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_notebooks.absolute("fer2013") == str((tmp_path / "fer2013").resolve())
    assert run_notebooks.absolute("kaggle") == "kaggle"


def test_notebooks_run_in_this_environment_and_not_in_one_that_a_kernelspec_of_the_user_names():
    assert os.environ["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert "export JUPYTER_PREFER_ENV_PATH = 1" in (ROOT / "Makefile").read_text(encoding="utf-8")
