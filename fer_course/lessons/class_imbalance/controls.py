"""Controls of notebook 02: the strength of logit adjustment, and how rare the rare labels are."""

import numpy as np

from fer_course.evaluation.comparison import compare_heads
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.class_imbalance import figures
from fer_course.show.controls import Control, menu, slider
from fer_course.show.picture import named_counts
from fer_course.training.balance import imbalance_ratio, long_tail
from fer_course.training.heads import REMEDIES, adjust_logits, apply_remedies


def adjustment(logits, labels, counts) -> Control:
    """Notebook 02: a slider for the strength of logit adjustment, with recalls and false alarms following.

    Parameters
    ----------
    logits : ndarray of float, shape (N, 7)
        Of a trained model.
    labels : ndarray of int64, shape (N,)
    counts : array of int, shape (7,)
        Training images per label: what is adjusted for, and the mix that accuracy and precision are for.
    """

    def draw(tau):
        predicted = adjust_logits(logits, counts, tau).argmax(1)
        return figures.recall({f"tau = {tau:.1f}": predicted}, labels, counts, alarm="disgust")

    return Control({"tau": slider("tau (1: equal classes)", 0.0, 0.0, 2.0, 0.1, follow=True)}, draw)


def how_rare(features, labels, exam, exam_labels, *, cap: float = 3.0) -> Control:
    """Notebook 02: a menu of mixes, from the training faces' own to a steep long tail, with the main remedies compared.

    Parameters
    ----------
    features : ndarray of float32, shape (N, D)
        Of all training faces at hand, standardised, as ``exam``; the mixes are drawn from them.
    labels : ndarray of int64, shape (N,)
    exam : ndarray of float32, shape (M, D)
    exam_labels : ndarray of int64, shape (M,)
    cap : float
        Of the capped weights.

    Returns
    -------
    Control
        Its input is named ``ratio``: faces of the commonest label for each of the rarest, 0 for the mix as it is.
    """
    done = {}

    def draw(ratio):
        if ratio not in done:
            kept = long_tail(labels, ratio) if ratio else np.arange(len(labels))
            counts = np.bincount(labels[kept], minlength=len(EXPRESSIONS))
            logits = apply_remedies(features[kept], labels[kept], exam, cap=cap, names=REMEDIES[:4])
            table = compare_heads({k: v.argmax(1) for k, v in logits.items()}, exam_labels, counts)
            picture = figures.heads(table, ("accuracy", "macro recall", "disgust"))
            picture.description = (
                f"{len(kept):,} training faces: {named_counts(counts)}. {picture.description}"
            )
            done[ratio] = picture._repr_html_()
        return done[ratio]

    own = imbalance_ratio(np.bincount(labels))
    mixes = [(f"these faces' own mix, {own:.0f} : 1", 0)]
    mixes += [(f"long tail, {ratio} : 1", ratio) for ratio in (10, 20, 45, 100)]
    return Control({"ratio": menu("how rare?", mixes)}, draw)
