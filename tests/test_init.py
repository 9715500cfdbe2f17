"""The front door: names that are at home elsewhere, and fetched when they are asked for."""

import subprocess
import sys
from importlib import import_module

import pytest

import fer_course


@pytest.mark.parametrize("name", fer_course.__all__)
def test_a_name_of_the_front_door_is_what_its_room_has(name):
    room = import_module(f"fer_course.{fer_course.ROOMS[name]}")
    assert getattr(fer_course, name) is getattr(room, name)
    assert name in dir(fer_course)


def test_a_name_that_the_front_door_does_not_know_is_refused():
    with pytest.raises(AttributeError, match="module 'fer_course' has no attribute 'widgets'"):
        _ = fer_course.widgets


def test_the_front_door_alone_loads_nothing_that_takes_seconds():
    code = (
        "import sys, fer_course; print(sorted({'torch', 'timm', 'matplotlib', 'pandas'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
