"""A learner's own camera: what the kernel answers, and on which machines it refuses.

The part in the browser was tried by hand, in JupyterLab 3 and 4, with ipywidgets 7 and 8 and the network cut.
"""

import io
import re

import numpy as np
import pytest
from networks import tiny_model, with_random_head
from PIL import Image

from fer_course.camera.watch import Watcher
from fer_course.lessons.real_time import own_camera
from fer_course.puppets.motion import draw_motion
from fer_course.puppets.scene import draw_room


@pytest.fixture(scope="module")
def model():
    network = with_random_head(tiny_model())
    network.trained_size = 32
    return network


def jpeg(picture):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "jpeg", quality=95)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def picture():
    return jpeg(draw_motion("happy", 8, seed=1, pose=0).frames[0])


@pytest.fixture
def camera(model, monkeypatch):
    """The widget, and what it sends to the browser."""
    pytest.importorskip("anywidget")
    widget = own_camera.own_camera(model)
    widget.sent = []
    monkeypatch.setattr(widget, "send", widget.sent.append)
    return widget


def test_a_picture_is_answered_with_boxes_and_labels_in_words(model, picture):
    answer = own_camera.labelled(Watcher(model, draw=False), picture)
    (face,) = answer["faces"]
    left, top, width, height = face["box"]
    assert 0 <= left < left + width <= 640 and 0 <= top < top + height <= 480
    assert re.fullmatch(r"[a-z]+ \d+%", face["words"]) and answer["milliseconds"] > 0


def test_every_picture_has_one_answer_and_none_is_kept(camera, picture):
    camera._handle_custom_msg({"kind": "start"}, [])
    for _ in range(2):
        camera._handle_custom_msg({"kind": "frame"}, [memoryview(picture)])
    assert [answer["kind"] for answer in camera.sent] == ["faces", "faces"]
    assert len(camera.sent[0]["faces"]) == 1
    assert not any(isinstance(value, (bytes, np.ndarray)) for value in vars(camera).values())


def test_before_the_start_nothing_is_looked_at(camera, picture):
    camera._handle_custom_msg({"kind": "frame"}, [memoryview(picture)])
    assert camera.sent == []


@pytest.mark.parametrize("data", [b"no picture", b"", b"\xff\xd8" * 2_000_000])
def test_what_is_no_picture_is_answered_with_what_is_wrong(camera, data):
    camera._handle_custom_msg({"kind": "start"}, [])
    camera._handle_custom_msg({"kind": "frame"}, [memoryview(data)])
    (answer,) = camera.sent
    assert answer["faces"] == [] and answer["problem"]


def test_switched_on_again_it_has_forgotten_the_faces(camera, picture):
    for _ in range(2):
        camera._handle_custom_msg({"kind": "start"}, [])
        camera._handle_custom_msg({"kind": "frame"}, [memoryview(picture)])
    assert camera.sent[0]["faces"] == camera.sent[1]["faces"]


def test_a_room_without_anybody_has_no_face(model):
    assert own_camera.labelled(Watcher(model, draw=False), jpeg(draw_room(3)))["faces"] == []


@pytest.mark.parametrize(("variable", "name"), [*own_camera.FAR.items()])
def test_on_another_machine_it_refuses(model, monkeypatch, variable, name):
    monkeypatch.setenv(variable, "1")
    with pytest.raises(ValueError, match=f"your own machine, found one of {name}"):
        own_camera.own_camera(model)


def test_without_anywidget_it_says_how_to_install_it(model, monkeypatch):
    monkeypatch.setitem(own_camera.sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match="pip install anywidget"):
        own_camera.own_camera(model)


def test_what_runs_in_the_browser_loads_nothing_and_asks_for_no_sound():
    script = own_camera.SCRIPT.read_text(encoding="utf-8")
    assert not re.search(r"https?:|import |fetch|XMLHttp|WebSocket|localStorage|sendBeacon", script)
    assert "audio: false" in script and "location.hostname" in script
