"""Heat maps: which parts of an image a prediction leaned on, with the library grad-cam."""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pytorch_grad_cam
import torch
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import nn

from .batches import prepare
from .faces import Faces
from .labels import EXPRESSIONS
from .puppets import AU_PARTS, PROTOTYPES

METHODS = {
    "gradcam": pytorch_grad_cam.GradCAM,
    "hirescam": pytorch_grad_cam.HiResCAM,
    "layercam": pytorch_grad_cam.LayerCAM,
    "gradcam++": pytorch_grad_cam.GradCAMPlusPlus,
    "eigencam": pytorch_grad_cam.EigenCAM,
}
"""Methods by name. Eigen-CAM does not use the class: its map is the same whatever is explained."""

STRIDES = (32, 16, 8)


@dataclass(frozen=True, eq=False)
class Explanation:
    """Heat maps and what they are about.

    Attributes
    ----------
    maps : ndarray of float32, shape (B, H, W)
        From 0 to 1, at the size of the network's input. The library stretches each map from its own lowest to its
        own highest value, so no two maps can be compared in strength. A map that is 0 everywhere found nothing that
        speaks for the class, or the same in every place.
    predicted : ndarray of int64, shape (B,)
        The label that the model gives each image.
    explained : ndarray of int64, shape (B,)
        The label that each map speaks for.
    layer : str
        Name of the layer, and the size of its maps.
    """

    maps: np.ndarray
    predicted: np.ndarray
    explained: np.ndarray
    layer: str


def find_layer(model: nn.Module, size: int, layer=None) -> tuple[str, nn.Module]:
    """Find the layer whose maps are to be shown.

    Parameters
    ----------
    model : nn.Module
        From timm.
    size : int
        Height and width of the input, in pixels.
    layer : str or nn.Module, optional
        ``"stride 32"`` (the last convolution), ``"stride 16"``, ``"stride 8"``, the name of a module such as
        ``"blocks.4"``, or a module. If not given: the deepest of the three whose maps have at least 8 by 8 places, or
        stride 8. Deeper layers know more about the expression; below 8 by 8, a place is larger than a mouth.

    Returns
    -------
    name : str
    module : nn.Module

    Raises
    ------
    ValueError
        If there is no such layer.
    """
    modules = dict(model.named_modules())
    if isinstance(layer, nn.Module):
        names = [name for name, module in modules.items() if module is layer]
        if not names:
            raise ValueError("Expected a layer of this model, found a module of another one.")
        return names[0], layer
    if layer is None:
        layer = f"stride {next((s for s in STRIDES if size / s >= 8), STRIDES[-1])}"
    by_stride = {f"stride {info['reduction']}": info["module"] for info in getattr(model, "feature_info", [])}
    if "bn2" in modules and "conv_head" in modules:
        by_stride["stride 32"] = "bn2"  # EfficientNet's last convolution, with its norm and activation
    name = by_stride.get(layer, layer)
    if not name or name not in modules:
        known = ", ".join(by_stride)
        raise ValueError(f"Expected {known} or the name of a layer of the model, found {layer!r}.")
    return name, modules[name]


@contextmanager
def _left_as_it_was(model: nn.Module):
    """Freeze a model for the time of an explanation, and give back its mode, gradients and frozen layers."""
    modes = {module: module.training for module in model.modules()}
    flags = [(p, p.requires_grad, p.grad) for p in model.parameters()]
    model.eval()
    for parameter, _, _ in flags:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter, flag, gradient in flags:
            parameter.requires_grad_(flag)
            parameter.grad = gradient
        for module, training in modes.items():
            module.training = training


