"""One way to open a trained network, whatever it is stored as."""

import json
from pathlib import Path

from torch import nn

from fer_course.model.network import build_model
from fer_course.model.onnx import OnnxNetwork
from fer_course.model.weights import SHIPPED, metadata_of


def metadata_of_network(weights: str | Path) -> dict[str, str]:
    """Return what a file of weights, safetensors or ONNX, or shipped weights say about themselves.

    Parameters
    ----------
    weights : str or Path
        As for ``open_network``.

    Raises
    ------
    FileNotFoundError, ValueError, ImportError
        As ``open_network``.
    """
    if Path(weights).suffix.lower() == ".onnx":
        return OnnxNetwork(weights).metadata
    return metadata_of(SHIPPED.get(weights, weights))


def open_network(weights: str | Path = "fer2013", *, device: str = "cpu") -> nn.Module | OnnxNetwork:
    """Open a trained network to predict with.

    Parameters
    ----------
    weights : str or Path
        ``"fer2013"``: the reference model, which ships with the course. Otherwise a file: ``best.safetensors`` of a
        run, or one that ``export_onnx`` wrote.
    device : str
        Where a network of PyTorch is put. An ONNX file runs on the CPU.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If it is no network, or one whose head has not learned anything: such weights can start a training only.
    ImportError
        If it is an ONNX file and ONNX Runtime is not installed.
    """
    if Path(weights).suffix.lower() == ".onnx":
        return OnnxNetwork(weights)
    try:
        backbone = json.loads(metadata_of_network(weights)["recipe"])["backbone"]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        # A sentence of ours on a file that is none is one of the ValueErrors, and a better one.
        if str(error).startswith("Expected"):
            raise
        raise ValueError(
            f"Expected the weights of a finished run, with its recipe inside, found none in {weights}."
        ) from None
    model = build_model(weights, backbone=backbone)
    if not model.get_classifier().weight.any():
        raise ValueError(
            f"Expected weights with a head of seven outputs, found none in {weights}: it can start a training, not be "
            "measured."
        )
    return model.to(device)
