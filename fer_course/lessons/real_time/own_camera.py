"""A learner's own camera in the notebook: the browser takes the pictures, the kernel labels them.

What is needed: the package anywidget, and a kernel on the learner's own machine. Pictures go from the browser to the
kernel and nowhere else, so on a kernel of another machine (Colab, a server) this refuses.
"""

import io
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from fer_course.camera.watch import Watcher

SCRIPT = Path(__file__).with_name("own_camera.js")
"""What runs in the browser. It is sent by the kernel and loads nothing from elsewhere."""

LARGEST = 2_000_000
"""Bytes of the largest picture that is taken from the browser; one of 640×480 pixels has about 50,000."""

FAR = {"COLAB_RELEASE_TAG": "Colab", "KAGGLE_KERNEL_RUN_TYPE": "Kaggle", "BINDER_SERVICE_HOST": "Binder"}
"""Variables by which services on other people's machines are known."""


def own_camera(model, **options):
    """Notebook 08: label the learner's own face, live. Nothing is stored, and nothing is sent anywhere.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    **options
        Of ``Watcher``.

    Returns
    -------
    anywidget.AnyWidget
        With a button that switches the camera on and off.

    Raises
    ------
    ValueError
        If the kernel is known to run on another machine than the browser.
    ImportError
        If anywidget is not installed.
    """
    far = next((name for variable, name in FAR.items() if variable in os.environ), None)
    if far or "google.colab" in sys.modules:
        raise ValueError(
            f"Expected a kernel on your own machine, found one of {far or 'Colab'}, to which your pictures would be "
            "sent; run the notebook at home, or play a moving puppet instead."
        )
    try:
        import anywidget
    except ImportError as error:
        raise ImportError(
            f"Your own camera needs the package {error.name}: install it with  pip install anywidget, and restart "
            "Jupyter."
        ) from None

    class OwnCamera(anywidget.AnyWidget):
        _esm = SCRIPT.read_text(encoding="utf-8")

        def __init__(self):
            super().__init__()
            self.frames, self.watcher = 0, None
            self.on_msg(self._receive)

        def _receive(self, _widget, content, buffers):
            """Answer each picture with the faces in it; the browser sends the next one after that."""
            if content.get("kind") == "start":
                self.watcher = Watcher(model, draw=False, **options)
            if content.get("kind") != "frame" or self.watcher is None:
                return
            try:
                answer = labelled(self.watcher, bytes(buffers[0]))
            # An error without an answer would stop the camera without a word.
            except Exception as error:
                answer = {"faces": [], "problem": str(error)}
            self.frames += 1
            self.send({"kind": "faces", **answer})

    return OwnCamera()


def labelled(watcher: Watcher, data: bytes) -> dict:
    """Return what is seen in a picture as numbers and words that a browser can draw.

    Parameters
    ----------
    watcher : Watcher
    data : bytes
        A JPEG file.

    Returns
    -------
    dict
        ``faces``: of each the box and the label with its probability. ``milliseconds``: what it took.
    """
    if len(data) > LARGEST:
        raise ValueError(f"Expected a picture of at most {LARGEST:,} bytes, found {len(data):,}.")
    seen = watcher.look(np.asarray(Image.open(io.BytesIO(data), formats=["JPEG"]).convert("RGB")))
    faces = [
        {"box": list(face.box), "words": f"{face.label} {face.probabilities.max():.0%}"}
        for face in seen.faces
    ]
    return {"faces": faces, "milliseconds": round(sum(seen.milliseconds.values()), 1)}
