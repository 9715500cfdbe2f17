"""A game: name the expression of some faces, one at a time, and compare yourself with a model."""

import html

import ipywidgets
import numpy as np

from fer_course.faces import check_faces
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.start_here import figures
from fer_course.show.controls import live, show_headless
from fer_course.show.walls import show_faces


class NameFaces(ipywidgets.VBox):
    """One face at a time, seven buttons, and the score at the end. Works with ipywidgets 7 and 8.

    Parameters
    ----------
    faces : Faces
        Puppets are judged by their true label, photographs by the label of the data set.

    Attributes
    ----------
    answers : list of int
        What was named so far, as indices into ``EXPRESSIONS``.
    buttons : list of ipywidgets.Button
        One for each expression, in the order of ``EXPRESSIONS``.
    again : ipywidgets.Button
        Starts over.
    area : ipywidgets.HTML
        Where the face is, and at the end all of them with the score.
    """

    def __init__(self, faces):
        check_faces(faces)
        self.faces, self.answers, self.area = faces, [], ipywidgets.HTML()
        self.truth = faces.labels if faces.clean_labels is None else faces.clean_labels
        self.buttons = []
        for label, name in enumerate(EXPRESSIONS):
            button = ipywidgets.Button(description=name, layout={"width": "84px"})
            button.on_click(lambda _, label=label: self.name(label))
            self.buttons.append(button)
        self.again = ipywidgets.Button(description="start over", layout={"width": "100px"})
        self.again.on_click(lambda _: self.start())
        super().__init__([ipywidgets.HBox(self.buttons), self.area, self.again])
        self.start()

    def start(self):
        """Forget the answers and show the first face."""
        self.answers = []
        self.refresh()

    def name(self, label: int):
        """Answer for the face that is shown, and show the next one."""
        if len(self.answers) < len(self.faces):
            self.answers.append(label)
            self.refresh()

    def refresh(self):
        """Show the face to be named or, after the last, the score."""
        done = len(self.answers) == len(self.faces)
        for button in self.buttons:
            button.disabled = done
        self.area.value = live(self._score if done else self._face)()

    def _face(self):
        place = len(self.answers)
        picture = show_faces(
            self.faces[place], columns=1, titles=[f"face {place + 1} of {len(self.faces)}"], scale=2
        )
        picture.description = f"Face {place + 1} of {len(self.faces)}: which of the seven names fits it best?"
        return picture

    def _score(self):
        return figures.answers(self.faces.images, self.truth, {"you": np.array(self.answers)})

    def _ipython_display_(self, **_options):
        shown = show_faces(self.faces, columns=5, titles=[f"face {i + 1}" for i in range(len(self.faces))])
        shown.description = f"{len(self.faces)} faces to name: {', '.join(EXPRESSIONS)}."
        still = (
            live(lambda: shown)()
            + f"<p>To name in a running notebook: {html.escape(', '.join(EXPRESSIONS))}.</p>"
        )
        show_headless(self, f"Name {len(self.faces)} faces", still)
