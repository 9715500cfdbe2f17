"""The rules of the house as functions of its sources; each returns a sentence for everything that breaks it.

Sources are a dict of text by path, such as ``{"fer_course/labels.py": "…"}``, so that a tree of two files can be
planted in a test.
"""

import ast
import json
import re
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

FOLDERS = ("fer_course", "benchmarks", "tools", "research")
"""The folders with code, in their order: each may import those before it."""

LEVELS = (
    ("labels", "files"),
    ("faces",),
    ("model", "puppets", "show"),
    ("data", "evaluation"),
    ("training", "saliency", "camera"),
    ("lessons",),
    ("effects", "environment"),
    ("course",),
    ("commands",),
    ("__main__",),
)
"""The wings of the package in their order: each may import itself and those of the lines before."""

SHARED = "exercises"
"""The one module of lessons that lessons share."""

TOP_LEVEL = {".ci", ".github", "data", "docs", "notebooks", "tests", *FOLDERS}
"""What may lie at the top of the repository beside files."""


class Arrow(NamedTuple):
    """An import of one module of the house by another."""

    path: str
    line: int
    source: str
    target: str

    def __str__(self):
        return f"{self.path}:{self.line} imports {self.target}"


def read_sources(root, folders=FOLDERS) -> dict[str, str]:
    """Read every Python file of some folders."""
    root = Path(root)
    files = sorted(file for folder in folders for file in (root / folder).rglob("*.py"))
    return {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}


