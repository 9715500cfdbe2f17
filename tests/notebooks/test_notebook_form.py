"""The form that every notebook keeps; that they run is nbmake's business (`make test`)."""

import ast
import builtins
import json
import re
from statistics import median

import nbformat
import pytest
from repository import NOTEBOOKS

NAMES = (
    "00_start_here",
    "01_dataset_exploration",
    "02_class_imbalance",
    "03_the_network",
    "04_two_stage_training",
    "05_evaluation",
    "06_grad_cam",
    "07_trusting_a_heat_map",
    "08_real_time",
    "09_responsible_use",
    "10_lab_two_recipes",
    "11_lab_few_faces",
    "12_lab_where_to_look",
    "13_lab_the_camera_was_changed",
    "14_lab_attention",
    "15_lab_faces_and_words",
    "16_lab_paint_by_example",
)
SETUP = """\
try:
    import fer_course
except ModuleNotFoundError:  # on Colab the notebook comes without the package
    %pip install -q "fer-course[notebooks] @ git+ADDRESS"

from fer_course import setup

course = setup()  # or setup(data="path/to/fer2013", profile="full")"""

# Not only these: a notebook that is added later keeps the form as well.
every_notebook = pytest.mark.parametrize(
    "path",
    sorted({*NOTEBOOKS.glob("*.ipynb"), *(NOTEBOOKS / f"{n}.ipynb" for n in NAMES)}),
    ids=lambda p: p.stem,
)


def read(path):
    assert path.is_file(), f"Expected notebooks/{path.name}, found none."
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def cells(path, kind):
    return [cell.source for cell in read(path).cells if cell.cell_type == kind]


def code(path):
    return "\n".join(cells(path, "code"))


def prose(path):
    return "\n".join(cells(path, "markdown"))


def setup_cells(path):
    return [source for source in cells(path, "code") if "from fer_course import setup" in source]


def test_the_notebooks_are_there():
    assert [name for name in NAMES if not (NOTEBOOKS / f"{name}.ipynb").is_file()] == []


@every_notebook
def test_it_is_a_valid_notebook_with_unique_cell_ids(path):
    notebook = read(path)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


@every_notebook
def test_it_is_saved_without_outputs_counts_and_widget_state(path):
    notebook = read(path)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}, f"{cell.id}: metadata {sorted(cell.metadata)}"
        assert not cell.get("attachments"), f"{cell.id}: an attachment"
        if cell.cell_type == "code":
            assert cell.outputs == [], f"{cell.id}: outputs; clear them before you commit"
            assert cell.execution_count is None, f"{cell.id}: an execution count"


@every_notebook
def test_its_file_is_written_as_the_tools_write_it(path):
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert text == json.dumps(json.loads(text or "{}"), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


@every_notebook
def test_its_code_cells_are_short(path):
    lengths = {
        cell.id: len(cell.source.splitlines()) for cell in read(path).cells if cell.cell_type == "code"
    }
    assert {i: n for i, n in lengths.items() if n > 25} == {}
    assert median(lengths.values()) <= 8
    assert sum(n < 9 for n in lengths.values()) > len(lengths) / 2


@every_notebook
def test_no_code_cell_is_empty(path):
    assert all(source.strip() for source in cells(path, "code") + cells(path, "markdown"))


@every_notebook
def test_it_has_the_one_setup_cell(path):
    found = setup_cells(path)
    assert len(found) == 1
    # The address is stamped from pyproject.toml; tests/test_house.py holds it to that.
    assert re.sub(r"(?<=git\+)https://[^\"]+", "ADDRESS", found[0]) == SETUP


@every_notebook
def test_the_line_that_imports_its_lesson_comes_right_after_the_setup_cell(path):
    sources = cells(path, "code")
    line = sources[sources.index(setup_cells(path)[0]) + 1]
    lesson = path.stem.partition("_")[2]
    assert re.fullmatch(rf"from fer_course\.lessons\.{lesson} import [a-z_, ]+", line)
    assert code(path).count("from fer_course.lessons") == 1


@every_notebook
def test_it_leaves_the_names_of_its_lesson_alone(path):
    line = next(source for source in cells(path, "code") if source.startswith("from fer_course.lessons"))
    modules = set(re.split(r", ", line.split(" import ")[1]))
    code_cells = [source for source in cells(path, "code") if source != line]
    assert [name for source in code_cells for name in modules & names_of(source)[1]] == []


def names_of(source):
    """Return the names that a cell needs from before it, and those that it leaves."""
    tree = ast.parse(re.sub(r"(?m)^(\s*)%.*", r"\1pass", source))
    needs, leaves = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (needs if isinstance(node.ctx, ast.Load) else leaves).add(node.id)
        elif isinstance(node, ast.arg):
            leaves.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            leaves.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            leaves |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return needs - leaves, leaves


def test_what_the_teaching_page_lets_skip_leaves_nothing_undefined():
    page = (NOTEBOOKS.parent / "docs" / "teaching.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\d\d) \| \d+ min \| (.*) \|$", page, re.M))
    assert len(rows) == len(NAMES)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        skipped = set(re.findall(r"\d+", rows[path.name[:2]]))
        section, known = "0", {*dir(builtins), "display"}
        for cell in read(path).cells:
            if cell.cell_type == "markdown":
                headings = re.findall(r"^## (?:(\d+)|\w)", cell.source, re.M)
                section = headings[-1] or "end" if headings else section
            elif section not in skipped:
                needs, leaves = names_of(cell.source)
                assert needs <= known, f"{path.name}, section {section}: {sorted(needs - known)}"
                known |= leaves


