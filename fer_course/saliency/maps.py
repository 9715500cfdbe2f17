"""Heat maps: which parts of an image a prediction leaned on, with the library grad-cam."""

import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pytorch_grad_cam
import torch
from torch import nn

from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import prepare
from fer_course.model.network import check_network, evaluation_mode, size_for, unwrapped

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
        speaks for the class, or the same in every cell.
    predicted : ndarray of int64, shape (B,)
        The label that the model gives each image.
    explained : ndarray of int64, shape (B,)
        The label that each map speaks for.
    logits : ndarray of float32, shape (B, 7)
    layer : str
        Name of the layer, and the size of its maps.
    note : str
        Why some maps are 0 everywhere; empty where none is.
    """

    maps: np.ndarray
    predicted: np.ndarray
    explained: np.ndarray
    logits: np.ndarray
    layer: str
    note: str = ""


def find_layer(model: nn.Module, size: int, layer=None) -> tuple[str, nn.Module]:
    """Find the layer whose maps are to be shown.

    Parameters
    ----------
    model : nn.Module
        From timm.
    size : int
        Height and width of the input, in pixels.
    layer : str or nn.Module, optional
        ``"stride 32"`` (the last convolution), ``"stride 16"``, ``"stride 8"`` or ``"stride 4"`` (the last block of
        each), the name of a module such as ``"blocks.4"``, or a module. If not given: the deepest of the first three
        whose maps have at least 8 by 8 cells, or stride 8. Deeper layers know more about the expression; below 8 by
        8, a cell is larger than a mouth.

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
        known = f"{', '.join(by_stride)} or the" if by_stride else "the"
        names = [name for name, _ in model.named_children()]
        raise ValueError(
            f"Expected {known} name of a layer of the model, such as {' or '.join(names[-2:]) or 'none'}, found "
            f"{layer!r}; pass layer=."
        )
    return name, modules[name]


@contextmanager
def _gradients(model: nn.Module):
    """Let gradients flow through a frozen model, and give back its mode, gradients and frozen layers."""
    flags = [(p, p.requires_grad, p.grad) for p in model.parameters()]
    for parameter, _, _ in flags:
        parameter.requires_grad_(False)
    device = next(model.parameters()).device.type
    try:
        with (
            evaluation_mode(model),
            torch.inference_mode(False),
            torch.enable_grad(),
            torch.autocast(device, enabled=False),
        ):
            yield
    finally:
        for parameter, flag, gradient in flags:
            parameter.requires_grad_(flag)
            parameter.grad = gradient


def explain(
    model: nn.Module,
    images,
    *,
    size: int | None = None,
    target=None,
    method: str = "gradcam",
    layer=None,
    batch_size: int = 16,
) -> Explanation:
    """Draw for each image where the evidence for a label lies.

    Parameters
    ----------
    model : nn.Module
        Frozen or not, on a CPU or a GPU, in any precision; afterwards it is as it was before. Autocast is off
        while it is explained.
    images : Faces, or ndarray or tensor of uint8, shape (B, 48, 48), or tensor of float, shape (B, 1, H, W)
        Stored images, or a tensor as ``prepare`` gives it.
    size : int, optional
        Height and width to prepare stored images at, in pixels; the size that the model was trained at, if not given.
        A prepared tensor has its own size.
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
        If the method, the layer or the target is unknown, if there is no size, or another one than a prepared tensor
        has.

    Warns
    -----
    UserWarning
        If a gradient is 0 everywhere: the score does not change with the layer, and the map is flat. If the size is not
        the one that the model was trained at.

    Notes
    -----
    Selvaraju et al., *Grad-CAM*, ICCV 2017; Draelos and Carin, *HiResCAM*, 2020; Jiang et al., *LayerCAM*, 2021;
    Chattopadhay et al., *Grad-CAM++*, 2018; Muhammad and Yeasin, *Eigen-CAM*, 2020. The library's Grad-CAM++ adds a
    constant to the denominator of the paper's equation 19: where gradients are small, as here, its maps differ from
    it by up to half of their range.
    """
    check_network(model)
    model = unwrapped(model)
    if method not in METHODS:
        raise ValueError(f"Expected a method from {', '.join(METHODS)}, found {method!r}.")
    images = _prepared(model, images, size)
    if not len(images):
        raise ValueError("Expected at least one image, found none.")
    targets = _targets(target, len(images))
    name, module = find_layer(model, images.shape[-1], layer)
    cam_class, kept = METHODS[method], {}

    def keep(_, __, output):
        if not isinstance(output, torch.Tensor) or output.dim() != 4:
            found = tuple(output.shape) if isinstance(output, torch.Tensor) else type(output).__name__
            raise ValueError(f"Expected a layer that gives maps, found {name} with {found} numbers.")
        # The gradient starts here: nothing in front of the layer has to remember what it did.
        kept["features"] = output.detach().requires_grad_().clone()
        return kept["features"]

    maps, logits, explained, silent, as_maps = [], [], [], [], _as_maps(model)
    weights = next(model.parameters())
    hook = module.register_forward_hook(keep)
    try:
        with _gradients(model), cam_class(model, [module], reshape_transform=as_maps) as cam:
            for start in range(0, len(images), batch_size):
                batch = images[start : start + batch_size].detach().to(weights, copy=True)
                wanted = [None] * len(batch) if targets is None else targets[start : start + batch_size]
                scores = [_Score(label, kept) for label in wanted]
                maps.append(cam(batch, scores))
                logits.append(cam.outputs.detach().float().cpu().numpy())
                explained += [
                    top if w is None else w for w, top in zip(wanted, logits[-1].argmax(1), strict=True)
                ]
                for gradient in cam.activations_and_grads.gradients:
                    silent += (gradient.abs().amax((1, 2, 3)) == 0).tolist()
    finally:
        hook.remove()
    logits = np.concatenate(logits)
    if np.isnan(logits).any():
        raise ValueError(
            f"Expected logits, found no number (NaN) for {np.isnan(logits).any(1).sum()} of {len(logits)} images: the "
            "network cannot be explained; load weights from before its training diverged."
        )
    maps = np.clip(np.nan_to_num(np.concatenate(maps)), 0, 1).astype(np.float32)
    note = _why_flat(maps.max((1, 2)) == 0, np.array(silent or [False] * len(maps)), name)
    if any(silent):
        warnings.warn(note, stacklevel=2)
    height, width = as_maps(kept["features"]).shape[2:]
    return Explanation(
        maps=maps,
        predicted=logits.argmax(1).astype(np.int64),
        explained=np.array(explained, dtype=np.int64),
        logits=logits,
        layer=f"{name}, {height} × {width}",
        note=note,
    )


