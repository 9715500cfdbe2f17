"""Pictures, maps of them, and questions: an example pair says what is asked of a query.

After US-Diffusion (arXiv 2503.04050), whose tasks are maps of photographs and photographs of maps.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from fer_course.faces import Faces
from fer_course.model.inputs import shrunk
from fer_course.puppets.studio import draw_studio

SIZE = 24
"""Pixels."""

EDGES, PARTS, FACE = "edges of a face", "parts of a face", "a face from its edges"
TASKS = (EDGES, PARTS, FACE)

SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8


@dataclass(frozen=True, eq=False)
class Pictures:
    """Faces and their maps.

    Attributes
    ----------
    faces, edges, parts : tensor of float32, shape (N, 1, 24, 24)
        From -1 to 1.
    labels : ndarray of int64, shape (N,)
    """

    faces: torch.Tensor
    edges: torch.Tensor
    parts: torch.Tensor
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.faces)

    def of(self, task: str) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what a task starts from and what it ends in."""
        return {
            EDGES: (self.faces, self.edges),
            PARTS: (self.faces, self.parts),
            FACE: (self.edges, self.faces),
        }[task]


def edges_of(faces: torch.Tensor) -> torch.Tensor:
    """Return how steep the grey values are (Sobel): float32, shape (N, 1, 24, 24), from -1 to 1.

    A function of torch: its gradient reaches the faces.
    """
    padded = F.pad(faces, (1, 1, 1, 1), mode="replicate")
    slopes = F.conv2d(padded, torch.stack([SOBEL, SOBEL.T])[:, None])
    # The small number keeps the root's slope finite where a face is flat.
    steepness = (slopes.square().sum(1, keepdim=True) + 1e-6).sqrt()
    return (4 * steepness).clamp(max=2) - 1


def pictures_of(faces: Faces) -> Pictures:
    """Return puppets as pictures with their maps."""
    small, parts = (
        torch.from_numpy(shrunk(some, SIZE)).float()[:, None] / 127.5 - 1
        for some in (faces.images, (faces.parts > 0).astype(np.uint8) * 255)
    )
    # Where half of a pixel is a part, all of it is.
    parts = (parts > 0).float() * 2 - 1
    return Pictures(small, edges_of(small), parts, faces.labels)


def draw_pictures(n: int, seed: int) -> Pictures:
    """Draw puppets of a studio as pictures with their maps."""
    return pictures_of(draw_studio(n, seed, pose=0.1))


@dataclass(frozen=True, eq=False)
class Questions:
    """Queries with an example each, and the right answers.

    Attributes
    ----------
    shown : tensor of float32, shape (N, 3, 24, 24)
        The query, then the example's picture, then the example's answer.
    answers : tensor of float32, shape (N, 1, 24, 24)
    tasks : ndarray of str, shape (N,)
        What is asked. No network is told.
    """

    shown: torch.Tensor
    answers: torch.Tensor
    tasks: np.ndarray

    def __len__(self) -> int:
        return len(self.shown)


def others(chosen: np.ndarray, n: int, rng) -> np.ndarray:
    """Return for each number below ``n`` another one."""
    if n < 2:
        raise ValueError(f"Expected two pictures or more, found {n}: an example is another picture.")
    return (chosen + rng.integers(1, n, size=len(chosen))) % n


def ask(pictures: Pictures, task: str, seed: int = 0, *, example: str = "") -> Questions:
    """Ask a task of every picture, each with an example that is another puppet.

    Parameters
    ----------
    pictures : Pictures
    task : str
        One of ``TASKS``: what the queries and the answers are.
    seed : int
    example : str
        What the example shows, if it is to be another task than the queries'.

    Raises
    ------
    ValueError
        If there is one picture only: then none is left for the example.
    """
    chosen = others(np.arange(len(pictures)), len(pictures), np.random.default_rng(seed))
    query, answer = pictures.of(task)
    source, target = pictures.of(example or task)
    shown = torch.cat([query, source[chosen], target[chosen]], 1)
    return Questions(shown, answer, np.repeat(task, len(pictures)))


def mixed_batch(pictures: Pictures, rng, size: int) -> Questions:
    """Return questions of all tasks, mixed: as many of each, with examples at random."""
    some = []
    for task in TASKS:
        queries = rng.integers(len(pictures), size=size // 3)
        examples = others(queries, len(pictures), rng)
        source, target = pictures.of(task)
        some.append((torch.cat([source[queries], source[examples], target[examples]], 1), target[queries]))
    shown, answers = (torch.cat(part) for part in zip(*some, strict=True))
    return Questions(shown, answers, np.repeat(TASKS, size // 3))
