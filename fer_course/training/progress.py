"""A progress bar's place in a notebook: one line that is replaced, so that its last state alone is kept."""

import sys


def in_notebook() -> bool:
    """Return whether the code runs in a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    return hasattr(shell, "kernel")


class NotebookLine:
    """A file for tqdm to write to. Every state of the bar replaces the one before, in the notebook's file too."""

    encoding = "utf-8"

    def __init__(self):
        self._handle = None

    def write(self, text: str):
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
