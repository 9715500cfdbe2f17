"""Things that are said in two places, held together: a change in one that forgets the other fails here."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import run_notebooks as course_tool
from tools import stamp as stamp_tool

ROOT = Path(__file__).resolve().parents[1]

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
# What Google Colab has, or had in 2025 where it has moved on since; "fer-course[notebooks]" must be content with it.
COLAB = {
    "accelerate": "1.3.0",
    "ipython": "7.34.0",
    "ipywidgets": "7.7.1",
    "matplotlib": "3.10.0",
    "numpy": "2.1.0",
    "pandas": "2.2.2",
    "pillow": "11.1.0",
    "safetensors": "0.5.2",
    "scikit-learn": "1.6.1",
    "scipy": "1.14.1",
    "seaborn": "0.13.2",
    "timm": "1.0.14",
    "torch": "2.11.0",
    "torchvision": "0.26.0",
    "tqdm": "4.67.1",
    "traitlets": "5.7.1",
}
COLAB_LACKS = {"grad-cam"}


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def direct() -> list[Requirement]:
    groups = [PROJECT["dependencies"], *EXTRAS.values()]
    every = [Requirement(text) for group in groups for text in group]
    return [requirement for requirement in every if requirement.name != PROJECT["name"]]


@pytest.mark.parametrize("text", PROJECT["dependencies"] + EXTRAS["notebooks"])
def test_colab_keeps_the_version_it_has(text):
    requirement = Requirement(text)
    if requirement.name in COLAB_LACKS:
        return
    assert COLAB[requirement.name] in requirement.specifier, f"pip would replace Colab's {requirement.name}"


def test_constraints_pin_every_package_asked_for_to_a_version_that_fits():
    pins = constraints()
    for requirement in direct():
        assert canonicalize_name(requirement.name) in pins, f"constraints.txt lacks {requirement.name}"
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier


def test_pyproject_pins_nothing():
    assert [str(r) for r in direct() if any(s.operator != ">=" for s in r.specifier)] == []


def test_no_package_is_asked_for_twice():
    names = [canonicalize_name(requirement.name) for requirement in direct()]
    assert sorted(names) == sorted(set(names))


def test_the_conda_environment_says_nothing_that_pyproject_says():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert conda == [f"python{PROJECT['requires-python']}", "pip"]
    constraint, install = pip
    assert constraint == "-c constraints.txt"
    extras = re.fullmatch(r"-e \.\[([a-z,]+)\]", install)[1].split(",")
    assert set(extras) <= set(EXTRAS)
    assert {"lab", "test"} <= set(extras)
    assert environment["name"] == PROJECT["name"]


def test_the_shipped_weights_fit_and_have_a_model_card():
    weights = list((ROOT / "fer_course" / "weights").glob("*.safetensors"))
    assert all(path.stat().st_size <= 16 * 2**20 for path in weights)
    assert all(list(path.parent.glob("*.md")) for path in weights)


def test_ci_calls_what_the_readme_calls():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert "make test" in ci
    assert "make test" in readme
    assert (
        set(re.findall(r"`make ([a-z]+)", readme)) | set(re.findall(r"^make ([a-z]+)", readme, re.M))
        <= targets
    )


def test_versions_and_licences_are_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["cff-version"] == "1.2.0"
    assert all((ROOT / name).is_file() for name in PROJECT["license-files"])


def test_every_link_of_the_readme_into_the_repository_leads_somewhere():
    for page in ("README.md", "CONTRIBUTING.md"):
        links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8"))
        assert [link for link in links if not (ROOT / link).exists()] == [], page


def test_nothing_in_git_that_git_should_ignore():
    found = subprocess.run(
        ["git", "ls-files", "-ci", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if found.returncode:
        pytest.skip("not a git checkout")
    assert found.stdout == ""


# ---- tools/stamp.py


@pytest.fixture
def tree(tmp_path):
    """A copy of everything that is stamped, with the placeholder's address."""
    for name in ("pyproject.toml", "README.md", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    stamp_tool.stamp(tmp_path, "https://github.com/OWNER/fer-course")
    return tmp_path


def contents(tree):
    return {
        path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()
    }


def test_the_repository_is_stamped_with_the_address_in_pyproject(tmp_path):
    for name in ("pyproject.toml", "README.md", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    assert stamp_tool.stamp(tmp_path) == [], "run: make stamp"


def test_a_fork_s_address_reaches_every_place(tree):
    notebooks = {f"notebooks/{path.name}" for path in (tree / "notebooks").glob("*.ipynb")}
    changed = stamp_tool.stamp(tree, "https://github.com/me/fork.git/")
    assert set(changed) == {"pyproject.toml", "README.md", "CITATION.cff"} | notebooks
    for name, text in contents(tree).items():
        assert b"OWNER" not in text, name
        assert b"https://github.com/me/fork" in text, name
        assert b"fork.git" not in text, name
    for name in notebooks:
        first = nbformat.read(tree / name, as_version=4).cells[0].source
        assert first.startswith("[![Open in Colab")
        assert f"https://colab.research.google.com/github/me/fork/blob/main/{name}" in first


def test_stamping_twice_changes_nothing_more(tree):
    stamp_tool.stamp(tree, "https://github.com/me/fork")
    assert stamp_tool.stamp(tree) == []


def test_stamping_back_restores_every_byte(tree):
    before = contents(tree)
    stamp_tool.stamp(tree, "https://github.com/me/fork")
    stamp_tool.stamp(tree, "https://github.com/OWNER/fer-course")
    assert contents(tree) == before


def test_a_placeholder_and_a_house_other_than_github_get_no_badge(tree):
    assert not any(b"colab-badge" in text for text in contents(tree).values())
    stamp_tool.stamp(tree, "https://git.example.org/me/fork")
    assert not any(b"colab-badge" in text for text in contents(tree).values())


def test_a_broken_address_is_refused_and_nothing_is_written(tree):
    before = contents(tree)
    with pytest.raises(ValueError, match="Expected an address like"):
        stamp_tool.stamp(tree, "me/fork")
    assert contents(tree) == before


# ---- tools/run_notebooks.py


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
        code = course_tool.main(["--notebooks", str(tmp_path / "notebooks"), "--out", str(tmp_path / "out")])
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


def test_pages_with_photographs_say_not_to_publish_them():
    assert "do not publish" in course_tool.index([], "fer2013", "quick")


def test_a_relative_data_path_is_made_absolute_and_a_source_s_name_is_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert course_tool.absolute("fer2013") == str((tmp_path / "fer2013").resolve())
    assert course_tool.absolute("kaggle") == "kaggle"
