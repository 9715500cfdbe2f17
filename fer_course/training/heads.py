"""Heads on frozen features: the backbone looks at every face once, and a head then trains in about a second."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

from fer_course.evaluation.metrics import wilson_interval
from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS, check_labels
from fer_course.model.network import WEIGHTS, evaluation_mode, pooled_features
from fer_course.training.balance import class_weights, effective_number_weights
from fer_course.training.batches import prepare

PHOTOGRAPHS = WEIGHTS / "fer2013_tau.csv"
"""What ``along_tau`` gives for the reference model on FER-2013's validation photographs, in per cent: measured by
``tools/imbalance.py``, so that those without photographs see it too."""


def frozen_features(model: nn.Module, faces, size: int, *, batch_size: int = 64, device=None) -> np.ndarray:
    """Return what the model's last layer sees of each face.

    Parameters
    ----------
    model : nn.Module
        Put into evaluation mode, so without dropout; after that each layer is in the mode it had.
    faces : Faces or ndarray of uint8, shape (N, 48, 48)
    size : int
        Height and width to resize to, in pixels.
    batch_size : int
    device : str or torch.device, optional
        Where the model is, if not given.

    Returns
    -------
    ndarray of float32, shape (N, D)
        D is 1,408 for EfficientNet-B2.
    """
    images = faces.images if isinstance(faces, Faces) else np.asarray(faces)
    device = device or next(model.parameters()).device
    with evaluation_mode(model), torch.inference_mode():
        parts = [
            pooled_features(model, prepare(images[start : start + batch_size], size, device)).float()
            for start in range(0, len(images), batch_size)
        ]
    return torch.cat(parts).cpu().numpy() if parts else np.zeros((0, model.num_features), np.float32)


def standardise_features(train: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    """Shift and scale each feature to mean 0 and standard deviation 1 over the training faces.

    Parameters
    ----------
    train, *others : ndarray of float, shape (N, D)
        The others are shifted and scaled by the training faces' numbers: examined faces must not set the scale.

    Returns
    -------
    tuple of ndarray of float32
        As many as were given. A feature that never varies comes out as 0.
    """
    mean, deviation = train.mean(0), train.std(0)
    scale = np.divide(1, deviation, out=np.zeros_like(deviation), where=deviation > 1e-6)
    return tuple(((features - mean) * scale).astype(np.float32) for features in (train, *others))


def train_head(
    features: np.ndarray,
    labels: np.ndarray,
    loss: Callable = F.cross_entropy,
    *,
    decay: float = 0.1,
    steps: int = 200,
) -> nn.Linear:
    """Train a linear head on all faces at once, until the loss no longer falls.

    Parameters
    ----------
    features : ndarray of float32, shape (N, D)
        Standardised.
    labels : ndarray of int64, shape (N,)
    loss : callable
        From logits (N, 7) and labels (N,), both tensors, to a number.
    decay : float
        Half of this times the squared weights is added to the loss. Without it, features that separate the training
        classes let every loss end at the same head (Byrd and Lipton, *What is the effect of importance weighting in
        deep learning?*, ICML 2019).
    steps : int
        At most so many steps of L-BFGS (Liu and Nocedal 1989), which has no learning rate to tune. It stops by itself
        after some 40 on 1,408 features.

    Returns
    -------
    nn.Linear
        ``head(torch.from_numpy(features))`` are the logits. It starts at zero, so nothing about it is random.

    Raises
    ------
    ValueError
        If there are not as many labels as features.

    Notes
    -----
    The features of a network go together, which makes the loss a long narrow valley: L-BFGS would need hundreds of
    steps. So the head is trained on features that are turned and scaled until they are about equally wide in all
    directions (preconditioning; Nocedal and Wright, *Numerical Optimization*, 2006, section 5.1) and turned back at
    the end. The penalty is on the head's own weights all the time, so the result is the same head.
    """
    if len(features) != len(labels) or not len(labels):
        raise ValueError(
            f"Expected one label for each row of features, found {len(labels):,} labels and {len(features):,} rows."
        )
    check_labels(labels)
    inputs, targets = (
        torch.from_numpy(np.asarray(features, np.float32)),
        torch.from_numpy(np.asarray(labels, np.int64)),
    )
    width = inputs.shape[1]
    # 0.3 is about how much the curvature of the loss is of the features' own; any number gives the same head.
    curvature = inputs.T @ inputs * (0.3 / len(inputs)) + max(decay, 1e-3) * torch.eye(width)
    back = torch.linalg.solve_triangular(torch.linalg.cholesky(curvature), torch.eye(width), upper=False)
    turned = inputs @ back.T
    weight = torch.zeros(len(EXPRESSIONS), width, requires_grad=True)
    bias = torch.zeros(len(EXPRESSIONS), requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [weight, bias], max_iter=steps, history_size=20, tolerance_grad=1e-6, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        value = loss(F.linear(turned, weight, bias), targets) + decay / 2 * (weight @ back).square().sum()
        value.backward()
        return value

    optimizer.step(closure)
    head = nn.Linear(width, len(EXPRESSIONS))
    with torch.no_grad():
        head.weight.copy_(weight @ back)
        head.bias.copy_(bias)
    return head.requires_grad_(False)


def focal_loss(logits: torch.Tensor, labels: torch.Tensor, gamma: float = 2.0) -> torch.Tensor:
    """Return the mean cross-entropy, each face times ``(1 - p) ** gamma``, with p the probability of its label.

    Parameters
    ----------
    logits : tensor of float, shape (N, C)
    labels : tensor of int64, shape (N,)
    gamma : float
        0 is plain cross-entropy; the larger, the less a face counts that the model already has right.

    Notes
    -----
    Lin et al., *Focal Loss for Dense Object Detection*, ICCV 2017, equation 4, without its class weight alpha.
    """
    entropy = F.cross_entropy(logits, labels, reduction="none")  # (N,), which is -log p
    return ((1 - torch.exp(-entropy)).clamp(min=0) ** gamma * entropy).mean()


def logit_adjusted_loss(
    logits: torch.Tensor, labels: torch.Tensor, counts: np.ndarray, tau: float = 1.0
) -> torch.Tensor:
    """Return the cross-entropy of logits to which ``tau * log(share of the class)`` is added.

    Parameters
    ----------
    logits : tensor of float, shape (N, C)
    labels : tensor of int64, shape (N,)
    counts : array of int, shape (C,)
        Training images per class.
    tau : float
        0 is plain cross-entropy.

    Notes
    -----
    Menon et al., *Long-tail learning via logit adjustment*, ICLR 2021, equation 10. The shares are added in training
    only: the model need not learn them, and predicts as if every class were as common.
    """
    return F.cross_entropy(logits + tau * torch.from_numpy(_log_shares(counts)), labels)


def adjust_logits(logits: np.ndarray, counts: np.ndarray, tau: float = 1.0) -> np.ndarray:
    """Return a finished model's logits less ``tau * log(share of the class)``.

    Parameters
    ----------
    logits : ndarray of float, shape (N, C)
    counts : array of int, shape (C,)
        Training images per class.
    tau : float
        0 changes nothing; at 1 a calibrated model predicts as if every class were as common.

    Notes
    -----
    Menon et al. 2021, equation 9: nothing is trained again.
    """
    return logits - tau * _log_shares(counts)


def _log_shares(counts) -> np.ndarray:
    """A class without images counts as one image: it would be at minus infinity."""
    counts = np.maximum(np.asarray(counts, np.float64), 1)
    return np.log(counts / counts.sum()).astype(np.float32)


def oversample(labels: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return positions that show every class as often as the largest, its faces repeated as evenly as can be.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
    seed : int

    Returns
    -------
    ndarray of int64
        Every face at least once; the remainder of a class is drawn at random.
    """
    # RandomState's stream is frozen for good (NEP 19); a Generator's may change with numpy's version.
    random = np.random.RandomState(seed)
    most = np.bincount(labels).max()
    chosen = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        times, rest = divmod(most, len(members))
        chosen += [np.repeat(members, times), random.choice(members, rest, replace=False)]
    return np.concatenate(chosen).astype(np.int64)


