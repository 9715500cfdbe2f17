"""Where the course keeps its files, and that it never leaves a broken one."""

import os

import pytest
from repository import ROOT

import fer_course.files
from fer_course.files import atomic_write, home, root


def test_home_is_the_repository_when_the_package_is_installed_from_one(monkeypatch):
    monkeypatch.delenv("FER_HOME", raising=False)
    assert home() == root() == ROOT


def test_home_is_the_working_folder_when_the_package_is_installed_as_a_wheel(tmp_path, monkeypatch):
    module = tmp_path / "site-packages" / "fer_course" / "files.py"
    monkeypatch.setattr(fer_course.files, "__file__", str(module))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_HOME", raising=False)
    assert home() == tmp_path


def test_fer_home_is_where_the_course_writes_and_not_where_it_lies(tmp_path, monkeypatch):
    monkeypatch.setenv("FER_HOME", str(tmp_path / "mine"))
    assert home() == tmp_path / "mine" and root() == ROOT


def test_a_file_is_written_with_its_folder(tmp_path):
    with atomic_write(tmp_path / "new" / "a.txt", "w") as file:
        file.write("grün")
    assert (tmp_path / "new" / "a.txt").read_text(encoding="utf-8") == "grün"
    assert (tmp_path / "new" / "a.txt").stat().st_mode & 0o777 == 0o644


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), atomic_write(path) as file:
        file.write(b"new")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_sees_the_old_file_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with atomic_write(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_file_system_that_keeps_no_rights_is_written_all_the_same(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refused)
    with atomic_write(tmp_path / "kept", "w") as file:
        file.write("whole")
    assert (tmp_path / "kept").read_text() == "whole"
