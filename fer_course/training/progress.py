"""The progress bar of an epoch: a line in a terminal, and one line in a notebook."""

import sys

from tqdm import tqdm


class NotebookLine:
    """A file for tqdm to write to. Every state of the bar replaces the one before, in the notebook's file too.

    ``tqdm.auto`` would write widget state into the notebook.
    """

    encoding = "utf-8"

    def __init__(self):
        self._handle = None

    def write(self, text: str):
        """Show a state of the bar in the place of the one before."""
        text = text.strip("\r\n")
        if not text.strip():
            return
        bundle = {"text/plain": text}
        if self._handle is None:
            from IPython.display import display

            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def flush(self):
        """Do nothing: a line is shown when it is written."""


def in_notebook() -> bool:
    """Return whether the code runs in a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    return hasattr(shell, "kernel")


def epoch_bar(title: str, steps: int, shown: bool) -> tqdm:
    """Return a bar that counts the batches of an epoch; not ``shown``, it does nothing."""
    place = NotebookLine() if shown and in_notebook() else sys.stdout
    return tqdm(
        total=steps, desc=title, unit="batch", file=place, mininterval=2, disable=not shown, ncols=120
    )


def figures(loss: float, accuracy: float, images: float, seconds: float) -> str:
    """Return what stands behind a bar: "loss 1.234, accuracy 56.7%, 89 images/s"."""
    return f"loss {loss:.3f}, accuracy {accuracy:.1%}, {images / seconds:,.0f} images/s"
