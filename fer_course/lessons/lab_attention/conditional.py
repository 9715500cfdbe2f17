"""One example is enough? Faces that are looked at depending on whom they are compared with. After CRLNet (2502.01183).

A class is a set of action units, never a person: this course does not teach how to recognise people. A network gets one
example of each of five classes that it has never seen, and says to which of them a new face belongs.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from fer_course.evaluation.verdict import Claim
from fer_course.model.inputs import prepare
from fer_course.puppets.draw import draw_puppet
from fer_course.puppets.studio import draw_studio
from fer_course.puppets.units import ACTION_UNITS
from fer_course.training.small import train_small

SIZE = 32
"""Pixels: the maps of the frozen network have 4 × 4 cells."""

CELLS = 16

KNOWN, NEW, EACH = 24, 12, 20
"""Classes to learn from, new classes, and faces of each; one half of a new class are examples, the other are asked."""

WAYS, EPISODES = 5, 200
"""Classes of an episode, and episodes of an examination."""

STEPS, PAIRS, RATE = 300, 96, 1e-3
"""Of training: steps, pairs in a step, learning rate."""

GUESSING, POOLED, LINEAR = "guessing", "no training", "a linear layer"
ALONE, CONDITIONAL = "the same head, alone", "conditional head"

CLEAN, HARD, FIVE = "one example, clean", "one example, hard", "five examples, hard"

CLAIMS = (
    Claim("Looking at both faces together helps", CONDITIONAL, ALONE, CLEAN),
    Claim("… if the face is hard to see", CONDITIONAL, ALONE, HARD),
    Claim("… if it is hard to see, with five examples", CONDITIONAL, ALONE, FIVE),
    Claim("The head alone beats no training", ALONE, POOLED, CLEAN),
    Claim("… if the face is hard to see", ALONE, POOLED, HARD),
    Claim("The head alone beats a linear layer, if the face is hard to see", ALONE, LINEAR, HARD),
    Claim("The conditional head beats no training, if the face is hard to see", CONDITIONAL, POOLED, HARD),
    Claim("One example beats guessing, if the face is hard to see", CONDITIONAL, GUESSING, HARD),
)


@dataclass(frozen=True, eq=False)
class Shown:
    """Faces of classes, each drawn twice: well, and so that it is hard to see.

    Attributes
    ----------
    clean, hard : ndarray of uint8, shape (classes, EACH, 48, 48)
    units : list of tuple of int
        The action units of each class.
    """

    clean: np.ndarray
    hard: np.ndarray
    units: list


def sets_of_units(n: int, rng) -> list[tuple[int, ...]]:
    """Return ``n`` sets of two to four action units; any two differ in two units or more."""
    found: list[tuple[int, ...]] = []
    while len(found) < n:
        size = int(rng.integers(2, 5))
        units = tuple(sorted(rng.choice(ACTION_UNITS, size, replace=False).tolist()))
        if all(len(set(units) ^ set(other)) >= 2 for other in found):
            found.append(units)
    return found


def draw_classes(units: list, seed: int, each: int = EACH) -> Shown:
    """Draw faces of classes: other people every time, the units of the class from half to full strength."""
    rng = np.random.default_rng([2016, seed])
    clean, hard = [], []
    for who in range(len(units) * each):
        strengths = {unit: float(rng.uniform(0.5, 1)) for unit in units[who // each]}
        strange = {unit: float(rng.uniform(0, 0.25)) for unit in rng.choice(ACTION_UNITS, 2, replace=False)}
        u = rng.random(6)
        how = {"identity": 100_000 * seed + who, "light": float(u[0])}
        worse = {
            "low_light": 0.3 + 0.6 * u[1],
            "blur": 0.3 + 0.7 * u[2],
            "occlusion": 0.4 + 0.4 * u[3] if u[4] < 0.5 else 0.0,
            "pose": 0.4 * u[5],
        }
        clean.append(draw_puppet(strange | strengths, **how))
        hard.append(draw_puppet(strange | strengths, **how, **worse))
    shape = (len(units), each, *clean[0].shape)
    return Shown(np.stack(clean).reshape(shape), np.stack(hard).reshape(shape), units)


def train_backbone(seed: int, n: int = 2100, epochs: int = 8) -> nn.Module:
    """Return a small network that has learned the seven expressions, and learns no more."""
    return train_small(draw_studio(n, 27_000 + seed), seed, size=SIZE, epochs=epochs).requires_grad_(False)


def maps_of(backbone: nn.Module, images: np.ndarray) -> torch.Tensor:
    """Return what a frozen network sees in each cell: float32, shape (..., 16, 96)."""
    flat = images.reshape(-1, *images.shape[-2:])
    with torch.no_grad():
        found = [backbone.blocks(prepare(part, SIZE)) for part in np.array_split(flat, len(flat) // 256 + 1)]
    return torch.cat(found).flatten(2).transpose(1, 2).unflatten(0, images.shape[:-2]).contiguous()


class Head(nn.Module):
    """How alike two faces are, from their maps.

    Each face attends to both maps, its own and the other's; how its cells then agree with those of the other becomes
    one channel more, and what comes of that is averaged with the plain mean of the map.

    Parameters
    ----------
    conditional : bool
        Without it each face sees its own map twice in the place of the other's: the same weights, no interaction.
    seed : int
    channels : int
        Of the maps.
    width : int
        Channels inside.
    """

    def __init__(self, conditional: bool = True, seed: int = 0, channels: int = 96, width: int = 48):
        super().__init__()
        self.conditional = conditional
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.inner = nn.Linear(channels, width)
            self.place = nn.Parameter(0.02 * torch.randn(CELLS, width))
            self.attention = nn.MultiheadAttention(width, 4, batch_first=True)
            self.after = nn.Sequential(
                nn.LayerNorm(width), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width)
            )
            self.agreement = nn.Linear(CELLS, 1)
            self.mixed = nn.Sequential(
                nn.Linear(width + 1, 2 * width), nn.ReLU(), nn.Linear(2 * width, width)
            )
            self.self_attention = nn.MultiheadAttention(width, 4, batch_first=True)
            self.outer = nn.Linear(width, channels)

    def attended(self, own, other) -> torch.Tensor:
        """Return cells of a face after they have looked at both maps: shape (N, 16, width)."""
        keys = torch.cat([own + self.place, other + self.place], 1)
        found, _ = self.attention(own + self.place, keys, torch.cat([own, other], 1), need_weights=False)
        return self.after(own + found)

    def embedded(self, maps, own, other) -> torch.Tensor:
        """Return one vector for each face: shape (N, channels)."""
        mine, theirs = self.attended(own, other), self.attended(other, own)
        agreement = self.agreement(mine @ theirs.transpose(1, 2) / mine.shape[-1] ** 0.5)
        cells = self.mixed(torch.cat([own, agreement.relu()], 2))
        cells = cells + self.self_attention(cells, cells, cells, need_weights=False)[0]
        return (self.outer(cells.mean(1)) + maps.mean(1)) / 2

    def vectors(self, examples, asked) -> tuple[torch.Tensor, torch.Tensor]:
        """Return a vector for each example and each face that is asked about, shape (N, channels)."""
        first, second = self.inner(examples), self.inner(asked)
        return (
            self.embedded(examples, first, second if self.conditional else first),
            self.embedded(asked, second, first if self.conditional else second),
        )

    def forward(self, examples, asked):
        """Return the cosine of each example and each face that is asked about, shape (N,); maps (N, 16, 96)."""
        return F.cosine_similarity(*self.vectors(examples, asked))


class Pooled(nn.Module):
    """The baseline: the cosine of the means of two maps, after a linear layer or none.

    Parameters
    ----------
    linear : bool
    seed : int
    channels : int
    """

    def __init__(self, linear: bool = False, seed: int = 0, channels: int = 96):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.linear = nn.Linear(channels, channels) if linear else nn.Identity()

    def forward(self, examples, asked):
        """Return the cosine of each example and each face that is asked about, shape (N,); maps (N, 16, 96)."""
        return F.cosine_similarity(self.linear(examples.mean(1)), self.linear(asked.mean(1)))


def train_head(head: nn.Module, clean: torch.Tensor, hard: torch.Tensor, seed: int = 0, steps: int = STEPS):
    """Train a head on pairs: half of the same class; examples are clean, faces that are asked about hard or clean.

    The loss is that of the released code: the mean square distance of the cosine from 1 or 0.

    Parameters
    ----------
    head : nn.Module
    clean, hard : tensor of float32, shape (classes, faces, 16, 96)
    seed : int
    steps : int

    Returns
    -------
    nn.Module
        The same, in evaluation mode.
    """
    rng = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(head.parameters(), RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    classes, each = clean.shape[:2]
    both = torch.stack([clean, hard])
    same = np.arange(PAIRS) < PAIRS // 2
    for _ in range(steps):
        first = rng.integers(classes, size=PAIRS)
        second = np.where(same, first, (first + rng.integers(1, classes, size=PAIRS)) % classes)
        one = rng.integers(each, size=PAIRS)
        # Never the same face: a pair would be right for the wrong reason.
        other = (one + rng.integers(1, each, size=PAIRS)) % each
        found = head(clean[first, one], both[rng.integers(2, size=PAIRS), second, other])
        F.mse_loss(found, torch.from_numpy(same).float()).backward()
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    return head.eval()


@torch.no_grad()
def scores(head: nn.Module, examples: torch.Tensor, asked: torch.Tensor) -> np.ndarray:
    """Return how alike every example and every face is: float32, shape (classes, E, classes, Q).

    Parameters
    ----------
    head : nn.Module
    examples, asked : tensor of float32, shape (classes, E, 16, 96) and (classes, Q, 16, 96)
    """
    flat = asked.flatten(0, 1)
    rows = [head(one.expand(len(flat), -1, -1), flat) for one in examples.flatten(0, 1)]
    return torch.stack(rows).numpy().reshape(*examples.shape[:2], *asked.shape[:2])


def episodes(found: np.ndarray, shots: int = 1, n: int = EPISODES, seed: int = 0) -> np.ndarray:
    """Return the accuracy of episodes, in per cent: shape (n,). The same seed asks the same of every head.

    Each episode has five classes and ``shots`` examples of each; the class with the largest mean score is the answer.

    Parameters
    ----------
    found : ndarray of float, shape (classes, E, classes, Q)
        As ``scores`` gives it.
    shots : int
    n : int
    seed : int
    """
    rng, results = np.random.default_rng([2017, seed]), []
    for _ in range(n):
        chosen = rng.choice(found.shape[0], WAYS, replace=False)
        some = np.stack([rng.choice(found.shape[1], shots, replace=False) for _ in chosen])
        # (ways, shots, ways, Q): every example of the episode with every face that is asked about.
        each = found[chosen[:, None], some][:, :, chosen].mean(1)
        results.append(100 * float((each.argmax(0) == np.arange(WAYS)[:, None]).mean()))
    return np.array(results)


def examine(head: nn.Module, clean: torch.Tensor, hard: torch.Tensor, seed: int = 0) -> dict[str, float]:
    """Return the mean accuracy of episodes on new classes, by examples and by what is asked, in per cent."""
    half, found = clean.shape[1] // 2, {}
    for name, asked in (("clean", clean), ("hard", hard)):
        each = scores(head, clean[:, :half], asked[:, half:])
        for words, shots in (("one example", 1), ("five examples", 5)):
            found[f"{words}, {name}"] = float(episodes(each, shots, seed=seed).mean())
    return found


def heads(seed: int = 0) -> dict[str, nn.Module]:
    """Return every arm's head, untrained."""
    return {
        POOLED: Pooled(),
        LINEAR: Pooled(linear=True, seed=seed),
        ALONE: Head(conditional=False, seed=seed),
        CONDITIONAL: Head(seed=seed),
    }


def repeat(seed: int, n: int = 2100, steps: int = STEPS, each: int = EACH) -> dict[str, dict[str, float]]:
    """Draw other classes, train another network and every head, and examine them on new classes."""
    units = sets_of_units(KNOWN + NEW, np.random.default_rng(seed))
    backbone = train_backbone(seed, n)
    known, new = (
        draw_classes(some, 2 * seed + k, each) for k, some in enumerate((units[:KNOWN], units[KNOWN:]))
    )
    clean, hard = (maps_of(backbone, images) for images in (known.clean, known.hard))
    others = [maps_of(backbone, images) for images in (new.clean, new.hard)]
    found = {GUESSING: {}}
    for arm, head in heads(seed).items():
        trained = head.eval() if arm == POOLED else train_head(head, clean, hard, seed, steps)
        found[arm] = examine(trained, *others, seed)
    found[GUESSING] = dict.fromkeys(found[POOLED], 100 / WAYS)
    return found