@every_notebook
def test_it_opens_with_a_title_what_you_will_do_and_three_times(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    without_badge = [
        line for line in first.source.splitlines() if line.strip() and not line.startswith("[![")
    ]
    assert re.match(r"# \S", without_badge[0])
    opening = "\n".join(source for source in cells(path, "markdown")[:3])
    assert re.search(r"you will", opening, re.I)
    assert re.search(r"\bTime\b.*:", opening), (
        "Expected a line “Time: … to learn · … on 2 CPU cores · … on a GPU”."
    )
    line = next(line for line in opening.splitlines() if re.search(r"\bTime\b", line))
    assert re.search(r"learn|read", line) and "CPU" in line and "GPU" in line


@every_notebook
def test_it_has_an_exercise_with_feedback(path):
    assert re.search(r"\bchecks\.\w+\(", code(path))
    assert re.search(r"^\w+ = \.\.\.", code(path), re.M), "Expected an answer left open with three dots."
    assert "exercise" in prose(path).lower()


@every_notebook
def test_it_has_a_control_to_play_with(path):
    assert re.search(r"\bcontrols\.\w+\(|\binteract\(", code(path))


@every_notebook
def test_it_says_one_headline(path):
    assert len(re.findall(r"\bcourse\.headline\(", code(path))) == 1


@every_notebook
def test_it_ends_with_what_was_learned_and_where_to_go_next(path):
    ending = "\n".join(cells(path, "markdown")[-3:]).lower()
    assert re.search(r"you (have )?(\w+ )?(learned|learnt|did|now|have|saw|built|trained|\w+ed)\b", ending)
    assert "next" in ending


@every_notebook
def test_it_says_how_to_switch_to_the_real_data(path):
    assert re.search(r"setup\(data=|FER_DATA", prose(path)), (
        "Expected a line of prose on setup(data=…) or FER_DATA."
    )
    assert "FER-2013" in prose(path)


@every_notebook
def test_every_picture_in_its_text_has_a_description(path):
    assert not re.search(r"!\[\s*\]\(", prose(path))
    for image in re.findall(r"<img\b[^>]*>", prose(path)):
        assert re.search(r"alt=[\"'][^\"']+", image), image


@every_notebook
def test_it_carries_no_path_of_anyone_s_machine(path):
    found = re.findall(
        r"(?<![\w.:/])/(?:home|Users|content|tmp|mnt|drive)/\S*|\b[A-Z]:\\\S*", code(path) + prose(path)
    )
    assert found == []


def test_the_setup_cell_is_the_same_everywhere():
    assert len({source for name in NAMES for source in setup_cells(NOTEBOOKS / f"{name}.ipynb")}) == 1
