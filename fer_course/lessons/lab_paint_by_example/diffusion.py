"""Diffusion in a small network: noise is added, a U-Net takes it away again. After US-Diffusion (arXiv 2503.04050).

``x_t = √ᾱ_t y + √(1 - ᾱ_t) ε``. The network predicts y from x_t, t and the question. The way back is DDIM's (Song et
al., arXiv 2010.02502).
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from fer_course.lessons.lab_paint_by_example.tasks import FACE, Pictures, Questions, edges_of, mixed_batch

STEPS_IN_ALL = 1000

ALPHAS = torch.cumprod(
    1 - torch.linspace(0.00085**0.5, 0.012**0.5, STEPS_IN_ALL, dtype=torch.float64) ** 2, 0
).float()
"""ᾱ by time step, with the released β."""

PAPERS_TEN = (0, 80, 289, 499, 619, 739, 819, 879, 939, 998)
"""The released list of time steps: dense where there is much noise."""

WIDTH, BATCH, TRAINED, RATE = 16, 36, 500, 2e-3
"""Channels of the first level; questions in a batch; batches; highest learning rate."""

FEEDBACK_BELOW = 200
"""Time steps up to which feedback is given, as released."""

ANSWER, NOISE, ONE_STEP = "answer", "noise", "one step"
"""What a network predicts: the answer, the noise in it, or the answer from the question alone, without any noise."""


class UNet(nn.Module):
    """A U-Net of three levels for pictures of 24 pixels.

    Parameters
    ----------
    inputs : int
        Channels that come in.
    width : int
        Channels of the first level; the others have two and three times as many.
    seed : int
    """

    def __init__(self, inputs: int = 4, width: int = WIDTH, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.time = nn.Sequential(nn.Linear(32, 64), nn.SiLU(), nn.Linear(64, 64))
            self.down1 = _Block(inputs, width)
            self.down2 = _Block(width, 2 * width)
            self.middle = _Block(2 * width, 3 * width)
            self.up2 = _Block(5 * width, 2 * width)
            self.up1 = _Block(3 * width, width)
            self.head = nn.Conv2d(width, 1, 3, padding=1)

    def forward(self, inputs, t):
        """Return pictures of shape (N, 1, 24, 24) for inputs (N, C, 24, 24) at time steps (N,)."""
        when = self.time(_waves(t))
        fine = self.down1(inputs, when)
        coarse = self.down2(F.avg_pool2d(fine, 2), when)
        deep = self.middle(F.avg_pool2d(coarse, 2), when)
        coarse = self.up2(torch.cat([coarse, F.interpolate(deep, scale_factor=2)], 1), when)
        return self.head(self.up1(torch.cat([fine, F.interpolate(coarse, scale_factor=2)], 1), when))


class _Block(nn.Module):
    """Two convolutions; the time step shifts the channels in between."""

    def __init__(self, before: int, after: int):
        super().__init__()
        self.first, self.second = (
            nn.Conv2d(before, after, 3, padding=1),
            nn.Conv2d(after, after, 3, padding=1),
        )
        self.norms = nn.ModuleList([nn.GroupNorm(4, after), nn.GroupNorm(4, after)])
        self.shift = nn.Linear(64, after)

    def forward(self, x, when):
        x = F.silu(self.norms[0](self.first(x)) + self.shift(when)[:, :, None, None])
        return F.silu(self.norms[1](self.second(x)))


def _waves(t) -> torch.Tensor:
    """Return time steps as 16 sines and 16 cosines of different speeds: shape (N, 32)."""
    speeds = torch.exp(-np.log(1e4) * torch.arange(16) / 16)
    angles = t[:, None].float() * speeds
    return torch.cat([angles.sin(), angles.cos()], 1)


def noised(answers: torch.Tensor, noise: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """Return ``√ᾱ y + √(1 - ᾱ) ε`` at time steps (N,)."""
    alpha = ALPHAS[t][:, None, None, None]
    return alpha.sqrt() * answers + (1 - alpha).sqrt() * noise


def step_back(x, answer, t: int, to: int | None) -> torch.Tensor:
    """Take one step of DDIM: from time step ``t`` to an earlier one, given what the answer is thought to be.

    Parameters
    ----------
    x, answer : tensor of float, shape (N, 1, H, W)
    t : int
    to : int or None
        None for the end: then the answer itself is returned.
    """
    if to is None:
        return answer
    now, then = ALPHAS[t], ALPHAS[to]
    noise = (x - now.sqrt() * answer) / (1 - now).sqrt()
    return then.sqrt() * answer + (1 - then).sqrt() * noise


def answer_of(model, x, shown, t, predicts: str) -> torch.Tensor:
    """Return what a network thinks that the answer is, at time steps (N,)."""
    found = model(torch.cat([x, shown], 1), t)
    if predicts != NOISE:
        return found
    alpha = ALPHAS[t][:, None, None, None]
    return (x - (1 - alpha).sqrt() * found) / alpha.sqrt()


def feedback(answer: torch.Tensor, truth: torch.Tensor, *, as_released: bool = False) -> torch.Tensor:
    """Return how far the edges of what was painted are from those that were wanted: a mean square.

    As released, the picture goes through ``detach`` and NumPy on its way: the number is right, and teaches nothing.
    """
    if as_released:
        answer = torch.from_numpy(answer.detach().numpy())
    return F.mse_loss(edges_of(answer), edges_of(truth))


def train_painter(
    pictures: Pictures, seed: int = 0, *, predicts: str = ANSWER, times=None, feedback_weight: float = 0.0,
    batches: int = TRAINED,
) -> UNet:  # fmt: skip
    """Train a network on questions of all tasks.

    Parameters
    ----------
    pictures : Pictures
    seed : int
    predicts : str
        ``ANSWER``, ``NOISE``, or ``ONE_STEP``.
    times : sequence of int, optional
        Time steps to learn at; all if not given.
    feedback_weight : float
        Of ``feedback``, with its gradient, where a face is asked for, at time steps up to 200.
    batches : int

    Returns
    -------
    UNet
        In evaluation mode; ``model.predicts`` says what it predicts.
    """
    model, rng = UNet(seed=seed).train(), np.random.default_rng(seed)
    model.predicts = predicts
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, batches)
    known = np.arange(STEPS_IN_ALL) if times is None else np.asarray(times)
    for _ in range(batches):
        questions = mixed_batch(pictures, rng, BATCH)
        truth, t = questions.answers, torch.from_numpy(rng.choice(known, len(questions)))
        noise = torch.from_numpy(rng.normal(size=truth.shape).astype(np.float32))
        if predicts == ONE_STEP:
            x, t = torch.zeros_like(truth), torch.zeros_like(t)
        else:
            x = noised(truth, noise, t)
        found = model(torch.cat([x, questions.shown], 1), t)
        loss = F.mse_loss(found, noise if predicts == NOISE else truth)
        near = (t <= FEEDBACK_BELOW) & torch.from_numpy(questions.tasks == FACE)
        if feedback_weight and near.any():
            answer = found if predicts != NOISE else answer_of(model, x, questions.shown, t, predicts)
            loss = loss + feedback_weight * feedback(answer[near], truth[near])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    return model.eval()


def even_steps(n: int) -> tuple[int, ...]:
    """Return ``n`` time steps at even distances, from little noise to much."""
    return tuple(np.linspace(0, STEPS_IN_ALL - 2, n).round().astype(int).tolist())


@torch.no_grad()
def paint(model, questions: Questions, times=PAPERS_TEN, seed: int = 0) -> torch.Tensor:
    """Return painted answers, from -1 to 1: float32, shape (N, 1, 24, 24).

    Parameters
    ----------
    model : UNet
        Trained. One that answers in one step does so whatever the time steps.
    questions : Questions
    times : sequence of int
        Time steps, in rising order; the last one is where the noise begins.
    seed : int
        Of the noise.
    """
    rng = np.random.default_rng(seed)
    noise = torch.from_numpy(rng.normal(size=questions.answers.shape).astype(np.float32))
    if model.predicts == ONE_STEP:
        return answer_of(
            model, torch.zeros_like(noise), questions.shown, torch.zeros(len(noise)), ANSWER
        ).clamp(-1, 1)
    x, ways = noise, list(times)[::-1]
    for t, to in zip(ways, [*ways[1:], None], strict=True):
        steps = torch.full((len(x),), t)
        # Values beyond black and white are no picture; predicted noise makes such at the first steps.
        answer = answer_of(model, x, questions.shown, steps, model.predicts).clamp(-1, 1)
        x = step_back(x, answer, t, to)
    return x
