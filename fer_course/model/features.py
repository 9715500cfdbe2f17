"""What a network's last layer sees of a face."""

import numpy as np
import torch
from torch import nn

from fer_course.faces import Faces
from fer_course.model.inputs import prepare
from fer_course.model.network import evaluation_mode


def pooled_features(model: nn.Module, inputs: torch.Tensor) -> torch.Tensor:
    """Return what the last layer sees: one vector an image, float of shape (B, 1408) for EfficientNet-B2.

    Parameters
    ----------
    inputs : tensor of float, shape (B, 1, H, W)
        From ``prepare``.
    """
    return model.forward_head(model.forward_features(inputs), pre_logits=True)


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
