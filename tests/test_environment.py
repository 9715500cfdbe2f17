"""The table that says whether everything is there."""

from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest

from fer_course import environment
from fer_course.puppets.draw import draw_puppets


@pytest.fixture
def course(monkeypatch):
    monkeypatch.setattr(environment, "version", lambda name: "1.0")
    monkeypatch.setattr(environment, "memory", lambda: 8.0)
    return SimpleNamespace(device="cpu", profile="quick", faces=draw_puppets(3))


def advice(course):
    return {name: text for name, _, text in environment.examine(course) if text}


def test_the_table_names_python_packages_device_memory_data_and_profile(course, monkeypatch, capsys):
    monkeypatch.setattr(environment, "memory", lambda: 2.0)
    environment.check_environment(course)
    printed = capsys.readouterr().out
    for word in ("Python", "torch", "device", "2.0 GiB", "3 faces, puppets, seed 0", "quick"):
        assert word in printed


def test_a_missing_package_comes_with_the_line_that_installs_it(course, monkeypatch, capsys):
    def version(name):
        if name == "grad-cam":
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(environment, "version", version)
    assert "%pip install grad-cam" in advice(course)["grad-cam"]
    environment.check_environment(course)
    assert "need a look" in capsys.readouterr().out


def test_a_missing_pretrained_start_is_told(course, monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "SHIPPED", {"puppets": tmp_path / "none.safetensors"})
    assert "weights=None" in advice(course)["pretrained weights"]


def test_the_full_profile_on_a_cpu_and_little_memory_are_told(course, monkeypatch):
    monkeypatch.setattr(environment, "memory", lambda: 2.0)
    course.profile = "full"
    assert "GPU" in advice(course)["device"] and "memory" in advice(course)


def test_unknown_memory_is_no_reason_to_worry(course, monkeypatch):
    monkeypatch.setattr(environment, "memory", lambda: None)
    assert "memory" not in advice(course)


def test_on_a_healthy_machine_one_line_says_that_everything_is_ready(course, monkeypatch, capsys):
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: SimpleNamespace(free=50 * 2**30))
    assert advice(course) == {}
    environment.check_environment(course)
    printed = capsys.readouterr().out
    assert printed.startswith("Everything is ready: Python 3") and "8.0 GiB of memory" in printed
    assert printed.count("\n") == 1


def test_a_full_disk_is_told(course, monkeypatch):
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: SimpleNamespace(free=2**30))
    assert "make room" in advice(course)["free disk"]


def test_memory_is_counted_in_gib():
    found = environment.memory()
    assert found is None or 0.5 < found < 20_000
