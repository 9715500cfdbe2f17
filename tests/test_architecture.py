"""The rules of the house, held by its sources. Each is tried on a planted tree as well, so that it is known to fail."""

import subprocess

import house_rules as rules
import pytest
from repository import NOTEBOOKS, ROOT

OF_THE_HOUSE = {"test_architecture.py", "test_house.py", "test_notebook_form.py", "test_wheel.py"}


@pytest.fixture(scope="module")
def sources():
    return rules.read_sources(ROOT)


@pytest.fixture(scope="module")
def notebooks():
    return rules.read_notebooks(NOTEBOOKS)


def planted(text, path="fer_course/show/charts.py"):
    """A tree with one file of each kind beside the one that is planted."""
    empty = [
        "fer_course/__init__.py",
        "fer_course/__main__.py",
        "fer_course/course.py",
        "fer_course/labels.py",
        "fer_course/data/load.py",
        "fer_course/evaluation/intervals.py",
        "fer_course/lessons/exercises.py",
        "fer_course/lessons/grad_cam/figures.py",
        "fer_course/lessons/the_network/figures.py",
        "fer_course/puppets/draw.py",
        "fer_course/show/charts.py",
        "benchmarks/rows.py",
        "tools/tables.py",
        "research/effects.py",
    ]
    return dict.fromkeys(empty, "") | {path: text}


def test_there_are_sources_and_notebooks_to_hold_rules_for(sources, notebooks):
    wings = {rules.wing_of(rules.module_of(path)) for path in sources if path.startswith("fer_course/")}
    assert wings - {""} == {wing for level in rules.LEVELS for wing in level}
    assert {path.split("/")[0] for path in sources} == set(rules.FOLDERS)
    assert len(rules.arrows(sources)) > 300 and len(notebooks) >= 8


def test_lessons_import_the_core_and_what_they_share_and_the_core_imports_no_lesson(sources):
    assert rules.lessons_out_of_their_room(sources) == []


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        (
            "fer_course/lessons/grad_cam/checks.py",
            "from fer_course.lessons.the_network import figures",
            "1 imports fer_course.lessons.the_network.figures, of another lesson",
        ),
        (
            "fer_course/lessons/exercises.py",
            "from fer_course.lessons.grad_cam.figures import prediction",
            "1 imports fer_course.lessons.grad_cam.figures, although it is shared by all",
        ),
        (
            "fer_course/show/charts.py",
            "from fer_course.lessons.exercises import tell",
            "1 imports fer_course.lessons.exercises, although it is of the core",
        ),
        (
            "fer_course/show/charts.py",
            "def draw():\n    import fer_course.lessons.grad_cam.figures",
            "2 imports fer_course.lessons.grad_cam.figures, although it is of the core",
        ),
    ],
)
def test_a_lesson_or_the_core_that_imports_a_lesson_is_named(path, text, sentence):
    (found,) = rules.lessons_out_of_their_room(planted(text, path))
    assert found.startswith(f"{path}:{sentence}")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("fer_course/lessons/grad_cam/checks.py", "from fer_course.lessons.exercises import tell"),
        ("fer_course/lessons/grad_cam/checks.py", "from fer_course.lessons.grad_cam import figures"),
        ("fer_course/__main__.py", "from fer_course.lessons.grad_cam import figures"),
        ("research/effects.py", "from fer_course.lessons.grad_cam import figures"),
    ],
)
def test_a_lesson_may_be_imported_by_itself_by_what_comes_after_and_by_research(path, text):
    assert rules.lessons_out_of_their_room(planted(text, path)) == []


def test_no_wing_imports_one_that_does_not_come_before_it(sources):
    assert rules.backward_wings(sources) == []


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        (
            "fer_course/show/charts.py",
            "from fer_course.evaluation.intervals import wilson_interval",
            "1 imports fer_course.evaluation.intervals, and evaluation does not come before show",
        ),
        (
            "fer_course/show/charts.py",
            "def draw():\n    from fer_course.puppets import draw",
            "2 imports fer_course.puppets.draw, and puppets does not come before show",
        ),
        (
            "fer_course/evaluation/intervals.py",
            "import fer_course.data.load",
            "1 imports fer_course.data.load, and data does not come before evaluation",
        ),
        (
            "fer_course/labels.py",
            "class Labels:\n    def faces(self):\n        from fer_course.course import setup",
            "3 imports fer_course.course, and course does not come before labels",
        ),
        (
            "fer_course/data/load.py",
            "from fer_course import EXPRESSIONS",
            "1 imports fer_course; import from the module that the name is at home in",
        ),
        (
            "fer_course/__init__.py",
            "from fer_course.labels import EXPRESSIONS",
            "1 imports fer_course.labels; the front door imports a name when it is asked for",
        ),
    ],
)
def test_an_arrow_that_runs_back_is_named(path, text, sentence):
    (found,) = rules.backward_wings(planted(text, path))
    assert found.startswith(f"{path}:{sentence}")


