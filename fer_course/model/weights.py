"""Files of weights: read, checked and written, as safetensors only."""

import hashlib
import json
import re
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn

from fer_course.files import atomic_write

WEIGHTS = Path(__file__).parents[1] / "weights"


SHIPPED = {name: WEIGHTS / f"{name}.safetensors" for name in ("puppets", "fer2013")}
"""Weights that are installed with the package, each with a model card beside it."""


ALTERNATIVES = (
    'weights="puppets" or "fer2013" (shipped with the course), weights=None (random), '
    "or the path of a .safetensors file that you have"
)


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


def trained_size(metadata: dict[str, str]) -> int | None:
    """Return the image size, in pixels, that the header of a file of weights names, or None."""
    try:
        return int(metadata.get("image_size") or json.loads(metadata["recipe"])["image_size"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


def unwrapped(model: nn.Module) -> nn.Module:
    """Return the network inside what ``torch.compile`` or ``DataParallel`` made of it."""
    while True:
        inside = getattr(model, "_orig_mod", None)
        if inside is None and isinstance(model, nn.DataParallel | nn.parallel.DistributedDataParallel):
            inside = model.module
        if inside is None:
            return model
        model = inside


def load_weights(model: nn.Module, path: str | Path, *, head: bool = True) -> dict:
    """Load a ``.safetensors`` file into a model; a head of another size is left out.

    The file may come from a model inside ``torch.compile`` or ``DataParallel``, and so may the model.

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
        state = {plain_name(name): file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    model = unwrapped(model)
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
            f"Expected a network's weights, found a run's checkpoint, which has more, in {path}; take "
            "best.safetensors or head.safetensors beside it."
        )
    if wrong:
        raise ValueError(
            f"Expected weights of {model.default_cfg['architecture']}, found others in {path} "
            f"({len(wrong)} tensors differ, {wrong[0]} first); build the model with the backbone that made the file."
        )
    model.load_state_dict({name: tensor.float() for name, tensor in state.items()}, strict=False)
    return metadata


def plain_name(name: str) -> str:
    """Return a tensor's name without what ``torch.compile`` and ``DataParallel`` put in front."""
    return re.sub(r"^(module\.|_orig_mod\.)+", "", name)


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
    model = unwrapped(model)
    prefix = model.default_cfg["classifier"] + "."
    state = {
        name: (tensor.half() if half and tensor.is_floating_point() else tensor).contiguous().cpu()
        for name, tensor in model.state_dict().items()
        if head or not name.startswith(prefix)
    }
    header = {
        # NumPy's and torch's numbers are none of JSON's.
        name: value if isinstance(value, str) else json.dumps(value, default=lambda number: number.tolist())
        for name, value in metadata.items()
    }
    save_tensors(state, path, header)


def save_tensors(state: dict, path: str | Path, metadata: dict):
    """Write tensors and text metadata as safetensors, atomically."""
    with atomic_write(path) as file:
        file.write(save(state, metadata=metadata))
