"""The repository's address is written wherever it belongs."""

import shutil

import nbformat
import pytest
from repository import ROOT

from tools import stamp


@pytest.fixture
def stamped(tmp_path):
    """A copy of everything that is stamped, as it is."""
    for name in ("pyproject.toml", "README.md", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return tmp_path


@pytest.fixture
def tree(stamped):
    """A copy of everything that is stamped, with the placeholder's address."""
    stamp.stamp(stamped, "https://github.com/OWNER/fer-course")
    return stamped


def contents(tree):
    return {
        path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()
    }


def test_the_repository_is_stamped_with_the_address_in_pyproject(stamped):
    assert stamp.stamp(stamped) == [], "run: make stamp"


def test_a_fork_s_address_reaches_every_place(tree):
    notebooks = {f"notebooks/{path.name}" for path in (tree / "notebooks").glob("*.ipynb")}
    changed = stamp.stamp(tree, "https://github.com/me/fork.git/")
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
    stamp.stamp(tree, "https://github.com/me/fork")
    assert stamp.stamp(tree) == []


def test_stamping_back_restores_every_byte(tree):
    before = contents(tree)
    stamp.stamp(tree, "https://github.com/me/fork")
    stamp.stamp(tree, "https://github.com/OWNER/fer-course")
    assert contents(tree) == before


def test_a_placeholder_and_a_house_other_than_github_get_no_badge(tree):
    assert not any(b"colab-badge" in text for text in contents(tree).values())
    stamp.stamp(tree, "https://git.example.org/me/fork")
    assert not any(b"colab-badge" in text for text in contents(tree).values())


def test_a_broken_address_is_refused_and_nothing_is_written(tree):
    before = contents(tree)
    with pytest.raises(ValueError, match="Expected an address like"):
        stamp.stamp(tree, "me/fork")
    assert contents(tree) == before
