"""The control of notebook 11: from which training accuracy a run counts as one that fits."""

import pandas as pd

from fer_course.lessons.lab_few_faces import figures
from fer_course.show.controls import Control, slider


def threshold(runs: pd.DataFrame) -> Control:
    """Notebook 11: which run the smallest norm takes, by what counts as fitted.

    Parameters
    ----------
    runs : DataFrame
        From ``norm.try_all``.

    Returns
    -------
    Control
        Input ``fits``, in per cent.
    """

    def draw(fits):
        enough = runs[runs.train_accuracy >= fits / 100]
        chosen = enough.norm.idxmin() if len(enough) else None
        return figures.norms(runs, chosen, fits / 100)

    return Control({"fits": slider("fits from (% right)", 99, 10, 100, 1)}, draw)
