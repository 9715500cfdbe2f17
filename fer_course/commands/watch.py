"""The command ``watch``: a camera or a video, with labels on its faces."""

import os
import sys
from collections import deque
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from fer_course.camera.find import WINDOW
from fer_course.camera.follow import SMALLEST
from fer_course.camera.video import Frames, opencv, video_writer
from fer_course.camera.watch import breakdown, watch
from fer_course.model.trained import open_network

FPS = 15
"""Frames a second of what is saved from a camera, which gives as many as the machine can look at."""

RECENT = 30
"""Frames over which the frames a second on screen are counted."""

TITLE = "FER Course: press q to end"

NOTICE = (
    "Show it your own face, or that of somebody who has agreed. It guesses which expression label people would give "
    "the picture, not what anybody feels."
)


def add(commands):
    """Add the command to those of the command line."""
    look = commands.add_parser("watch", help="label the faces before a camera or in a video")
    source = look.add_mutually_exclusive_group()
    source.add_argument(
        "--camera", type=int, default=0, metavar="N", help="its number (default: 0, the first)"
    )
    source.add_argument("--video", type=Path, metavar="FILE")
    look.add_argument(
        "--weights",
        default="fer2013",
        help="best.safetensors of a run, an .onnx file, or fer2013 (default): the shipped model",
    )
    look.add_argument(
        "--save", type=Path, metavar="FILE.mp4", help="keep what is shown, in a file that is not there yet"
    )
    look.add_argument(
        "--smallest",
        type=int,
        default=SMALLEST,
        metavar="PIXELS",
        help=f"width of the smallest face (default: {SMALLEST}); smaller ones take longer to find",
    )
    look.add_argument("--seconds", type=float, help="end after so many")
    look.set_defaults(run=run)


def run(options):
    """Look at every frame until the end, q or Ctrl-C, and print where the time went."""
    _check(options)
    # A video that is to be kept is worked through as fast as it goes, without a window.
    window = not (options.video and options.save) and _can_show()
    if not (window or options.save):
        if _has_display():
            raise ValueError(
                "Expected an OpenCV with windows, found one without (opencv-python-headless); add --save FILE.mp4, or  "
                "pip uninstall opencv-python-headless  and  pip install opencv-python."
            )
        raise ValueError("Expected a display, found no display; add --save FILE.mp4, or run it on a desktop.")
    model = open_network(options.weights)
    with Frames(options.video or options.camera) as frames:
        kept = f"Kept: {options.save}, on this machine." if options.save else "Nothing is stored."
        print(
            f"{NOTICE}\nNothing is sent anywhere. {kept} {'q' if window else 'Ctrl-C'} ends it.",
            file=sys.stderr,
        )
        seen = _loop(frames, model, options, window)
    if not seen:
        return
    total = sum(sum(one.milliseconds.values()) for one in seen) / 1e3
    found = sum(bool(one.faces) for one in seen)
    print(
        f"{len(seen):,} frames, {len(seen) / total:.1f} a second; a face in {found:,} of them.\n"
        f"Milliseconds a frame:\n{breakdown(seen).to_string(float_format='{:.2f}'.format)}"
    )
    if options.save:
        print(f"Saved {options.save}.")


def _check(options):
    """Raise ValueError if an option makes no sense, before anything is loaded or switched on."""
    if options.save and options.save.suffix.lower() != ".mp4":
        raise ValueError(f"Expected a file whose name ends in .mp4 for --save, found {options.save}.")
    if options.save and options.save.exists():
        raise ValueError(
            f"Expected a new file for --save, found {options.save}, which is there already; choose another."
        )
    if options.seconds is not None and not options.seconds > 0:
        raise ValueError(f"Expected more than 0 seconds, found {options.seconds}.")
    if options.smallest < WINDOW:
        raise ValueError(f"Expected a smallest face of {WINDOW} pixels or more, found {options.smallest}.")
    if options.camera < 0:
        raise ValueError(f"Expected the number of a camera, 0 or more, found {options.camera}.")


def _loop(frames: Frames, model, options, window: bool) -> list:
    """Look at frames, show and keep them, and return what was seen, without the pictures."""
    live = not options.video
    fps = FPS if live or not frames.fps > 0 else frames.fps
    seen, recent, kept = [], deque(maxlen=RECENT), 0
    with ExitStack() as stack:
        if window:
            stack.callback(opencv().destroyAllWindows)
        write = stack.enter_context(video_writer(options.save, fps)) if options.save else None
        began = perf_counter()
        # An interrupt is how it is meant to end: the file is finished, and the figures are printed.
        with suppress(KeyboardInterrupt):
            for one in watch(frames, model, smallest=options.smallest):
                # A minute of pictures is a gigabyte.
                seen.append(replace(one, picture=None))
                now = perf_counter()
                recent.append(now)
                past = now - began if live else len(seen) / fps
                # A camera gives frames as fast as they are looked at, but the file has a pace of its own.
                while write and kept < max(1, round(past * fps)):
                    write(one.picture)
                    kept += 1
                early = 0 if live else past - (now - began)
                if window and not _show(one.picture, recent, early):
                    break
                if options.seconds and past >= options.seconds:
                    break
    return seen


def _show(picture, recent, early: float) -> bool:
    """Show a picture with the frames a second, for as long as it is too early for the next; return whether to go on."""
    cv2 = opencv()
    shown = picture[:, :, ::-1].copy()
    if len(recent) > 1:
        text = f"{(len(recent) - 1) / (recent[-1] - recent[0]):.0f} frames/s"
        # White on black, so that it can be read on any picture.
        for colour, width in (((0, 0, 0), 4), ((255, 255, 255), 1)):
            cv2.putText(shown, text, (8, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, width, cv2.LINE_AA)
    cv2.imshow(TITLE, shown)
    key = cv2.waitKey(max(1, round(1e3 * early))) & 0xFF
    return key != ord("q") and cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) >= 1


def _can_show() -> bool:
    """Return whether a window can be opened here."""
    if not _has_display():
        return False
    cv2 = opencv()
    try:
        cv2.namedWindow(TITLE)
    # The headless OpenCV has the function, and an error in it.
    except cv2.error:
        return False
    return True


def _has_display() -> bool:
    """Return whether there is a desktop. Asked first: an OpenCV with windows ends the program if there is none."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
