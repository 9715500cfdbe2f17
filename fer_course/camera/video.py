"""Frames from a video or a camera, and frames as a video, by OpenCV.

Frames are pictures: uint8 of shape (H, W, 3), red, green, blue. OpenCV's own order is the other way round, and stays in
this module.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

INSTALL = "install it with  pip install opencv-python"

CODEC = "mp4v"
"""MPEG-4 Part 2: the one that every build of OpenCV writes. Players show it, most browsers do not."""


class Frames:
    """The frames of a video or a camera, one after the other.

    Parameters
    ----------
    source : str, Path or int
        A video file, or the number of a camera, 0 for the first.
    size : tuple of int
        Width and height that a camera is asked for, in pixels. It may give others.

    Attributes
    ----------
    fps : float
        Frames a second that the source says it has; 0 if it does not say.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or no such camera.
    ValueError
        If the file is not a video.
    ImportError
        If OpenCV is not installed.
    """

    def __init__(self, source: str | Path | int, size: tuple[int, int] = (640, 480)):
        cv2 = opencv()
        self.source = source if isinstance(source, int) else Path(source)
        if isinstance(source, int):
            self._capture = cv2.VideoCapture(source)
            self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
            self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
            # Or a slow reader sees what happened some frames ago.
            self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        else:
            if not self.source.is_file():
                raise FileNotFoundError(f"Expected a video in {source}, found no such file.")
            self._capture = cv2.VideoCapture(str(self.source))
        good, self._first = self._capture.read()
        if not good:
            self._capture.release()
            if isinstance(source, int):
                raise FileNotFoundError(
                    f"Expected a camera with number {source}, found none that gives a picture; connect one, allow this "
                    "program to use it, or give a video file."
                )
            raise ValueError(
                f"Expected a video, such as an mp4 file, found something else or a broken one in {source}."
            )
        self.fps = float(self._capture.get(cv2.CAP_PROP_FPS) or 0)

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield each frame, uint8 of shape (H, W, 3)."""
        frame = self._first
        while frame is not None:
            yield np.ascontiguousarray(frame[:, :, ::-1])
            good, frame = self._capture.read()
            if not good:
                return

    def __enter__(self) -> "Frames":
        return self

    def __exit__(self, *_):
        """Let go of the file, or switch the camera off."""
        self._capture.release()


@contextmanager
def video_writer(path: str | Path, fps: float):
    """Write a video frame by frame; it is moved into place when the block ends without an error.

    Parameters
    ----------
    path : str or Path
        Ends in ``.mp4``. A file that is there already is replaced.
    fps : float
        Frames a second at which players show it.

    Yields
    ------
    callable
        Called with one frame, uint8 of shape (H, W) or (H, W, 3), all of the same size. The codec leaves out the last
        row or column of an odd number.

    Raises
    ------
    ValueError
        If the path has another ending, a frame has another size or type, or there was none; then nothing is written.
    OSError
        If OpenCV cannot write there.
    ImportError
        If OpenCV is not installed.
    """
    cv2, path = opencv(), Path(path)
    if path.suffix.lower() != ".mp4":
        raise ValueError(f"Expected a path that ends in .mp4, found {path}.")
    if not fps > 0:
        raise ValueError(f"Expected more than 0 frames a second, found {fps}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    # As files.atomic_write does it, but OpenCV opens files by their names, and knows the format by the ending.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".mp4")
    os.close(handle)
    writer, shape = None, None

    def write(frame: np.ndarray):
        nonlocal writer, shape
        frame = _checked(frame, shape)
        if writer is None:
            shape = frame.shape
            size = (shape[1], shape[0])
            writer = cv2.VideoWriter(temporary, cv2.VideoWriter_fourcc(*CODEC), float(fps), size)
            if not writer.isOpened():
                raise OSError(f"Expected to write a video of {size[0]}×{size[1]} pixels into {path}, failed.")
        writer.write(np.ascontiguousarray(frame[:, :, ::-1]))

    try:
        try:
            yield write
        finally:
            if writer is not None:
                writer.release()
        if writer is None:
            raise ValueError(f"Expected frames to write into {path}, found none.")
        with suppress(OSError):
            os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def write_video(path: str | Path, frames: Iterable[np.ndarray], fps: float):
    """Write frames as a video.

    Parameters
    ----------
    path, fps
        As for ``video_writer``.
    frames : iterable of ndarray of uint8, shape (H, W) or (H, W, 3)
        All of the same size.

    Raises
    ------
    ValueError, OSError, ImportError
        As ``video_writer``.
    """
    with video_writer(path, fps) as write:
        for frame in frames:
            write(frame)


def opencv():
    """Return the module ``cv2``, told to leave messages to us.

    Raises
    ------
    ImportError
        If OpenCV is not installed.
    """
    # Read by FFmpeg inside OpenCV when the first video is opened. Its sentences are not for learners.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    try:
        import cv2
    except ImportError:
        raise ImportError(f"Videos and cameras need OpenCV, found no module cv2: {INSTALL}.") from None
    # Another package may have imported it before, and then the variable comes too late.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


def _checked(frame, shape: tuple | None) -> np.ndarray:
    """Return a frame as (H, W, 3), if it is one and has the shape of those before."""
    frame = np.asarray(frame)
    if frame.dtype != np.uint8 or frame.ndim not in (2, 3) or (frame.ndim == 3 and frame.shape[2] != 3):
        raise ValueError(
            f"Expected frames as uint8 of shape (H, W) or (H, W, 3), found {frame.dtype} of {frame.shape}."
        )
    if frame.ndim == 2:
        frame = np.repeat(frame[:, :, None], 3, axis=2)
    if shape not in (None, frame.shape):
        raise ValueError(
            f"Expected frames of one size, {shape[1]}×{shape[0]} pixels, found one of "
            f"{frame.shape[1]}×{frame.shape[0]}."
        )
    return frame