REMEDIES = (
    "no weights",
    "capped weights",
    "balanced weights",
    "logit adjustment",
    "oversampling",
    "effective number",
    "adjusted in training",
    "focal loss",
)
"""What ``apply_remedies`` can do about imbalance: nothing, and seven answers. The first four are the main ones."""


def apply_remedies(
    features: np.ndarray,
    labels: np.ndarray,
    exam: np.ndarray,
    *,
    cap: float = 3.0,
    names=REMEDIES,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """Train a head with each remedy against imbalance and return its logits for other faces.

    Parameters
    ----------
    features : ndarray of float32, shape (N, D)
        Standardised, as ``exam``.
    labels : ndarray of int64, shape (N,)
    exam : ndarray of float32, shape (M, D)
        Features of the faces to judge.
    cap : float
        Of the capped weights.
    names : sequence of str
        From ``REMEDIES``.
    seed : int
        Of the oversampling.

    Returns
    -------
    dict of str to ndarray of float32, shape (M, 7)

    Raises
    ------
    ValueError
        If a name is not one of ``REMEDIES``.
    """
    unknown = [name for name in names if name not in REMEDIES]
    if unknown:
        raise ValueError(f"Expected names from {', '.join(REMEDIES)}, found {', '.join(unknown)}.")
    counts = np.bincount(labels, minlength=len(EXPRESSIONS))

    def weighted(weights):
        return partial(F.cross_entropy, weight=torch.from_numpy(weights))

    losses = {
        "no weights": F.cross_entropy,
        "capped weights": weighted(class_weights(counts, cap)),
        "balanced weights": weighted(class_weights(counts)),
        "effective number": weighted(effective_number_weights(counts)),
        "adjusted in training": partial(logit_adjusted_loss, counts=counts),
        "focal loss": focal_loss,
    }
    inputs, logits = torch.from_numpy(exam), {}
    for name in names:
        if name == "logit adjustment":
            plain = logits.get("no weights")
            if plain is None:
                plain = train_head(features, labels)(inputs).numpy()
            logits[name] = adjust_logits(plain, counts)
        elif name == "oversampling":
            shown = oversample(labels, seed)
            logits[name] = train_head(features[shown], labels[shown])(inputs).numpy()
        else:
            logits[name] = train_head(features, labels, losses[name])(inputs).numpy()
    return logits


def compare_heads(
    predictions: dict[str, np.ndarray],
    labels: np.ndarray,
    counts: np.ndarray | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare several predictions of the same faces, with intervals of each and of its gain on the first.

    Parameters
    ----------
    predictions : dict of str to ndarray of int64, shape (N,)
        The first is what the others are compared with.
    labels : ndarray of int64, shape (N,)
    counts : array of int, shape (7,), optional
        The mix of classes that accuracy and F1 are for: examined faces of a class count as much together as its
        share; precision too. Recall does not depend on the mix. None leaves the mix as it is.
    draws : int
        Exam sets that are drawn.
    seed : int

    Returns
    -------
    DataFrame
        Index (measure, method). Measures: ``accuracy``, ``macro recall``, ``macro-F1``, the labels, which stand for
        their recall, and ``precision of angry`` and so on: NaN where a method never gives that label. Columns: value,
        low, high (95 %), gain (on the first), gain_low, gain_high.

    Raises
    ------
    ValueError
        If the predictions are not as many as the labels, or one is not from 0 to 6.

    Notes
    -----
    Percentile bootstrap (Efron and Tibshirani 1993), faces drawn with replacement within each class, and the same
    draws for all methods: a face that is hard for all of them says nothing about their difference. The intervals
    answer what other faces in the *exam* would change, not what other training faces would. The interval of a recall
    is Wilson's: a bootstrap of 0 right answers in 55 would be of width zero.
    """
    labels = np.asarray(labels)
    for name, predicted in predictions.items():
        if np.shape(predicted) != labels.shape or not len(labels):
            raise ValueError(
                f"Expected one prediction for each of {len(labels):,} labels, found {np.shape(predicted)} in {name!r}."
            )
        check_labels(labels, predicted)
    k = len(EXPRESSIONS)
    support = np.bincount(labels, minlength=k)
    mix = support if counts is None else np.where(support > 0, counts, 0)
    mix = mix / mix.sum()
    drawn = _draw_within_classes(labels, draws, seed)
    measured = {}
    for name, predicted in predictions.items():
        cells = F.one_hot(torch.from_numpy(labels * k + np.asarray(predicted)), k * k).float()
        confusion = (
            (drawn @ cells).numpy().astype(np.float64).reshape(-1, k, k)
        )  # row 0: the faces as they are
        measured[name] = _measures(confusion, mix, support > 0)
    first = next(iter(measured.values()))
    rows = {}
    for measure in first:
        for name, values in measured.items():
            gain = values[measure] - first[measure]
            if measure in EXPRESSIONS:
                faces = support[EXPRESSIONS.index(measure)]
                interval = wilson_interval(round(values[measure][0] * faces), faces)
            else:
                interval = _percentiles(values[measure][1:])
            rows[measure, name] = [values[measure][0], *interval, gain[0], *_percentiles(gain[1:])]
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["value", "low", "high", "gain", "gain_low", "gain_high"]
    )
    table.index = pd.MultiIndex.from_tuples(table.index, names=["measure", "method"])
    return table


def _percentiles(values) -> np.ndarray:
    """The middle 95 % of the values that there are."""
    values = values[~np.isnan(values)]
    return np.percentile(values, [2.5, 97.5]) if len(values) else np.full(2, np.nan)


def along_tau(
    logits: np.ndarray, labels: np.ndarray, counts: np.ndarray, *, steps=None, draws: int = 1000
) -> pd.DataFrame:
    """Adjust logits step by step, and measure what is gained and what is paid.

    Parameters
    ----------
    logits : ndarray of float, shape (N, 7)
    labels : ndarray of int64, shape (N,)
    counts : array of int, shape (7,)
        Training images per label: what is adjusted for, and the mix that accuracy, F1 and precision are for.
    steps : sequence of float, optional
        Values of tau, the first of which the others are compared with; 0 to 2 in steps of 0.2 if not given.
    draws : int
        As for ``compare_heads``.

    Returns
    -------
    DataFrame
        A row for each tau. Columns: ``accuracy``, ``macro recall``, ``macro-F1``, ``recall of disgust``,
        ``precision of disgust``, ``gain``, ``gain_low``, ``gain_high`` (of macro recall on the first step), ``worst``
        (the lowest recall) and ``worst label``. Without faces of disgust in the exam, its two columns are missing.
    """
    steps = np.linspace(0, 2, 11).round(1) if steps is None else np.asarray(steps)
    adjusted = {f"{tau:g}": adjust_logits(logits, counts, tau).argmax(1) for tau in steps}
    table = compare_heads(adjusted, labels, counts, draws=draws)
    names = {name: name for name in ("accuracy", "macro recall", "macro-F1")}
    names |= {"recall of disgust": "disgust", "precision of disgust": "precision of disgust"}
    curve = pd.DataFrame(
        {
            column: table.loc[measure].value.to_numpy()
            for column, measure in names.items()
            if measure in table.index
        },
        index=pd.Index(steps, name="tau"),
    )
    for column in ("gain", "gain_low", "gain_high"):
        curve[column] = table.loc["macro recall"][column].to_numpy()
    present = [name for name in EXPRESSIONS if name in table.index]
    recalls = np.stack([table.loc[name].value.to_numpy() for name in present], 1)
    curve["worst"], curve["worst label"] = recalls.min(1), [present[i] for i in recalls.argmin(1)]
    return curve


def bargain(table: pd.DataFrame, method: str) -> str:
    """Return in words what a method gains in macro recall, what it pays in accuracy, and its false alarms of disgust.

    Parameters
    ----------
    table : DataFrame
        From ``compare_heads``.
    method : str
    """
    macro, accuracy = (100 * table.gain[measure, method] for measure in ("macro recall", "accuracy"))
    words = f"{method}: macro recall {macro:+.1f} points, accuracy {accuracy:+.1f}"
    precision = 100 * table.value.get(("precision of disgust", method), np.nan)
    alarms = (
        "it never says disgust"
        if np.isnan(precision)
        else f"of 100 faces called disgust, {precision:.0f} are"
    )
    return f"{words}; {alarms}"


def _draw_within_classes(labels, draws, seed) -> torch.Tensor:
    """How often each face is drawn, shape (1 + draws, N); in the first row each once."""
    rng = np.random.default_rng(seed)
    times = np.ones((1 + draws, len(labels)), np.float32)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        times[1:, members] = rng.multinomial(
            len(members), np.full(len(members), 1 / len(members)), size=draws
        )
    return torch.from_numpy(times)


def _measures(confusion, mix, present) -> dict[str, np.ndarray]:
    """Measures of many confusion matrices, shape (B, 7, 7) to a dict of (B,)."""
    rates = confusion / np.maximum(confusion.sum(-1, keepdims=True), 1)
    recall = np.diagonal(rates, axis1=1, axis2=2)  # (B, 7)
    predicted = np.einsum("r,brc->bc", mix, rates)  # share of each prediction under the mix
    f1 = 2 * mix * recall / np.maximum(mix + predicted, 1e-12)
    measures = {
        "accuracy": recall @ mix,
        "macro recall": recall[:, present].mean(1),
        "macro-F1": f1[:, present].mean(1),
    }
    measures |= {name: recall[:, i] for i, name in enumerate(EXPRESSIONS) if present[i]}
    precision = np.where(predicted > 0, mix * recall / np.maximum(predicted, 1e-12), np.nan)
    return measures | {
        f"precision of {name}": precision[:, i] for i, name in enumerate(EXPRESSIONS) if present[i]
    }
