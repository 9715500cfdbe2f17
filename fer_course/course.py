"""The notebooks' one setup call: which data, how deep, on what machine."""

import hashlib
import os
import platform
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from fer_course.data.load import load_faces
from fer_course.data.splits import stratified_split
from fer_course.effects import check_effect, effect_sentence
from fer_course.faces import Faces
from fer_course.files import home
from fer_course.model.weights import SHIPPED
from fer_course.training.checkpoints import epochs_done, fingerprint
from fer_course.training.fit import Run, fit
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import PAPER, quick
from fer_course.training.reference import learned_from, reference_run

PROFILES = ("quick", "full")


@dataclass(eq=False, repr=False)
class Course:
    """What every notebook starts from.

    Attributes
    ----------
    faces : Faces
        All of them, training and test.
    profile : {"quick", "full"}
    device : str
        Where training runs: ``"cuda"`` or ``"cpu"``.
    recipe : Recipe
        Of the profile: a quick one of ``recipes.py``, or the paper's.
    seed : int
    """

    faces: Faces
    profile: str
    device: str
    recipe: Recipe
    seed: int = 0

    def __repr__(self) -> str:
        return (
            f"Course: {len(self.faces):,} faces ({self.faces.source}), {self.profile} profile, on {self.device}. "
            "It has train, validation, test, faces, recipe and trained()."
        )

    @cached_property
    def _split(self) -> tuple[Faces, Faces]:
        if not (self.faces.usage == "Training").any():
            raise ValueError(
                f"Expected training images, found none in {self.faces.source}; give a copy that has them."
            )
        return stratified_split(self.faces.of("Training"), seed=self.seed, group_twins=True)

    @property
    def train(self) -> Faces:
        """87.5 % of the official Training split; identical images stay on one side."""
        return self._split[0]

    @property
    def validation(self) -> Faces:
        """12.5 % of the official Training split, on which everything is chosen."""
        return self._split[1]

    @property
    def test(self) -> Faces:
        """The official test set, or as much of it as this copy has."""
        test = self.faces.test
        if not len(test):
            raise ValueError(
                f"Expected test images, found none in {self.faces.source}; give a copy that has them."
            )
        return test

    @property
    def folder(self) -> Path:
        """Where the run keeps its checkpoints: other faces, another recipe or another start have another folder."""
        data = "puppets" if self.faces.is_puppets else "faces"
        start = SHIPPED.get(self.recipe.weights)
        key = self.recipe.key() + (hashlib.sha256(start.read_bytes()).hexdigest()[:4] if start else "")
        return home() / "runs" / f"{data}-{self.profile}-{key}-{fingerprint(self.train)[:6]}"

    def trained(self, own: bool | None = None) -> Run:
        """Return a trained network with its history, and print which.

        Parameters
        ----------
        own : bool, optional
            ``True``: the run of notebook 04, which is trained now if there is none. ``False``: the reference model,
            which ships with the course and has learned FER-2013. If not given, the own run on puppets and the
            reference model on photographs.
        """
        if own is None:
            own = self.faces.is_puppets
        if not own:
            print(
                'Using the reference model, weights="fer2013"; for the run of notebook 04: trained(own=True)'
            )
            if not learned_from(self.train, self.validation):
                print("It was trained on another split: it may know faces of course.validation already.")
            return reference_run(self.device)
        done = epochs_done(self.folder)
        if done >= self.recipe.head_epochs + self.recipe.tune_epochs:
            print(f"Using the run in runs/{self.folder.name}")
        elif done:
            print(f"Resuming the run in runs/{self.folder.name}, of which {done} epochs are done")
        else:
            print(f"No run yet: training one now, in runs/{self.folder.name}")
        return fit(self.recipe, self.train, self.validation, folder=self.folder, device=self.device)

    def headline(self, text: str):
        """Print a notebook's main figure, which ``make course`` puts in its table."""
        print(f"Headline · {text}")

    def effect(self, name: str, value: float, low: float | None = None, high: float | None = None):
        """Print the effect that a lesson shows, which ``make course`` collects; the tests hold it to its least size.

        Parameters
        ----------
        name, value, low, high
            As for ``effects.effect_sentence``.

        Raises
        ------
        ValueError, AssertionError
            As ``effects.effect_sentence`` and ``effects.check_effect``; the latter on puppets in the quick profile.
        """
        print(effect_sentence(name, value, low, high))
        if self.faces.is_puppets and self.profile == "quick":
            check_effect(name, value, low)


def setup(
    data: str | None = None, profile: str | None = None, *, seed: int = 0, recipe: Recipe | None = None
) -> Course:
    """Load the faces, choose the profile, and print what was chosen.

    Parameters
    ----------
    data : str, optional
        As for ``load_faces``: ``"puppets"``, a path, ``"kaggle"`` or ``"huggingface"``. The environment variable
        ``FER_DATA`` if not given, and puppets without one.
    profile : {"quick", "full"}, optional
        ``quick`` takes minutes on two CPU cores; ``full`` is the paper's recipe at 260 px, for a GPU. The environment
        variable ``FER_PROFILE`` if not given, and ``quick`` without one.
    seed : int
    recipe : Recipe, optional
        That of the profile, if not given.

    Returns
    -------
    Course

    Raises
    ------
    ValueError
        If the profile is not one of the two, or the data is not what it should be.
    FileNotFoundError
        If the data is not there.
    """
    profile = profile or os.environ.get("FER_PROFILE") or "quick"
    if profile not in PROFILES:
        raise ValueError(f'Expected the profile "quick" or "full", found {profile!r}; check FER_PROFILE.')
    device = "cuda" if torch.cuda.is_available() else "cpu"
    faces = load_faces(data, profile=profile)
    # Whoever brings a recipe is told about that one.
    line = f"Profile   {profile}:" if recipe is None else "Recipe   "
    if recipe is None:
        recipe = (quick(faces.is_puppets) if profile == "quick" else PAPER).but(seed=seed)
    name = torch.cuda.get_device_name() if device == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    usage = ", ".join(f"{np.sum(faces.usage == u):,} {u}" for u in dict.fromkeys(faces.usage.tolist()))
    print(f"Device    {name} (Python {platform.python_version()}, torch {torch.__version__})")
    print(f"Data      {faces.source}: {usage}")
    print(f"{line} {recipe.image_size} px, {recipe.head_epochs} + {recipe.tune_epochs} epochs")
    if not (faces.usage == "Training").any():
        print("Missing   training images: nothing can be trained or validated with this copy")
    elif not len(faces.test):
        print("Missing   test images: notebook 05 measures on them; a copy of the whole data set has them")
    return Course(faces, profile, device, recipe, seed)
