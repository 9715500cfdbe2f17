"""EfficientNet-B2 through timm: one input channel, seven outputs, and what to freeze."""

import hashlib
import json
from contextlib import contextmanager
from pathlib import Path

import timm
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from fer_course.files import atomic_write
from fer_course.labels import EXPRESSIONS

WEIGHTS = Path(__file__).parents[1] / "weights"
SHIPPED = {name: WEIGHTS / f"{name}.safetensors" for name in ("puppets", "fer2013")}
"""Weights that are installed with the package, each with a model card beside it."""

ALTERNATIVES = (
    'weights="puppets" or "fer2013" (shipped with the course), weights=None (random), '
    "or the path of a .safetensors file that you have"
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
        ``Recipe.reference()``. ``"imagenet"``: timm downloads it.
        A path: a ``.safetensors`` file, saved by ``fit`` or by timm. ``None``: random numbers.
    head : bool
        Keep the weights' own head, if it has seven outputs. ``False`` starts with a head of zeros.
    backbone : str
        A model name of timm.
    dropout : float
        Before the last layer.
    drop_path : float
        How often training passes a residual block by; see ``Recipe``.
    seed : int
        Of the random numbers, where there are any.

    Returns
    -------
    nn.Module
        In evaluation mode, channels last. Its head starts at zero, so that the first loss is ln 7: timm would
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
    if backbone not in timm.list_models():
        raise ValueError(f"Expected a model name that timm {timm.__version__} knows, found {backbone!r}.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            model = timm.create_model(backbone, pretrained=weights == "imagenet", **options)
        except Exception as error:
            if "drop_path_rate" in str(error):
                raise ValueError(
                    f"Expected drop_path=0 for {backbone}, which has no residual blocks to pass by, found {drop_path}."
                ) from None
            if weights != "imagenet":
                raise
            raise ValueError(
                f"ImageNet weights of {backbone} could not be downloaded ({type(error).__name__}); "
                f"use {ALTERNATIVES}."
            ) from None
    for module in model.modules():
        if isinstance(module, nn.SiLU):
            module.inplace = (
                False  # its gradient needs what it would overwrite, so that autograd would copy it first
            )
    nn.init.zeros_(model.get_classifier().weight)
    nn.init.zeros_(model.get_classifier().bias)
    if weights is not None and weights != "imagenet":
        if weights in SHIPPED:
            check_shipped(SHIPPED[weights])
        load_weights(model, SHIPPED.get(weights, weights), head=head)
    return model.eval().to(memory_format=torch.channels_last)


def check_network(model):
    """Refuse what is no network, such as the run that made one, with a ``ValueError``."""
    if not isinstance(model, nn.Module):
        raise ValueError(f"Expected a network, found {type(model).__name__}; of a run, pass run.model.")


def check_shipped(path: Path):
    """Compare a file that came with the package with its line in ``SHA256SUMS`` beside it.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If it is another file than the one that was shipped.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"Expected weights in {path}, found no such file; install the package again, or use another start."
        )
    lines = (line.split() for line in (WEIGHTS / "SHA256SUMS").read_text().splitlines())
    expected = {name: digest for digest, name in lines}[path.name]
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise ValueError(
            f"Expected {path.name} as it was shipped (SHA-256 {expected[:12]}…), found another file "
            f"({found[:12]}…) in {path}; install the package again. To load it all the same, give its path."
        )


@contextmanager
def _opened(path: str | Path):
    """Open a ``.safetensors`` file, or say in one sentence why not."""
    path = Path(path)
    if path.is_dir():
        raise FileNotFoundError(
            f"Expected a file with weights, found the folder {path}; a run's best epoch is best.safetensors in it."
        )
    if not path.is_file():
        raise FileNotFoundError(f"Expected weights in {path}, found no such file; use {ALTERNATIVES}.")
    try:
        with safe_open(path, framework="pt") as file:
            yield file
    except SafetensorError:
        raise ValueError(
            f"Expected a .safetensors file, found something else in {path}; pickled .pt and .pth files are not "
            "opened, because loading one runs code that its author wrote."
        ) from None


def metadata_of(path: str | Path) -> dict[str, str]:
    """Return what the header of a ``.safetensors`` file says beside its tensors.

    Raises
    ------
    FileNotFoundError, ValueError
        As ``load_weights``.
    """
    with _opened(path) as file:
        return file.metadata() or {}


def load_weights(model: nn.Module, path: str | Path, *, head: bool = True) -> dict:
    """Load a ``.safetensors`` file into a model; a head of another size is left out.

    Parameters
    ----------
    model : nn.Module
        Changed in place.
    path : str or Path
        Tensors in float16 or float32. A first layer for three channels is summed into one.
    head : bool
        Load the last layer too.

    Returns
    -------
    dict
        The file's metadata.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If it is not a safetensors file or fits another network.
    """
    with _opened(path) as file:
        metadata = file.metadata() or {}
        state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    own = model.state_dict()
    last = [name for name in own if name.startswith(model.default_cfg["classifier"] + ".")]
    for name, tensor in state.items():
        if name in own and tensor.dim() == 4 and tensor.shape[1] == 3 and own[name].shape[1] == 1:
            state[name] = tensor.sum(dim=1, keepdim=True)
    if not head or any(name in state and state[name].shape != own[name].shape for name in last):
        state = {name: tensor for name, tensor in state.items() if name not in last}
    wrong = [n for n in own if n not in last and (n not in state or state[n].shape != own[n].shape)]
    wrong += [n for n in state if n not in own]
    if any(name.startswith("model.") for name in state):
        raise ValueError(
            f"Expected a network's weights, found all that a run goes on from in {path}; take best.safetensors or "
            "head.safetensors beside it."
        )
    if wrong:
        raise ValueError(
            f"Expected weights of {model.default_cfg['architecture']}, found others in {path} "
            f"({len(wrong)} tensors differ, {wrong[0]} first); build the model with the backbone that made the file."
        )
    model.load_state_dict({name: tensor.float() for name, tensor in state.items()}, strict=False)
    return metadata


def save_weights(model: nn.Module, path: str | Path, *, half: bool = False, head: bool = True, **metadata):
    """Save a model as safetensors, whole or not at all.

    Parameters
    ----------
    model : nn.Module
    path : str or Path
    half : bool
        Store float16: half the size.
    head : bool
        Store the last layer too.
    **metadata
        Kept in the file's header, as JSON where it is not text.
    """
    prefix = model.default_cfg["classifier"] + "."
    state = {
        name: (tensor.half() if half and tensor.is_floating_point() else tensor).contiguous().cpu()
        for name, tensor in model.state_dict().items()
        if head or not name.startswith(prefix)
    }
    header = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in metadata.items()
    }
    save_tensors(state, path, header)


def save_tensors(state: dict, path: str | Path, metadata: dict):
    """Write tensors and text metadata as safetensors, atomically."""
    with atomic_write(path) as file:
        file.write(save(state, metadata=metadata))


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


def pooled_features(model: nn.Module, inputs: torch.Tensor) -> torch.Tensor:
    """Return what the last layer sees: one vector an image, float of shape (B, 1408) for EfficientNet-B2.

    Parameters
    ----------
    inputs : tensor of float, shape (B, 1, H, W)
        From ``prepare``.
    """
    return model.forward_head(model.forward_features(inputs), pre_logits=True)
