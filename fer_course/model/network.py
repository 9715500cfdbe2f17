"""EfficientNet-B2 through timm: one input channel, seven outputs, and what to freeze."""

import warnings
from contextlib import contextmanager
from pathlib import Path

import timm
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from fer_course.labels import EXPRESSIONS
from fer_course.model.weights import (
    ALTERNATIVES,
    SHIPPED,
    check_shipped,
    load_weights,
    trained_size,
    unwrapped,
)


def build_model(
    weights: str | Path | None = "puppets",
    *,
    head: bool = True,
    backbone: str = "tf_efficientnet_b2",
    dropout: float = 0.5,
    drop_path: float = 0.0,
    seed: int = 0,
) -> nn.Module:
    """Build a network that takes one grayscale channel and gives seven logits.

    Parameters
    ----------
    weights : "puppets", "fer2013", "imagenet", path or None
        Two networks are shipped with the course. ``"puppets"`` has seen drawn faces only and has no head.
        ``"fer2013"`` is the reference model: it began as ``"puppets"``, and then learned FER-2013's photographs by
        the recipes of ``training/recipes.py``. ``"imagenet"``: timm downloads it.
        A path: a ``.safetensors`` file, saved by ``fit`` or by timm. ``None``: random numbers.
    head : bool
        Keep the weights' own head, if it has seven outputs. ``False`` starts with a head of zeros.
    backbone : str
        A model name of timm.
    dropout : float
        Before the last layer.
    drop_path : float
        Probability of skipping a residual block in training (stochastic depth); see ``Recipe``.
    seed : int
        Of the random numbers, if there are any.

    Returns
    -------
    nn.Module
        In evaluation mode, channels last. ``trained_size`` is the image size, in pixels, that its weights were
        trained at, if they say so. Its head starts at zero, so that the first loss is ln 7: timm would
        start it with logits of standard deviation 3.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If the weights are of another backbone, cannot be had, or are not as they were shipped; if the backbone cannot
        take ``drop_path``.
    """
    options = {"in_chans": 1, "num_classes": len(EXPRESSIONS), "drop_rate": dropout}
    if drop_path:
        options["drop_path_rate"] = drop_path
    if not isinstance(weights, str | Path | None):
        raise ValueError(
            f"Expected weights as a name, a path or None, found {type(weights).__name__}; of a recipe, pass "
            "recipe.weights."
        )
    if not timm.is_model(backbone):
        raise ValueError(f"Expected a model name that timm {timm.__version__} knows, found {backbone!r}.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            model = timm.create_model(backbone, pretrained=weights == "imagenet", **options)
        except Exception as error:
            if "drop_path_rate" in str(error):
                raise ValueError(
                    f"Expected drop_path=0 for {backbone}, which has no residual blocks to skip, found {drop_path}."
                ) from None
            if weights != "imagenet":
                raise
            raise ValueError(
                f"ImageNet weights of {backbone} could not be downloaded ({type(error).__name__}); "
                f"use {ALTERNATIVES}."
            ) from None
    for module in model.modules():
        # Its gradient needs what it would overwrite, so that autograd would copy it first.
        if isinstance(module, nn.SiLU):
            module.inplace = False
    nn.init.zeros_(model.get_classifier().weight)
    nn.init.zeros_(model.get_classifier().bias)
    if weights is not None and weights != "imagenet":
        if weights in SHIPPED:
            check_shipped(SHIPPED[weights])
        model.trained_size = trained_size(load_weights(model, SHIPPED.get(weights, weights), head=head))
    # float32, whatever torch.set_default_dtype says.
    return model.eval().float().to(memory_format=torch.channels_last)


def check_network(model):
    """Raise ``ValueError`` unless ``model`` is a network (and not, say, the run that made one)."""
    if not isinstance(model, nn.Module):
        raise ValueError(f"Expected a network, found {type(model).__name__}; of a run, pass run.model.")


def size_for(model: nn.Module, size: int | None = None) -> int:
    """Return the image size at which to ask a model.

    Parameters
    ----------
    model : nn.Module
    size : int, optional
        Height and width, in pixels; the size that the model was trained at, if not given.

    Raises
    ------
    ValueError
        If no size is given and the model does not know its own.

    Warns
    -----
    UserWarning
        If the size is not the one that the model was trained at: the reference model names 69.5 % of PublicTest at its
        own 128 px, 41 % at 64 px.
    """
    own = getattr(unwrapped(model), "trained_size", None)
    if size is None and own is None:
        raise ValueError(
            "Expected the image size that the model was trained at, found none, and the model does not know it; pass "
            "size=96, say."
        )
    if size is not None and own is not None and size != own:
        warnings.warn(
            f"This model was trained at {own} px and is asked at {size} px, where it knows less; leave out the size, "
            f"or set model.trained_size = {size} if you mean it.",
            stacklevel=3,
        )
    return own if size is None else size


def freeze_backbone(model: nn.Module) -> nn.Module:
    """Leave only the last layer to train (stage 1). Returns the model, changed in place."""
    model.requires_grad_(False)
    model.get_classifier().requires_grad_(True)
    return model


def unfreeze_all_but_batch_norms(model: nn.Module) -> nn.Module:
    """Leave everything but the batch norms to train (stage 2). Returns the model, changed in place.

    Batch norms keep the statistics of the start: a small batch of another kind of image would shake them, and
    everything behind them.
    """
    model.requires_grad_(True)
    for module in model.modules():
        if isinstance(module, _BatchNorm):
            module.requires_grad_(False)
    return model


@contextmanager
def evaluation_mode(model: nn.Module):
    """Put a model into evaluation mode in a ``with`` block, and then each of its layers back into the mode it had.

    ``model.train()`` would do for the model as a whole, but wake batch norms that ``training_mode`` keeps still.
    """
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield model
    finally:
        for module, training in modes.items():
            module.training = training


def training_mode(model: nn.Module) -> nn.Module:
    """Switch dropout on, but keep frozen batch norms at their running statistics. Returns the model.

    ``model.train()`` alone would let a frozen batch norm go on updating its mean and variance.
    """
    model.train()
    for module in model.modules():
        if isinstance(module, _BatchNorm) and not any(p.requires_grad for p in module.parameters()):
            module.eval()
    return model


def count_parameters(model: nn.Module, trainable_only: bool = False) -> int:
    """Return the number of parameters, of those that train where ``trainable_only``."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)


def multiply_adds(model: nn.Module, size: int, channels: int = 1) -> int:
    """Return the multiply-adds of all convolutions and linear layers for one image.

    Batch norms and activations are left out: EfficientNet-B2 at 260 px and three channels has 0.994 billion here, and
    1.0 billion in its paper (Tan and Le 2019, table 2).

    Parameters
    ----------
    model : nn.Module
        Built under ``torch.device("meta")`` it costs no memory and no time.
    size : int
        Height and width, in pixels.
    channels : int
        Of the input.
    """
    total = 0

    def count(module, inputs, output):
        nonlocal total
        total += output.numel() * module.weight[0].numel()

    layers = [m for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    try:
        with evaluation_mode(model), torch.inference_mode():
            model(torch.zeros(1, channels, size, size, device=next(model.parameters()).device))
    finally:
        for hook in hooks:
            hook.remove()
    return total
