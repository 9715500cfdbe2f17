"""What the course's controls are made of: inputs, and a picture that follows them.

They work with ipywidgets 7 (Colab) and 8 (JupyterLab). If a notebook was executed without a browser, its pages and
copies show the first picture, so that they are not empty.
"""

import functools
import html
import os

import ipywidgets
from IPython.display import display

from fer_course.show.picture import Picture


def live(function):
    """Wrap a drawing callback so that errors appear instead of the picture.

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
    """Sliders, menus and the like, above or beside a picture that follows them.

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
    beside : bool
        Put the picture to the right of the inputs, not below them, so that both fit on one screen.

    Attributes
    ----------
    inputs : dict of str to ipywidgets.Widget
        Set ``control.inputs["light"].value`` to move one from code.
    area : ipywidgets.HTML
        Where the picture is.
    setting : bool
        Whether ``set`` is at work, so that the picture waits.
    """

    def __init__(self, inputs: dict, draw, *, columns: int = 1, extra=(), beside: bool = False):
        self.inputs, self.area, self.setting = inputs, ipywidgets.HTML(), False
        self._draw = live(draw)
        for widget in inputs.values():
            widget.observe(self.refresh, names="value")
        cells = list(inputs.values())
        per_column = -(-len(cells) // columns)
        piles = [ipywidgets.VBox(cells[i : i + per_column]) for i in range(0, len(cells), per_column)]
        if beside:
            moves = ipywidgets.VBox([*extra, ipywidgets.HBox(piles)])
            super().__init__([ipywidgets.HBox([moves, self.area])])
        else:
            super().__init__([*extra, ipywidgets.HBox(piles), self.area])
        self.refresh()

    def refresh(self, _change=None):
        """Draw the picture for what is set now."""
        if not self.setting:
            self.area.value = self._draw(**{name: widget.value for name, widget in self.inputs.items()})

    def set(self, **values):
        """Set several inputs and draw once."""
        self.setting = True
        try:
            for name, value in values.items():
                self.inputs[name].value = value
        finally:
            self.setting = False
        self.refresh()

    def _ipython_display_(self, **_options):
        names = ", ".join(w.description for w in self.inputs.values())
        still = f"{self.area.value}<p>To move in a running notebook: {html.escape(names)}.</p>"
        show_headless(self, f"Control: {names}", still)


def show_headless(widget: ipywidgets.Widget, text: str, still: str):
    """Display a widget; a viewer without widgets takes the HTML ``still`` instead, and one without HTML the text."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    bundle = {"text/plain": text, "text/html": still, "application/vnd.jupyter.widget-view+json": view}
    display(bundle, raw=True)


def slider(
    description: str,
    value: float,
    low: float,
    high: float,
    step: float,
    *,
    follow: bool = False,
    wide: str = "27em",
) -> ipywidgets.Widget:
    """Return a slider with room for its description.

    Parameters
    ----------
    description : str
    value, low, high, step : float
        If ``step`` is an int, the slider is one of whole numbers.
    follow : bool
        Redraw while the slider moves, not only when it is let go: for pictures that take less than a tenth of a second.
    wide : str
        Width with description and number, in CSS units.
    """
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=description,
        continuous_update=follow,
        style={"description_width": "13em"},
        layout={"width": wide},
    )


def layers(size: int) -> list[tuple[str, str]]:
    """Return what a menu of layers offers for an input of ``size`` pixels: each stride, with the cells of its maps."""
    return [(f"stride {s}: {-(-size // s)} × {-(-size // s)} cells", f"stride {s}") for s in (32, 16, 8, 4)]


def menu(description: str, options, value=None, *, wide: str = "27em") -> ipywidgets.Dropdown:
    """Return a drop-down menu with room for its description."""
    options = list(options)
    first = options[0][1] if isinstance(options[0], tuple) else options[0]
    return ipywidgets.Dropdown(
        options=options,
        value=first if value is None else value,
        description=description,
        style={"description_width": "13em"},
        layout={"width": wide},
    )