def read_notebooks(folder) -> dict[str, str]:
    """Read the code of every notebook, by its name without ``.ipynb``."""
    found = {}
    for path in sorted(Path(folder).glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        found[path.stem] = re.sub(r"(?m)^(\s*)[%!].*", r"\1pass", code)
    return found


def module_of(path: str) -> str:
    """Return the name by which a file is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def wing_of(module: str) -> str:
    """Return the wing of a module of the package; that of the front door is empty."""
    return module.split(".")[1] if "." in module else ""


def lesson_of(module: str) -> str | None:
    """Return the lesson that a module belongs to, or None if it is of no lesson or of all."""
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[1] == "lessons" and parts[2] != SHARED else None


def public(tree: ast.Module):
    """Yield the public functions, classes and methods of a module, with their names."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                yield from ((f"{node.name}.{name}", inner) for name, inner in public(node))


def arrows(sources: dict[str, str]) -> list[Arrow]:
    """Return every import of the house by itself, within functions too."""
    modules = {module_of(path) for path in sources}
    found = []
    for path, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                # A name is a module or something in one.
                full = [f"{node.module}.{alias.name}" for alias in node.names]
                targets = [name if name in modules else node.module for name in full]
            else:
                continue
            ours = [name for name in dict.fromkeys(targets) if name.split(".")[0] in (*FOLDERS, "tests")]
            found += [Arrow(path, node.lineno, module_of(path), name) for name in ours]
    return found


def relative_imports(sources: dict[str, str]) -> list[str]:
    """Imports are absolute, so that a line can be pasted into a cell."""
    return [
        f"{path}:{node.lineno} imports relatively; write it from fer_course on"
        for path, text in sources.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.level
    ]


def hidden_imports(sources: dict[str, str]) -> list[str]:
    """Only the front door may import by the name of a module, which no rule here can follow."""
    return [
        f"{path}:{node.lineno} imports by {node.id if isinstance(node, ast.Name) else node.attr}; write an import"
        for path, text in sources.items()
        if path != "fer_course/__init__.py"
        for node in ast.walk(ast.parse(text))
        if getattr(node, "id", getattr(node, "attr", None)) in ("import_module", "__import__")
    ]


def lessons_out_of_their_room(sources: dict[str, str]) -> list[str]:
    """Lessons import the core and what all of them share, never each other; the core imports no lesson."""
    found = []
    for arrow in arrows(sources):
        own, other = lesson_of(arrow.source), lesson_of(arrow.target)
        if own and other and own != other:
            found.append(f"{arrow}, of another lesson")
        if arrow.source.startswith("fer_course.lessons") and not own and other:
            found.append(f"{arrow}, although it is shared by all lessons")
        core = {wing for level in LEVELS[: LEVELS.index(("lessons",))] for wing in level}
        if wing_of(arrow.source) in core and arrow.target.startswith("fer_course.lessons"):
            found.append(f"{arrow}, although it is of the core")
    return found


def backward_wings(sources: dict[str, str]) -> list[str]:
    """A wing imports itself and wings of earlier levels; the front door imports nothing but when it is asked."""
    level = {wing: i for i, wings in enumerate(LEVELS) for wing in wings}
    places = {wing_of(module_of(path)) for path in sources if path.startswith("fer_course/")} - {""}
    found = [f"fer_course/{wing} has no place in LEVELS" for wing in sorted(places - set(level))]
    for arrow in arrows(sources):
        if not arrow.source.startswith("fer_course") or not arrow.target.startswith("fer_course"):
            continue
        source, target = wing_of(arrow.source), wing_of(arrow.target)
        if not source:
            found.append(f"{arrow}; the front door imports a name when it is asked for, by ROOMS")
        elif not target:
            found.append(f"{arrow}; import from the module that the name is at home in")
        elif source != target and source in level and target in level and level[target] >= level[source]:
            found.append(f"{arrow}, and {target} does not come before {source}")
    return found


def backward_folders(sources: dict[str, str]) -> list[str]:
    """A folder with code imports those before it, and nothing imports the tests."""
    order = {folder: i for i, folder in enumerate((*FOLDERS, "tests"))}
    return [
        f"{arrow}, and {target} does not come before {source}"
        for arrow in arrows(sources)
        for source, target in [(arrow.source.split(".")[0], arrow.target.split(".")[0])]
        if order[target] > order[source]
    ]


def circles(sources: dict[str, str]) -> list[str]:
    """No module imports itself by way of others."""
    after = {module_of(path): set() for path in sources}
    for arrow in arrows(sources):
        if arrow.target in after and arrow.target != arrow.source:
            after[arrow.source].add(arrow.target)
    # What imports nothing that is left is in no circle, nor is what nothing left imports.
    while True:
        asked = Counter(target for targets in after.values() for target in targets)
        outside = {name for name, targets in after.items() if not targets or not asked[name]}
        if not outside:
            break
        after = {name: targets - outside for name, targets in after.items() if name not in outside}
    return [f"{name} imports {', '.join(sorted(targets))}: a circle" for name, targets in after.items()]


def lesson_folders(root, notebooks) -> list[str]:
    """A lesson is a folder of modules, named as its notebook without the number, and not an empty one."""
    found, lessons = [], Path(root) / "fer_course" / "lessons"
    names = {name[3:] for name in notebooks}
    for entry in sorted(entry for entry in lessons.iterdir() if entry.name != "__pycache__"):
        where = f"fer_course/lessons/{entry.name}"
        if entry.is_file():
            if entry.name not in ("__init__.py", f"{SHARED}.py"):
                found.append(f"{where} belongs to no lesson; put it into a lesson or a wing")
            continue
        if entry.name not in names:
            found.append(f"{where} is named as no notebook: {', '.join(sorted(names))}")
        inside = {inner.name for inner in entry.iterdir()} - {"__pycache__"}
        if "__init__.py" not in inside:
            found.append(f"{where} has no __init__.py, so that no wheel takes it")
        if not inside - {"__init__.py"}:
            found.append(f"{where} is empty; leave it out")
        found += [
            f"{where}/{name} is no module; a lesson is one level of modules"
            for name in sorted(inside)
            # What runs in the browser lies beside the module that sends it there.
            if not (entry / name).is_file()
            or not (name.endswith(".py") or (name.endswith(".js") and f"{name[:-3]}.py" in inside))
        ]
    return found


def lesson_imports(notebooks: dict[str, str]) -> list[str]:
    """A notebook has one line that imports its own lesson, and none of another."""
    found = []
    for name, code in notebooks.items():
        lines = [
            line
            for line in code.splitlines()
            if re.match(r"\s*(from|import)\s.*\blessons\b", line) is not None
        ]
        wanted = f"from fer_course.lessons.{name[3:]} import "
        found += [
            f"{name}: {line.strip()!r}; write one line {wanted}…"
            for line in lines
            if not line.startswith(wanted)
        ]
        if len(lines) != 1:
            found.append(f"{name} imports lessons in {len(lines)} lines; write one line {wanted}…")
    return found


def idle_parts_of_lessons(sources: dict[str, str], notebooks: dict[str, str]) -> list[str]:
    """Every public function of a lesson is used by its own notebook, or within the lesson or by research."""
    found = []
    for name, code in notebooks.items():
        room = f"fer_course/lessons/{name[3:]}/"
        for path, text in sources.items():
            if not path.startswith(room) or path.endswith("__init__.py"):
                continue
            stem = PurePosixPath(path).stem
            elsewhere = [
                other for place, other in sources.items() if place != path and module_of(path) in other
            ]
            beside = [other for place, other in sources.items() if place.startswith(room) and place != path]
            for part, _ in public(ast.parse(text)):
                if "." in part:
                    continue
                word = re.compile(rf"\b{part}\b")
                used = re.search(rf"\b{stem}\.{part}\b", code) or len(word.findall(text)) > 1
                if not used and not any(word.search(other) for other in elsewhere + beside):
                    found.append(f"{path}: {part} is called neither by {name} nor anywhere in the lesson")
    return found


def stray_folders(files) -> list[str]:
    """The top of the repository holds the folders of the plan, and files."""
    tops = sorted({PurePosixPath(file).parts[0] for file in files if "/" in file})
    return [
        f"{top}/ is no room of the house; see docs/architecture.md" for top in tops if top not in TOP_LEVEL
    ]


def silent_code(sources: dict[str, str]) -> list[str]:
    """Every module has a docstring, and every public function, class and method; ``main`` has its module's."""
    found = []
    for path, text in sources.items():
        tree = ast.parse(text)
        if not ast.get_docstring(tree):
            found.append(f"{path} has no docstring")
        found += [
            f"{path}:{node.lineno}: {name} has no docstring"
            for name, node in public(tree)
            if name != "main" and not ast.get_docstring(node)
        ]
    return found


def tests_of_no_module(root, of_the_house=()) -> list[str]:
    """A test file lies where its module does and is named after it, unless it is one of the house as a whole."""
    root, found = Path(root), []
    for path in sorted((root / "tests").rglob("test_*.py")):
        place, name = path.relative_to(root / "tests"), path.stem.removeprefix("test_")
        if path.name in of_the_house:
            continue
        home = root / ("" if place.parts[0] in FOLDERS else "fer_course") / place.parent
        if not any((home / file).is_file() for file in (f"{name}.py", f"__{name}__.py")):
            found.append(
                f"tests/{place.as_posix()} mirrors no module {place.with_name(name + '.py').as_posix()}"
            )
    return found


def idle_patches(tests: dict[str, str], sources: dict[str, str]) -> list[str]:
    """A test patches a name in the module that looks it up; anywhere else the patch would change nothing."""
    loads = {
        module_of(path): {
            node.id
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        for path, text in sources.items()
    }
    found = []
    for path, text in tests.items():
        tree = ast.parse(text)
        known = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("patch.setattr")):
                continue
            target, *rest = node.args
            if isinstance(target, ast.Constant):
                module, _, name = target.value.rpartition(".")
            else:
                module, name = known.get(ast.unparse(target)), getattr(rest[0], "value", None)
            if module in loads and name not in loads[module]:
                found.append(f"{path}:{node.lineno} patches {name} in {module}, which does not look it up")
    return found
