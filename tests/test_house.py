"""Things that are said in two places, held together: a change in one that forgets the other fails here."""

import re
import subprocess
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from repository import ROOT

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
    "pillow": "11.3.0",
    "safetensors": "0.5.2",
    "scikit-learn": "1.6.1",
    "scipy": "1.14.1",
    "seaborn": "0.13.2",
    "timm": "1.0.14",
    "torch": "2.11.0",
    "torchvision": "0.26.0",
    "tqdm": "4.67.1",
    "scikit-image": "0.25.2",
    "traitlets": "5.7.1",
}


COLAB_LACKS = {"grad-cam", "onnx", "onnxruntime", "onnxscript"}


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def direct() -> list[Requirement]:
    groups = [PROJECT["dependencies"], *EXTRAS.values()]
    every = [Requirement(text) for group in groups for text in group]
    return [requirement for requirement in every if requirement.name != PROJECT["name"]]


OF_THE_NOTEBOOKS = [
    text for text in PROJECT["dependencies"] + EXTRAS["deploy"] + EXTRAS["notebooks"] if "[" not in text
]


def test_the_notebooks_bring_what_is_deployed_with():
    assert "fer-course[deploy]" in EXTRAS["notebooks"]


@pytest.mark.parametrize("text", OF_THE_NOTEBOOKS)
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


PAGES = ["README.md", "CONTRIBUTING.md", *("docs/*.md", "data/*.md", "fer_course/weights/*.md")]


@pytest.mark.parametrize(
    "page", [path for pattern in PAGES for path in sorted(ROOT.glob(pattern))], ids=lambda p: p.name
)
def test_every_link_of_a_page_into_the_repository_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_test_that_the_field_reports_name_is_there():
    named = re.findall(r"`(test_\w+)`", (ROOT / "docs" / "field-reports.md").read_text(encoding="utf-8"))
    tests = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert named and set(named) <= set(re.findall(r"^def (test_\w+)", tests, re.M))


def test_nothing_in_git_that_git_should_ignore():
    found = subprocess.run(
        ["git", "ls-files", "-ci", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if found.returncode:
        pytest.skip("not a git checkout")
    assert found.stdout == ""
