"""What the course's controls are made of: inputs above a picture that follows them.

They work with ipywidgets 7 (Colab) and 8 (JupyterLab). A notebook that was executed without a browser shows the first
picture, so that its pages and copies are not empty.
"""

import functools
import html
import os

import ipywidgets
from IPython.display import display

from .plots import Picture


def live(function):
    """Return a callback that shows what goes wrong in the place of its picture.

    A control must never leave a stack trace in the log of a server that nobody reads. With ``FER_STRICT=1``, as in
    the tests, the error is raised instead.

    Parameters
    ----------
    function : callable
        Returns a ``Picture``, HTML as a str, or None.

    Returns
    -------
    callable
        Returns HTML as a str, and takes what ``function`` takes.
    """

    @functools.wraps(function)
    def run(*arguments, **options) -> str:
        try:
            result = function(*arguments, **options)
        except Exception as error:
            if os.environ.get("FER_STRICT") == "1":
                raise
            return f"<p role='alert'>This did not work: {html.escape(str(error) or type(error).__name__)}</p>"
        return result._repr_html_() if isinstance(result, Picture) else (result or "")

    return run


class Control(ipywidgets.VBox):
    """Sliders, menus and the like above a picture that follows them.

    Parameters
    ----------
    inputs : dict of str to ipywidgets.Widget
        By the name of the argument of ``draw`` that they set; each with a ``value`` and a ``description``.
    draw : callable
        Called with one keyword argument for each input; returns a ``Picture`` or HTML.
    columns : int
        In which to arrange the inputs.
    extra : sequence of ipywidgets.Widget
        Shown above the inputs and not handed to ``draw``: buttons, menus that set several inputs.

    Attributes
    ----------
    inputs : dict of str to ipywidgets.Widget
        Set ``control.inputs["light"].value`` to move one from code.
    area : ipywidgets.HTML
        Where the picture is.
    """

    def __init__(self, inputs: dict, draw, *, columns: int = 1, extra=()):
        self.inputs, self.area, self._quiet = inputs, ipywidgets.HTML(), False
        self._draw = live(draw)
        for widget in inputs.values():
            widget.observe(self.refresh, names="value")
        cells = list(inputs.values())
        per_column = -(-len(cells) // columns)
        piles = [ipywidgets.VBox(cells[i : i + per_column]) for i in range(0, len(cells), per_column)]
        super().__init__([*extra, ipywidgets.HBox(piles), self.area])
        self.refresh()

    def refresh(self, _change=None):
        """Draw the picture for what is set now."""
        if not self._quiet:
            self.area.value = self._draw(**{name: widget.value for name, widget in self.inputs.items()})

    def set(self, **values):
        """Set several inputs and draw once."""
        self._quiet = True
        try:
            for name, value in values.items():
                self.inputs[name].value = value
        finally:
            self._quiet = False
        self.refresh()

    def _ipython_display_(self, **_options):
        # A viewer without widgets takes the HTML: the first picture, and what could be moved.
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        names = ", ".join(w.description for w in self.inputs.values())
        still = f"{self.area.value}<p>To move in a running notebook: {html.escape(names)}.</p>"
        bundle = {"text/plain": f"Control: {names}", "text/html": still}
        display({**bundle, "application/vnd.jupyter.widget-view+json": view}, raw=True)


def slider(description: str, value: float, low: float, high: float, step: float) -> ipywidgets.Widget:
    """Return a slider with room for its description; a whole-number one where ``step`` is an int."""
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=description,
        continuous_update=False,
        style={"description_width": "12em"},
        layout={"width": "27em"},
    )


def menu(description: str, options, value=None) -> ipywidgets.Dropdown:
    """Return a drop-down menu with room for its description."""
    options = list(options)
    first = options[0][1] if isinstance(options[0], tuple) else options[0]
    return ipywidgets.Dropdown(
        options=options,
        value=first if value is None else value,
        description=description,
        style={"description_width": "12em"},
        layout={"width": "27em"},
    )
