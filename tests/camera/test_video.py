"""Videos written and read by OpenCV: whole or not at all, and one sentence where there is none."""

import builtins

import numpy as np
import pytest

from fer_course.camera.video import Frames, video_writer, write_video


def clip(n=5, height=48, width=64):
    """Frames that brighten, red on the left and blue on the right."""
    frames = np.zeros((n, height, width, 3), np.uint8)
    frames[:, :, : width // 2, 0] = (50 + 30 * np.arange(n))[:, None, None]
    frames[:, :, width // 2 :, 2] = (50 + 30 * np.arange(n))[:, None, None]
    return frames


def test_what_is_written_is_read_again_with_its_colours_and_its_pace(tmp_path):
    file = tmp_path / "clip.mp4"
    write_video(file, clip(), 15)
    with Frames(file) as frames:
        assert frames.fps == pytest.approx(15)
        found = np.stack(list(frames))
    assert found.dtype == np.uint8 and found.shape == (5, 48, 64, 3)
    # The codec is lossy.
    assert abs(found[:, :, 4:28].astype(int) - clip()[:, :, 4:28]).mean() < 6
    assert abs(found[:, :, 36:60].astype(int) - clip()[:, :, 36:60]).mean() < 6
    assert list(tmp_path.iterdir()) == [file]


def test_grey_frames_are_written_as_grey(tmp_path):
    write_video(tmp_path / "grey.mp4", np.full((3, 48, 64), 120, np.uint8), 15)
    with Frames(tmp_path / "grey.mp4") as frames:
        assert abs(next(iter(frames)).astype(int) - 120).max() <= 4


def test_frames_come_one_by_one(tmp_path):
    def endless():
        while True:
            yield clip(1)[0]

    with video_writer(tmp_path / "clip.mp4", 10) as write:
        for _, frame in zip(range(3), endless(), strict=False):
            write(frame)
    with Frames(tmp_path / "clip.mp4") as frames:
        assert len(list(frames)) == 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, OSError])
def test_after_an_error_the_old_file_is_untouched_and_nothing_else_is_left(tmp_path, error):
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"old")
    with pytest.raises(error), video_writer(file, 15) as write:
        write(clip()[0])
        raise error
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("name", "frames", "fps", "sentence"),
    [
        ("clip.avi", clip(), 15, "ends in .mp4, found .*clip.avi"),
        ("clip.mp4", clip(), 0, "more than 0 frames a second, found 0"),
        ("clip.mp4", [], 15, "Expected frames to write into .*clip.mp4, found none"),
        ("clip.mp4", [clip()[0] / 255], 15, "uint8 of shape .* found float64"),
        ("clip.mp4", [clip()[0, :, :, :2]], 15, "found uint8 of \\(48, 64, 2\\)"),
        ("clip.mp4", [clip()[0], clip(1, 32, 64)[0]], 15, "one size, 64×48 pixels, found one of 64×32"),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_nothing(tmp_path, name, frames, fps, sentence):
    with pytest.raises(ValueError, match=sentence):
        write_video(tmp_path / name, frames, fps)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_video_is_told_in_one_sentence_and_opencv_says_nothing(tmp_path, capfd):
    file = tmp_path / "letter.mp4"
    file.write_text("Dear camera, …")
    with pytest.raises(ValueError, match=r"Expected a video, .* in .*letter.mp4"):
        Frames(file)
    with pytest.raises(FileNotFoundError, match=r"found no such file"):
        Frames(tmp_path / "nowhere.mp4")
    written = capfd.readouterr()
    assert written.out == written.err == ""


def test_a_camera_that_is_not_there_is_told_in_one_sentence(capfd):
    with pytest.raises(FileNotFoundError, match="Expected a camera with number 77, found none"):
        Frames(77)
    assert capfd.readouterr().err == ""


def test_without_opencv_it_says_how_to_install_it(tmp_path, monkeypatch):
    real = builtins.__import__

    def missing(name, *rest):
        if name == "cv2":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    for call in (lambda: Frames(0), lambda: write_video(tmp_path / "clip.mp4", clip(), 15)):
        with pytest.raises(ImportError, match="pip install opencv-python"):
            call()
