"""What is installed from a wheel is all of the course; an installation of the repository itself would hide a gap."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile

import pytest
from repository import ROOT

BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
DATA = ("*.safetensors", "*.md", "*.csv", "SHA256SUMS")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of the tree, built in a copy of it: no network, and nothing is left behind here."""
    pytest.importorskip("setuptools", minversion="77")
    folder = tmp_path_factory.mktemp("wheel")
    tree, out = folder / "tree", folder / "out"
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    shutil.copytree(ROOT / "fer_course", tree / "fer_course", ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-text.md"):
        shutil.copy(ROOT / name, tree / name)
    out.mkdir()
    subprocess.run([sys.executable, "-c", BUILD, str(out)], cwd=tree, check=True, capture_output=True)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def unpacked(wheel):
    folder = wheel.parent / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unpacked, *arguments):
    """Run Python outside the repository, with the wheel and the packages it needs, but no link to the repository."""
    (unpacked.parent / "elsewhere").mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FER_")}
    # Without site (-S) no .pth file is read: it is such a file that leads to the repository.
    return subprocess.run(
        [sys.executable, "-S", "-P", *arguments],
        cwd=unpacked.parent / "elsewhere",
        env=kept | {"PYTHONPATH": os.pathsep.join([str(unpacked), sysconfig.get_path("purelib")])},
        capture_output=True,
        text=True,
    )


def test_every_module_of_the_package_is_in_the_wheel_and_so_are_its_weights_and_tables(wheel):
    package = ROOT / "fer_course"
    code = [*package.rglob("*.py"), *package.rglob("*.js")]
    wanted = [*code, *(file for kind in DATA for file in (package / "weights").glob(kind))]
    wanted += (package / "labs").glob("*.csv")
    assert {file.suffix for file in wanted} == {".py", ".js", ".safetensors", ".md", ".csv", ""}
    found = set(zipfile.ZipFile(wheel).namelist())
    assert {file.relative_to(ROOT).as_posix() for file in wanted} - found == set()


def test_nothing_but_the_package_is_in_the_wheel(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"fer_course"}


def test_a_lesson_is_imported_from_the_wheel_where_the_repository_is_out_of_reach(unpacked):
    code = (
        "import sys; from fer_course.lessons.class_imbalance import checks; print(checks.__file__, *sys.path)"
    )
    found = run(unpacked, "-c", code)
    assert found.returncode == 0, found.stderr
    file, *path = found.stdout.split()
    assert file == str(unpacked / "fer_course" / "lessons" / "class_imbalance" / "checks.py")
    assert str(ROOT) not in path and run(unpacked, "-c", "import research").returncode == 1


def test_weights_in_the_wheel_are_as_they_were_shipped_and_the_course_writes_where_one_works(unpacked):
    code = """
        from fer_course.files import home
        from fer_course.model.weights import SHIPPED, check_shipped
        for path in SHIPPED.values():
            check_shipped(path)
            print(path)
        print(home())
    """
    found = run(unpacked, "-c", "if True:" + code)
    assert found.returncode == 0, found.stderr
    weights = [
        str(unpacked / "fer_course" / "weights" / f"{name}.safetensors") for name in ("puppets", "fer2013")
    ]
    assert found.stdout.splitlines() == [*weights, str(unpacked.parent / "elsewhere")]


def test_the_commands_run_from_the_wheel(unpacked):
    found = run(unpacked, "-m", "fer_course", "evaluate", "--help")
    assert found.returncode == 0, found.stderr
    assert "usage:" in found.stdout and "--weights" in found.stdout