def explain(
    model: nn.Module,
    images,
    *,
    size: int | None = None,
    target=None,
    method: str = "gradcam",
    layer=None,
    batch_size: int = 32,
) -> Explanation:
    """Draw for each image where the evidence for a label lies.

    Parameters
    ----------
    model : nn.Module
        Frozen or not; afterwards it is as it was before.
    images : tensor of float32, shape (B, 1, H, W), or Faces, or ndarray of uint8, shape (B, 48, 48)
        A tensor as ``prepare`` gives it, or stored images with a ``size``.
    size : int, optional
        Height and width to prepare stored images at, in pixels.
    target : int, label name, array of int, optional
        What to explain; each image's own prediction if not given.
    method : str
        One of ``METHODS``.
    layer : str or nn.Module, optional
        See ``find_layer``.
    batch_size : int

    Returns
    -------
    Explanation

    Raises
    ------
    ValueError
        If the method, the layer or the target is unknown, or stored images come without a size.

    Notes
    -----
    Selvaraju et al., *Grad-CAM*, ICCV 2017; Draelos and Carin, *HiResCAM*, 2020; Jiang et al., *LayerCAM*, 2021;
    Chattopadhay et al., *Grad-CAM++*, 2018; Muhammad and Yeasin, *Eigen-CAM*, 2020.
    """
    if method not in METHODS:
        raise ValueError(f"Expected a method from {', '.join(METHODS)}, found {method!r}.")
    device = next(model.parameters()).device
    if not isinstance(images, torch.Tensor):
        if size is None:
            raise ValueError(
                "Expected the size that the model was trained at, found none; pass size=64, say."
            )
        images = prepare(images.images if isinstance(images, Faces) else images, size)
    if not len(images):
        raise ValueError("Expected at least one image, found none.")
    targets = _targets(target, len(images))
    name, module = find_layer(model, images.shape[-1], layer)
    shapes, maps, predicted, explained = [], [], [], []

    def note_shape(_, __, output):
        if output.dim() != 4:
            raise ValueError(
                f"Expected a layer that gives maps, found {name} with {tuple(output.shape)} numbers."
            )
        shapes.append(tuple(output.shape[-2:]))

    hook = module.register_forward_hook(note_shape)
    try:
        with _left_as_it_was(model), torch.enable_grad(), METHODS[method](model, [module]) as cam:
            for start in range(0, len(images), batch_size):
                # With every weight frozen, the gradient can only flow because the input asks for one.
                batch = images[start : start + batch_size].to(device).detach().clone().requires_grad_()
                wanted = None if targets is None else targets[start : start + batch_size]
                # Without targets the library explains each image's highest logit.
                maps.append(cam(batch, wanted and [ClassifierOutputTarget(label) for label in wanted]))
                predicted.append(cam.outputs.detach().argmax(1).cpu().numpy())
                explained.append(predicted[-1] if wanted is None else wanted)
    finally:
        hook.remove()
    return Explanation(
        maps=np.clip(np.nan_to_num(np.concatenate(maps)), 0, 1).astype(np.float32),
        predicted=np.concatenate(predicted).astype(np.int64),
        explained=np.concatenate(explained).astype(np.int64),
        layer=f"{name}, {shapes[0][0]} × {shapes[0][1]}",
    )


def _targets(target, n: int) -> list[int] | None:
    if target is None:
        return None
    if isinstance(target, str):
        if target not in EXPRESSIONS:
            raise ValueError(f"Expected one of {', '.join(EXPRESSIONS)}, found {target!r}.")
        target = EXPRESSIONS.index(target)
    found = np.asarray(target)
    targets = np.full(n, found) if found.ndim == 0 else found
    whole = np.issubdtype(targets.dtype, np.integer)
    if not whole or targets.shape != (n,) or targets.min() < 0 or targets.max() >= len(EXPRESSIONS):
        raise ValueError(f"Expected a label from 0 to 6 for each of {n} images, found {target!r}.")
    return targets.tolist()


def moved_parts(faces: Faces, labels) -> np.ndarray:
    """Return where a puppet's face moves for an expression: the parts of the expression's action units.

    Parameters
    ----------
    faces : Faces
        Puppets.
    labels : array of int, shape (N,)
        The expression to look for in each face. Nothing moves for neutral.

    Returns
    -------
    ndarray of bool, shape (N, 48, 48)
        From ``puppets.PROTOTYPES`` and ``puppets.AU_PARTS``: for happy (6 + 12), the eyes and the mouth.
    """
    masks = np.zeros(faces.images.shape, bool)
    for label, expression in enumerate(EXPRESSIONS):
        chosen = np.asarray(labels) == label
        for part in sorted({part for unit in PROTOTYPES[expression] for part in AU_PARTS[unit]}):
            masks[chosen] |= faces[chosen].part(part)
    return masks


def energy_inside(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return which share of each map lies inside a mask.

    Parameters
    ----------
    maps : ndarray of float, shape (B, H, W)
    masks : ndarray of bool, shape (B, h, w)
        Of any size; each map's places are looked up in it.

    Returns
    -------
    ndarray of float, shape (B,)
        From 0 to 1; not a number for a map that is 0 everywhere.

    Raises
    ------
    ValueError
        If there is not one mask a map.

    Notes
    -----
    Wang et al., *Score-CAM*, 2020, section 4.3 ("energy-based pointing game").
    """
    if len(maps) != len(masks):
        raise ValueError(f"Expected a mask for each of {len(maps)} maps, found {len(masks)}.")
    rows = np.arange(maps.shape[1]) * masks.shape[1] // maps.shape[1]
    columns = np.arange(maps.shape[2]) * masks.shape[2] // maps.shape[2]
    inside = (maps * masks[:, rows][:, :, columns]).sum((1, 2))
    total = maps.sum((1, 2))
    return np.divide(inside, total, out=np.full(len(maps), np.nan), where=total > 0)


def mean_interval(values, draws: int = 1000, seed: int = 0) -> tuple[float, float, float]:
    """Return a mean and its 95 % interval.

    Parameters
    ----------
    values : array of float, shape (N,)
        One for each face; those that are not a number are left out.
    draws : int
        Number of data sets of the same size, drawn with replacement.
    seed : int

    Returns
    -------
    mean, low, high : float
        Not a number where nothing is left.

    Notes
    -----
    Percentile bootstrap (Efron and Tibshirani 1993).
    """
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return np.nan, np.nan, np.nan
    drawn = np.random.default_rng(seed).integers(len(values), size=(draws, len(values)))
    low, high = np.percentile(values[drawn].mean(1), [2.5, 97.5])
    return float(values.mean()), float(low), float(high)