def _prepared(model: nn.Module, images, size: int | None) -> torch.Tensor:
    """Return images as the network takes them; those that are stored are prepared."""
    if not isinstance(images, torch.Tensor) or images.dtype == torch.uint8:
        return prepare(images, size_for(model, size))
    if not images.is_floating_point() or images.dim() != 4:
        raise ValueError(
            f"Expected stored images as uint8, or a tensor from prepare, found {images.dtype} of shape "
            f"{tuple(images.shape)}; pass faces, or prepare(faces, size)."
        )
    if size not in (None, images.shape[-1]):
        raise ValueError(
            f"Expected a size that fits the prepared images, {images.shape[-1]} px, found {size}; leave it out, or "
            "pass the faces themselves."
        )
    return images


def _as_maps(model: nn.Module):
    """Return what turns a layer's output into maps for the library: a copy, float32, channels first.

    A copy, because a later layer may work in place (the ReLU of ResNet and VGG) and overwrite what was noted. Swin
    and its kin have their channels last.
    """
    channels_last = "NHWC" in str(getattr(model, "output_fmt", ""))

    def as_maps(output: torch.Tensor) -> torch.Tensor:
        # Half-precision maps are handed on as float32: numpy knows no bfloat16.
        maps = output.detach().float().clone()
        return maps.permute(0, 3, 1, 2) if channels_last else maps

    return as_maps


class _Score:
    """What is explained: a label's logit, or the highest one."""

    def __init__(self, label: int | None, kept: dict):
        self.label, self.kept = label, kept

    def __call__(self, logits: torch.Tensor) -> torch.Tensor:
        if "features" not in self.kept:
            raise ValueError("Expected a layer that the model runs through, found one that it leaves out.")
        if self.label is not None and self.label >= len(logits):
            raise ValueError(f"Expected a label of the model's {len(logits)}, found {self.label}.")
        score = logits[logits.argmax() if self.label is None else self.label].float()
        # Where the score does not depend on the layer, this gives a gradient of 0 and not a foreign error.
        return score + 0 * self.kept["features"].flatten()[0]


def _why_flat(flat: np.ndarray, silent: np.ndarray, name: str) -> str:
    if not flat.any():
        return ""
    text = f"{flat.sum()} of {len(flat)} maps are 0 everywhere."
    if silent.any():
        text += (
            f" In {silent.sum()} the score does not change with {name} at all, its gradient is 0: the score is "
            "constant, the head's weights are 0, or the layer does not lead to the score."
        )
    if (flat & ~silent).any():
        text += f" In {(flat & ~silent).sum()} no cell of {name} speaks for the label more than another."
    return text


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
