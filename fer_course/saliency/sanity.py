"""Sanity checks: a heat map of what a network learned must change when the network forgets it.

Adebayo et al., *Sanity Checks for Saliency Maps*, NeurIPS 2018, section 3: the model parameter randomisation test.
"""

import copy
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from scipy.stats import ConstantInputWarning, spearmanr
from torch import nn

from fer_course.saliency.maps import explain

WINDOW = 11
"""Pixels; with a standard deviation of 1.5, as in Wang et al. 2004."""


def stages(model: nn.Module) -> dict[str, list[str]]:
    """Return the stages of a network from its head down, by name, each with the modules that belong to it.

    Parameters
    ----------
    model : nn.Module
        From timm, or any that holds its stages in ``blocks``.

    Returns
    -------
    dict of str to list of str
        For EfficientNet: the head, the last convolution, the blocks from 6 to 0, the stem.
    """
    children = [name for name, module in model.named_children() if list(module.parameters())]
    order, before = [], []
    for name in children:
        if name == "blocks":
            order += [before] if before else []
            order += [[f"blocks.{k}"] for k in range(len(model.blocks))]
            before = []
        elif name == children[-1]:
            order += [before] if before else []
            order += [[name]]
        else:
            before.append(name)  # a convolution and its batch norm fall together
    return {names[0]: names for names in reversed(order)}


def randomise(model: nn.Module, names, seed: int = 0) -> nn.Module:
    """Return a copy of a network in which some modules have forgotten what they learned.

    Parameters
    ----------
    model : nn.Module
    names : iterable of str
        Modules whose numbers are shuffled, each tensor within itself: as many large and small ones as before, so that
        the network still computes, but nothing is where learning had put it.
    seed : int

    Returns
    -------
    nn.Module
    """
    model = copy.deepcopy(model)
    generator = torch.Generator().manual_seed(seed)
    modules = dict(model.named_modules())
    with torch.no_grad():
        for name in names:
            for tensor in modules[name].parameters():
                order = torch.randperm(tensor.numel(), generator=generator).to(tensor.device)
                tensor.copy_(tensor.flatten()[order].view_as(tensor))
    return model


def rank_correlation(maps: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return Spearman's rank correlation of each pair of maps.

    Parameters
    ----------
    maps, others : ndarray of float, shape (B, H, W)

    Returns
    -------
    ndarray of float, shape (B,)
        From -1 to 1; not a number where a map is the same everywhere.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantInputWarning)
        return np.array([spearmanr(a, b, axis=None).statistic for a, b in zip(maps, others, strict=True)])


def structural_similarity(maps: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the structural similarity (SSIM) of each pair of maps.

    Parameters
    ----------
    maps, others : ndarray of float, shape (B, H, W)
        From 0 to 1.

    Returns
    -------
    ndarray of float, shape (B,)
        1 for equal maps.

    Notes
    -----
    Wang et al., *Image quality assessment*, IEEE TIP 2004: means, variances and covariance in a Gaussian window.
    """
    bell = torch.exp(-((torch.arange(WINDOW, dtype=torch.float64) - WINDOW // 2) ** 2) / (2 * 1.5**2))
    kernel = (bell[:, None] * bell)[None, None] / bell.sum() ** 2

    def local(values):
        return nn.functional.conv2d(values, kernel)

    x, y = (torch.from_numpy(np.ascontiguousarray(m)).double()[:, None] for m in (maps, others))
    mx, my = local(x), local(y)
    vx, vy, cov = local(x * x) - mx**2, local(y * y) - my**2, local(x * y) - mx * my
    c1, c2 = 0.01**2, 0.03**2
    similar = (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return similar.mean((1, 2, 3)).numpy()


@dataclass(frozen=True, eq=False)
class Sanity:
    """How heat maps change while a network forgets.

    Attributes
    ----------
    maps : dict of str to ndarray of float32, shape (B, H, W)
        ``"trained"`` and then the name of each stage, with what it explains when that stage is random.
    table : DataFrame
        A row a stage: ssim and rank, the mean similarity to the maps of the trained network; flat, the share of maps
        that are 0 everywhere, which have no rank.
    """

    maps: dict
    table: pd.DataFrame


def randomisation_test(
    model: nn.Module,
    images,
    size: int,
    *,
    together: bool = True,
    method: str = "gradcam",
    layer=None,
    seed: int = 0,
) -> Sanity:
    """Let a network forget stage by stage, and compare its heat maps with those it had.

    Parameters
    ----------
    model : nn.Module
        Left as it is.
    images : Faces or ndarray of uint8, shape (B, 48, 48)
    size : int
        Height and width that the model was trained at, in pixels.
    together : bool
        From the head down, each stage with all those behind it; or else each stage alone.
    method, layer
        See ``explain``. The label explained stays the one that the trained network predicts.
    seed : int

    Returns
    -------
    Sanity
    """
    before = explain(model, images, size=size, method=method, layer=layer)
    maps, rows, forgotten = {"trained": before.maps}, {}, []
    for name, modules in stages(model).items():
        forgotten = forgotten + modules if together else modules
        with warnings.catch_warnings():
            # A network that forgot may well have flat maps: the table says so.
            warnings.simplefilter("ignore")
            found = explain(
                randomise(model, forgotten, seed),
                images,
                size=size,
                target=before.explained,
                method=method,
                layer=layer,
            )
        maps[name] = found.maps
        ranks = rank_correlation(before.maps, found.maps)
        rows[name] = {
            "ssim": structural_similarity(before.maps, found.maps).mean(),
            "rank": np.nan if np.isnan(ranks).all() else np.nanmean(ranks),
            "flat": (found.maps.max((1, 2)) == 0).mean(),
        }
    return Sanity(maps, pd.DataFrame.from_dict(rows, orient="index"))
