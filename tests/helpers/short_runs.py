"""Short runs, and whether two of them are the same to the last digit."""

import pandas as pd
import torch
from networks import short_recipe

from fer_course.training.fit import fit

RECIPE = short_recipe()


def run(split, folder, recipe=RECIPE, **options):
    """Train on a CPU without a progress bar."""
    return fit(recipe, *split, folder=folder, device="cpu", progress=False, **options)


def figures(history: pd.DataFrame):
    """Return a history without its times."""
    return history.drop(columns=["seconds", "images_per_second"])


def assert_same(one, other):
    """Compare the histories and the weights of two runs."""
    pd.testing.assert_frame_equal(figures(one.history), figures(other.history), check_exact=True)
    ours, theirs = one.model.state_dict(), other.model.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
