"""A face that can be covered with the mouse: a grid of see-through buttons over its picture.

Made of plain buttons, so that it works with ipywidgets 7 (Colab) and 8 (JupyterLab), and with the keyboard.
"""

import io

import ipywidgets
import numpy as np
import traitlets
from PIL import Image

CELLS = 6
"""Squares a side."""

SIDE = 40
"""Height and width of a square, in pixels of the screen."""


class CoverGrid(ipywidgets.VBox):
    """A picture over which each click covers a square, or uncovers it again.

    Parameters
    ----------
    description : str

    Attributes
    ----------
    value : tuple of int
        The covered squares, numbered row by row from 0 at the top left; set it to cover squares from code.
    buttons : list of ipywidgets.Button
    """

    value = traitlets.Tuple()

    def __init__(self, description: str = "click to cover a part of the face"):
        self.description = description
        width = f"{CELLS * SIDE}px"
        self.picture = ipywidgets.Image(
            format="png", layout={"width": width, "height": width, "min_width": width, "margin": "0"}
        )
        self.buttons = [self._button(k) for k in range(CELLS**2)]
        grid = ipywidgets.GridBox(
            self.buttons,
            layout={
                "width": width,
                "height": width,
                "margin": f"-{CELLS * SIDE}px 0 0 0",  # over the picture, not below it
                "grid_template_columns": f"repeat({CELLS}, {SIDE}px)",
                "grid_gap": "0px",
                "overflow": "hidden",
            },
        )
        self.clear = ipywidgets.Button(description="uncover all", layout={"width": width})
        self.clear.on_click(lambda _: self.set_trait("value", ()))
        children = [ipywidgets.Label(description), self.picture, grid, self.clear]
        # It must not shrink: picture and buttons would no longer lie over each other.
        super().__init__(children, layout={"flex": "0 0 auto", "min_width": f"{CELLS * SIDE + 8}px"})

    def _button(self, cell: int) -> ipywidgets.Button:
        row, column = divmod(cell, CELLS)
        button = ipywidgets.Button(
            tooltip=f"cover or uncover row {row + 1}, column {column + 1}",
            style={"button_color": "transparent"},
            layout={
                "width": f"{SIDE}px",
                "height": f"{SIDE}px",
                "margin": "0",
                "padding": "0",
                "border": "1px dotted #999999",
            },
        )
        button.on_click(lambda _: self.toggle(cell))
        return button

    def toggle(self, cell: int):
        """Cover a square, or uncover it."""
        self.value = tuple(sorted(set(self.value) ^ {cell}))

    def show(self, image: np.ndarray):
        """Show a face, uint8 of shape (h, w), under the buttons."""
        buffer = io.BytesIO()
        Image.fromarray(image).resize((CELLS * SIDE,) * 2, Image.Resampling.NEAREST).save(buffer, "png")
        self.picture.value = buffer.getvalue()


def cover(image: np.ndarray, cells) -> np.ndarray:
    """Return a face with squares of the grid painted in its mean grey.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    cells : iterable of int
        As in ``CoverGrid.value``.

    Raises
    ------
    ValueError
        If there is no such square.
    """
    image, grey, step = image.copy(), int(image.mean().round()), image.shape[0] // CELLS
    for cell in cells:
        if not 0 <= cell < CELLS**2:
            raise ValueError(f"Expected squares from 0 to {CELLS**2 - 1}, found {cell}.")
        row, column = divmod(cell, CELLS)
        image[row * step : (row + 1) * step, column * step : (column + 1) * step] = grey
    return image
