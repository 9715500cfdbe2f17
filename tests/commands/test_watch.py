"""The command ``watch``: what it says first, what it keeps, and how it ends."""

import cv2
import numpy as np
import pytest
from networks import tiny_model, with_random_head

import fer_course.commands.watch as command
from fer_course.__main__ import main
from fer_course.camera.video import Frames, write_video
from fer_course.model.weights import save_weights
from fer_course.puppets.motion import draw_motion
from fer_course.training.recipe import Recipe


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    file = tmp_path_factory.mktemp("weights") / "best.safetensors"
    recipe = Recipe(backbone="test_efficientnet", image_size=32)
    save_weights(with_random_head(tiny_model()), file, recipe=recipe.to_json())
    return str(file)


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    file = tmp_path_factory.mktemp("video") / "surprise.mp4"
    write_video(file, draw_motion("surprise", 8, seed=1, pose=0).frames, 10)
    return str(file)


@pytest.fixture
def no_display(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


class Screen:
    """What a window would have shown, and the keys that are pressed."""

    def __init__(self, monkeypatch, keys=(), closed_after=1000):
        self.shown, self.waits, self.gone = [], [], 0
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setattr(cv2, "namedWindow", lambda name: None)
        monkeypatch.setattr(cv2, "imshow", lambda name, picture: self.shown.append(picture))
        monkeypatch.setattr(cv2, "destroyAllWindows", self.close)
        monkeypatch.setattr(
            cv2, "getWindowProperty", lambda name, what: float(len(self.shown) < closed_after), raising=False
        )

        def wait(milliseconds):
            self.waits.append(milliseconds)
            return keys[len(self.shown) - 1] if len(self.shown) <= len(keys) else -1

        monkeypatch.setattr(cv2, "waitKey", wait)

    def close(self):
        self.gone += 1


def test_a_video_is_labelled_and_kept_without_a_display(weights, video, no_display, tmp_path, capsys):
    file = tmp_path / "out.mp4"
    assert main(["watch", "--video", video, "--weights", weights, "--save", str(file)]) == 0
    said = capsys.readouterr()
    assert "8 frames" in said.out and "predict" in said.out and str(file) in said.out
    with Frames(file) as kept, Frames(video) as given:
        assert kept.fps == pytest.approx(10)
        kept, given = np.stack(list(kept)).astype(int), np.stack(list(given))
    # A mark is drawn on the face, and nothing else is changed.
    assert kept.shape == given.shape == (8, 480, 640, 3)
    changed = (abs(kept - given) > 60).any(axis=3)
    assert 100 < changed.sum() / 8 < 20_000


def test_it_says_first_whose_face_may_be_shown_and_where_the_pictures_go(
    weights, video, no_display, tmp_path, capsys
):
    main(["watch", "--video", video, "--weights", weights, "--save", str(tmp_path / "out.mp4")])
    said = capsys.readouterr().err
    assert "your own face" in said and "agreed" in said and "Nothing is sent" in said and "out.mp4" in said


def test_a_file_that_is_there_is_not_overwritten(weights, video, tmp_path, capsys):
    file = tmp_path / "mine.mp4"
    file.write_bytes(b"mine")
    assert main(["watch", "--video", video, "--weights", weights, "--save", str(file)]) == 2
    assert "there already" in capsys.readouterr().err and file.read_bytes() == b"mine"


def test_an_interrupt_ends_it_and_finishes_the_file(weights, video, no_display, tmp_path, monkeypatch):
    real = command.watch

    def interrupted(*given, **options):
        for k, one in enumerate(real(*given, **options)):
            if k == 3:
                raise KeyboardInterrupt
            yield one

    monkeypatch.setattr(command, "watch", interrupted)
    file = tmp_path / "out.mp4"
    assert main(["watch", "--video", video, "--weights", weights, "--save", str(file)]) == 0
    with Frames(file) as kept:
        assert len(list(kept)) == 3


def test_it_ends_after_as_many_seconds_of_the_video_as_are_asked_for(weights, video, no_display, tmp_path):
    file = tmp_path / "out.mp4"
    given = ["--video", video, "--weights", weights, "--save", str(file), "--seconds", "0.4"]
    assert main(["watch", *given]) == 0
    with Frames(file) as kept:
        assert len(list(kept)) == 4


def test_in_a_window_frames_are_shown_at_the_video_s_pace(weights, video, monkeypatch, capsys):
    screen = Screen(monkeypatch)
    clock = iter(np.arange(100) * 0.01)
    monkeypatch.setattr(command, "perf_counter", lambda: next(clock))
    assert main(["watch", "--video", video, "--weights", weights]) == 0
    assert len(screen.shown) == 8 and screen.shown[0].shape == (480, 640, 3) and screen.gone == 1
    # Ten frames a second, and this clock moves by a hundredth of one each time.
    assert screen.waits == [90 * k for k in range(1, 9)]
    said = capsys.readouterr()
    assert "Nothing is stored" in said.err and "8 frames" in said.out


def test_frames_a_second_are_written_on_the_screen(weights, video, monkeypatch):
    screen = Screen(monkeypatch)
    main(["watch", "--video", video, "--weights", weights])
    corner = [(picture[5:30, 5:140] == 255).all(axis=2).sum() for picture in screen.shown]
    assert corner[1] > corner[0] + 20


def test_q_ends_it(weights, video, monkeypatch):
    screen = Screen(monkeypatch, keys=[-1, ord("q")])
    assert main(["watch", "--video", video, "--weights", weights]) == 0
    assert len(screen.shown) == 2


def test_closing_the_window_ends_it(weights, video, monkeypatch):
    screen = Screen(monkeypatch, closed_after=3)
    assert main(["watch", "--video", video, "--weights", weights]) == 0
    assert len(screen.shown) == 3


class Camera:
    """A camera that gives five frames."""

    fps = 30.0

    def __init__(self, source):
        assert source == 1
        self.closed = False

    def __iter__(self):
        return iter(np.repeat(draw_motion("happy", 8, seed=1).frames[:5, ..., None], 3, axis=3))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True


def test_what_a_camera_shows_is_kept_at_the_pace_of_the_clock(weights, no_display, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "Frames", Camera)
    clock = iter(np.arange(100) * 0.2)
    monkeypatch.setattr(command, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(command, "watch", lambda frames, model, **_: map(seen, frames))
    file = tmp_path / "out.mp4"
    assert main(["watch", "--camera", "1", "--weights", weights, "--save", str(file)]) == 0
    # Five frames in one second: each is kept three times, for fifteen frames a second.
    with Frames(file) as kept:
        assert len(list(kept)) == 15 and kept.fps == pytest.approx(15)


def seen(frame):
    from fer_course.camera.watch import STEPS, Seen

    return Seen(frame, [], dict.fromkeys(STEPS, 1.0), "")


def test_without_a_display_it_is_one_sentence_and_nothing_is_switched_on(
    weights, no_display, monkeypatch, capsys
):
    monkeypatch.setattr(command, "Frames", None)
    assert main(["watch", "--weights", weights]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "no display" in said and "--save" in said


def test_an_opencv_without_windows_is_told_in_one_sentence(weights, monkeypatch, capsys):
    def headless(name):
        raise cv2.error("The function is not implemented")

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(cv2, "namedWindow", headless)
    assert main(["watch", "--weights", weights]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "pip install opencv-python" in said and "--save" in said


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--camera", "77", "--save", "out.mp4"], "camera with number 77, found none"),
        (["--video", "nowhere.mp4", "--save", "out.mp4"], "nowhere.mp4, found no such file"),
        (["--video", __file__, "--save", "out.mp4"], "Expected a video"),
        (["--save", "out.avi"], "ends in .mp4"),
        (["--seconds", "0", "--save", "out.mp4"], "more than 0 seconds"),
        (["--smallest", "9", "--save", "out.mp4"], "24 pixels or more"),
        (["--camera", "-1", "--save", "out.mp4"], "number of a camera"),
        (["--weights", "nowhere.onnx", "--save", "out.mp4"], "nowhere.onnx"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(
    weights, no_display, tmp_path, monkeypatch, capfd, given, words
):
    monkeypatch.chdir(tmp_path)
    if "--weights" not in given:
        given = [*given, "--weights", weights]
    assert main(["watch", *given]) == 2
    said = capfd.readouterr().err
    assert said.startswith("fer_course: ") and words in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