def test_a_wing_that_is_not_in_the_order_is_named():
    (found,) = rules.backward_wings(planted("", "fer_course/video/frames.py"))
    assert found == "fer_course/video has no place in LEVELS"


def test_a_wing_may_import_itself_and_those_before_it():
    text = "from fer_course.data import load\nfrom fer_course.puppets.draw import draw_puppets"
    assert rules.backward_wings(planted(text, "fer_course/data/exploration.py")) == []


def test_code_is_imported_by_the_folders_after_it_and_the_tests_by_none(sources):
    assert rules.backward_folders(sources) == []


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("fer_course/show/charts.py", "import tools.tables", "and tools does not come before fer_course"),
        (
            "benchmarks/rows.py",
            "from research.effects import write",
            "and research does not come before benchmarks",
        ),
        ("tools/tables.py", "from research import effects", "and research does not come before tools"),
        (
            "research/effects.py",
            "from tests.helpers import samples",
            "and tests does not come before research",
        ),
    ],
)
def test_a_folder_that_imports_a_later_one_is_named(path, text, sentence):
    (found,) = rules.backward_folders(planted(text, path))
    assert found.startswith(f"{path}:1 imports ") and found.endswith(sentence)
    assert rules.backward_folders(planted("from tools import tables", "research/effects.py")) == []


def test_no_module_imports_itself_by_way_of_others(sources):
    assert rules.circles(sources) == []


def test_a_circle_is_named_with_those_in_it_and_no_others():
    sources = {
        "benchmarks/bench.py": "from benchmarks.rows import ROWS",
        "benchmarks/rows.py": "def run():\n    from benchmarks import measure",
        "benchmarks/measure.py": "import benchmarks.bench",
        "benchmarks/usual.py": "from benchmarks import bench",
        "fer_course/labels.py": "",
    }
    assert sorted(rules.circles(sources)) == [
        "benchmarks.bench imports benchmarks.rows: a circle",
        "benchmarks.measure imports benchmarks.bench: a circle",
        "benchmarks.rows imports benchmarks.measure: a circle",
    ]
    assert rules.circles(sources | {"benchmarks/measure.py": ""}) == []


def test_every_import_is_absolute_and_written_as_one(sources):
    assert rules.relative_imports(sources) == [] and rules.hidden_imports(sources) == []


def test_a_relative_import_and_one_by_the_name_of_a_module_are_named():
    found = rules.relative_imports(planted("import re\nfrom .style import PALETTE"))
    assert found == ["fer_course/show/charts.py:2 imports relatively; write it from fer_course on"]
    for text in (
        "import_module('fer_course.course')",
        "importlib.import_module(name)",
        "__import__('tools')",
    ):
        (found,) = rules.hidden_imports(planted(text))
        assert found.startswith("fer_course/show/charts.py:1 imports by ")
        assert rules.hidden_imports(planted(text, "fer_course/__init__.py")) == []


def test_every_lesson_is_a_folder_of_modules_named_as_its_notebook(notebooks):
    assert rules.lesson_folders(ROOT, notebooks) == []


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("gradcam/figures.py", "fer_course/lessons/gradcam is named as no notebook: grad_cam, the_network"),
        ("grad_cam/figures/maps.py", "fer_course/lessons/grad_cam/figures is no module"),
        ("grad_cam/table.csv", "fer_course/lessons/grad_cam/table.csv is no module"),
        ("heads.py", "fer_course/lessons/heads.py belongs to no lesson"),
        ("the_network/__init__.py", "fer_course/lessons/the_network is empty"),
    ],
)
def test_a_lesson_folder_out_of_shape_is_named(tmp_path, file, sentence):
    lessons = tmp_path / "fer_course" / "lessons"
    for name in ("exercises.py", "grad_cam/figures.py", file):
        (lessons / name).parent.mkdir(parents=True, exist_ok=True)
        (lessons / name).touch()
        (lessons / name).with_name("__init__.py").touch()
    (found,) = rules.lesson_folders(tmp_path, ["03_the_network", "06_grad_cam"])
    assert found.startswith(sentence)
    (lessons / "grad_cam" / "__init__.py").unlink()
    assert "fer_course/lessons/grad_cam has no __init__.py" in str(
        rules.lesson_folders(tmp_path, ["03_the_network", "06_grad_cam"])
    )


