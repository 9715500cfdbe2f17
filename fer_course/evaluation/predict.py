"""A model's logits for faces, in one view of each or several."""

import numpy as np
import torch

from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import prepare, stored_images
from fer_course.model.network import check_network, evaluation_mode, size_for
from fer_course.model.onnx import OnnxNetwork

VIEW_SHIFT = 2
"""Pixels of 48 that a shifted view is moved by, in each direction."""


def predict(
    model, faces, size: int | None = None, *, views: int = 1, batch_size: int | None = None, device=None
) -> np.ndarray:
    """Return the model's logits.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
        A module is put into evaluation mode while predicting; after that each layer is in the mode it had.
    faces : Faces or ndarray of uint8, shape (N, 48, 48)
    size : int, optional
        Height and width of what the network is given, in pixels; the size that it was trained at, if not given. An ONNX
        file has its size inside.
    views : {1, 2, 10}
        1: each image as it is. 2: and its mirror image. 10: both of these, and both shifted by two pixels along each
        diagonal (ten crops, Krizhevsky et al. 2012, section 4.1). Ten views take ten times as long.
    batch_size : int, optional
        64 on a CPU, 256 on a GPU, if not given.
    device : str or torch.device, optional
        Where the model is, if not given. An ONNX file runs on the CPU.

    Returns
    -------
    ndarray of float32, shape (N, 7)
        Of several views, the logarithm of the mean of their probabilities.

    Raises
    ------
    ValueError
        If the number of views is another one, the model no network, or the images not as ``prepare`` takes them; if
        there is no size, or an ONNX file has another one.

    Warns
    -----
    UserWarning
        If the size is not the one that the model was trained at.
    """
    images = stored_images(faces)
    if isinstance(model, OnnxNetwork):
        if size not in (None, model.size):
            raise ValueError(
                f"Expected no size, or {model.size} px, which is fixed in {model.path.name}, found {size}; for another "
                "size, export the network again."
            )
        each = [_onnx_logits(model, view, batch_size or 64) for view in _views(images, views)]
    else:
        check_network(model)
        size = size_for(model, size)
        each = [_logits(model, view, size, batch_size, device) for view in _views(images, views)]
    if views == 1:
        return each[0]
    return np.log(np.mean([softmax(logits) for logits in each], axis=0)).astype(np.float32)


def _logits(model, images: np.ndarray, size: int, batch_size: int | None, device) -> np.ndarray:
    weights = next(model.parameters())
    device = torch.device(device or weights.device)
    batch_size = batch_size or (256 if device.type == "cuda" else 64)
    with evaluation_mode(model), torch.inference_mode():
        logits = [
            model(prepare(images[start : start + batch_size], size, device).to(weights.dtype)).float()
            for start in range(0, len(images), batch_size)
        ]
    return torch.cat(logits).cpu().numpy() if logits else np.zeros((0, len(EXPRESSIONS)), np.float32)


def _onnx_logits(model: OnnxNetwork, images: np.ndarray, batch_size: int) -> np.ndarray:
    starts = range(0, max(1, len(images)), batch_size)
    return np.concatenate([model(images[start : start + batch_size]) for start in starts])


def _views(images: np.ndarray, views: int):
    """Yield the images as they are and changed: mirrored, and shifted with their border pixels repeated."""
    if views not in (1, 2, 10):
        raise ValueError(f"Expected 1, 2 or 10 views, found {views}.")
    if views == 1:
        yield images
        return
    height, width = images.shape[-2:]
    far = 2 * VIEW_SHIFT
    corners = [(VIEW_SHIFT, VIEW_SHIFT)]  # of the middle, which is the image itself
    if views == 10:
        corners += [(0, 0), (0, far), (far, 0), (far, far)]
    wider = np.pad(images, [(0, 0), (VIEW_SHIFT, VIEW_SHIFT), (VIEW_SHIFT, VIEW_SHIFT)], mode="edge")
    for top, left in corners:
        view = wider[:, top : top + height, left : left + width]
        yield view
        yield view[:, :, ::-1]


def check_logits(logits):
    """Raise ``ValueError`` unless ``logits`` are seven logits for each face (and not, say, probabilities)."""
    rows = np.asarray(logits)
    if rows.ndim != 2 or rows.shape[1] != len(EXPRESSIONS) or not len(rows):
        raise ValueError(
            f"Expected logits of shape (N, {len(EXPRESSIONS)}), one row at least, found {rows.shape}."
        )
    wrong = ~np.isfinite(rows).all(1)
    if wrong.any():
        raise ValueError(
            f"Expected logits, found no number (NaN or infinity) for {wrong.sum():,} of {len(rows):,} faces: training "
            "has diverged; begin anew with a lower learning rate."
        )
    if (rows >= 0).all() and np.allclose(rows.sum(1), 1, atol=1e-3):
        raise ValueError(
            "Expected logits, found rows that add up to 1, which are probabilities; pass the logits of predict."
        )


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities, shape (N, 7), each row summing to 1."""
    return torch.from_numpy(np.asarray(logits, dtype=np.float64)).softmax(dim=-1).numpy()
