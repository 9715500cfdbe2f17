"""The controls of notebook 15: ask in words, and see whose caption is taken for one's own."""

import html

import ipywidgets

from fer_course.lessons.lab_faces_and_words import clip, figures
from fer_course.lessons.lab_faces_and_words.captions import Pairs, bags_of_words
from fer_course.show.controls import Control, menu, slider


def search(towers, pairs: Pairs) -> Control:
    """Notebook 15: the faces that are nearest to what is written.

    Returns
    -------
    Control
        Input ``words``.
    """
    u, _ = clip.embed(towers, pairs)
    words = ipywidgets.Text(
        value="smiling, wearing glasses",
        description="in words",
        continuous_update=False,
        style={"description_width": "13em"},
        layout={"width": "40em"},
    )

    def draw(words):
        try:
            bags_of_words([words])
        except ValueError as error:  # a word that no caption uses is an answer, and no accident
            return f"<p role='alert'>{html.escape(str(error))}</p>"
        wanted = clip.prompt_vectors(towers, [[words]])[0]
        nearest = (u @ wanted).topk(8).indices.numpy()
        found = Pairs(pairs.faces[nearest], [pairs.captions[k] for k in nearest])
        return figures.captioned(found)

    return Control({"words": words}, draw)


def hard_pairs(pairs: Pairs, mined: dict, true) -> Control:
    """Notebook 15: a face and its hardest pairs, by how they were mined.

    Parameters
    ----------
    pairs : Pairs
    mined : dict of str to ndarray of int, shape (N, k)
    true : ndarray of bool, shape (N, N)

    Returns
    -------
    Control
        Inputs ``mining`` and ``face``.
    """
    inputs = {"mining": menu("mined", list(mined)), "face": slider("face", 0, 0, 50, 1)}
    return Control(inputs, lambda mining, face: figures.hardest(pairs, face, mined[mining], true))