def test_a_notebook_imports_its_own_lesson_in_one_line(notebooks):
    assert rules.lesson_imports(notebooks) == []


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("from fer_course.lessons.grad_cam import checks, figures\nfigures.maps()", 0),
        ("from fer_course.lessons.the_network import checks", 1),
        ("import fer_course.lessons.grad_cam.checks", 1),
        ("from fer_course import lessons", 1),
        (
            "from fer_course.lessons.grad_cam import checks\n    from fer_course.lessons.evaluation import figures",
            2,
        ),
        (
            "from fer_course.lessons.grad_cam import checks\nfrom fer_course.lessons.grad_cam import figures",
            1,
        ),
        ("from fer_course import setup", 1),
    ],
)
def test_a_notebook_that_imports_its_lesson_otherwise_is_named(code, number):
    found = rules.lesson_imports({"06_grad_cam": code})
    assert len(found) == number and all(sentence.startswith("06_grad_cam") for sentence in found)


def test_every_public_function_of_a_lesson_is_called_by_its_notebook_or_within_the_lesson(sources, notebooks):
    assert rules.idle_parts_of_lessons(sources, notebooks) == []


def test_a_function_that_only_another_notebook_calls_is_named():
    sources = {
        "fer_course/lessons/grad_cam/figures.py": "def maps(): ...\ndef wall(): ...\ndef _hidden(): ...",
        "fer_course/lessons/grad_cam/controls.py": "from fer_course.lessons.grad_cam import figures\nfigures.wall()",
    }
    notebooks = {"06_grad_cam": "figures.map(3)", "05_evaluation": "figures.maps(3)"}
    (found,) = rules.idle_parts_of_lessons(sources, notebooks)
    assert found.startswith(
        "fer_course/lessons/grad_cam/figures.py: maps is called neither by 06_grad_cam nor"
    )
    assert rules.idle_parts_of_lessons(sources, {"06_grad_cam": "figures.maps(3)"}) == []


def test_the_top_of_the_repository_holds_the_rooms_of_the_plan_and_files():
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if found.returncode:
        pytest.skip("not a git checkout")
    assert rules.stray_folders(found.stdout.splitlines()) == []
    assert rules.stray_folders(["README.md", "experiments/base.json", "tools/stamp.py"]) == [
        "experiments/ is no room of the house; see docs/architecture.md"
    ]


def test_every_module_and_every_public_function_has_a_docstring(sources):
    assert rules.silent_code(sources) == []


def test_a_module_a_function_and_a_method_without_a_docstring_are_named():
    text = "class Chart:\n    'A chart.'\n    def draw(self): ...\ndef bars(): ...\ndef _axes(): ...\ndef main(): ..."
    assert rules.silent_code({"fer_course/show/charts.py": text}) == [
        "fer_course/show/charts.py has no docstring",
        "fer_course/show/charts.py:3: Chart.draw has no docstring",
        "fer_course/show/charts.py:4: bars has no docstring",
    ]


def test_every_test_file_mirrors_a_module():
    assert rules.tests_of_no_module(ROOT, OF_THE_HOUSE) == []


def test_a_test_file_that_mirrors_no_module_is_named(tmp_path):
    for name in ("fer_course/__main__.py", "fer_course/data/load.py", "tools/stamp.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in ("test_main.py", "data/test_load.py", "tools/test_stamp.py", "data/test_sources.py"):
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests" / name).touch()
    assert rules.tests_of_no_module(tmp_path) == [
        "tests/data/test_sources.py mirrors no module data/sources.py"
    ]


def test_every_name_that_a_test_patches_is_looked_up_where_it_is_patched(sources):
    tests = rules.read_sources(ROOT, ["tests"])
    assert sum(text.count("patch.setattr(") for text in tests.values()) > 50
    assert rules.idle_patches(tests, sources) == []


@pytest.mark.parametrize(
    ("patch", "number"),
    [
        ('monkeypatch.setattr(load, "draw_puppets", None)', 0),
        ('monkeypatch.setattr(load, "Faces", None)', 1),
        ('monkeypatch.setattr("fer_course.data.load.draw_puppets", None)', 0),
        ('patch.setattr("fer_course.puppets.draw.draw_puppets", None)', 1),
        ('monkeypatch.setattr(os, "replace", None)', 0),
    ],
)
def test_a_patch_of_a_name_that_the_module_only_passes_on_is_named(patch, number):
    sources = {
        "fer_course/data/load.py": "from fer_course.puppets.draw import Faces, draw_puppets\ndraw_puppets()",
        "fer_course/puppets/draw.py": "def draw_puppets(): ...",
    }
    found = rules.idle_patches({"tests/a.py": f"from fer_course.data import load\n{patch}"}, sources)
    assert len(found) == number and all(sentence.startswith("tests/a.py:2 patches ") for sentence in found)
