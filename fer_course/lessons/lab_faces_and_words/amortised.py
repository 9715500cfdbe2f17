"""A normaliser that is learned, for machines that see only their own faces. After AmorLIP (arXiv 2505.18983).

CLIP's loss divides by a sum over all captions of a batch. A machine that sees few of them divides by too rough a sum;
a small network λ is to know the sum over all from the face alone.
"""

import numpy as np
import torch
from torch import nn

from fer_course.evaluation.verdict import Claim
from fer_course.lessons.lab_faces_and_words import clip
from fer_course.lessons.lab_faces_and_words.captions import prompts_for, puppet_pairs

SMALL = clip.BATCH // 4
"""Groups of the smallest machines: four faces each."""

BETA = 0.8
"""Largest share of what λ says in the normaliser."""

EMA, LAMBDA_RATE, LAMBDA_STEPS = 0.92, 1e-3, 3
"""Of λ: its moving average, its learning rate, its steps a batch; as in the released command."""

POSITIVE = 1e-3
"""Weight of the right caption in the sum, in the whole method."""

RHO = (8.5, -8.5, -8.5)
"""Pull on the learned scale, by thirds of training, in the whole method."""

ALL, SIXTEEN, FOUR = "CLIP, 128", "CLIP, 16", "CLIP, 4"
FOUR_LEARNED = "CLIP, 4, scale learned"
AMORTISED, HALF = "AmorLIP, 4", "AmorLIP, 4, half the share"
TABLE, WHOLE = "table of averages, 4", "AmorLIP, 4, all its parts"

CLAIMS = (
    Claim("Four faces a machine cost accuracy", FOUR, ALL, "zero-shot", more=False),
    Claim("Sixteen faces a machine cost accuracy", SIXTEEN, ALL, "zero-shot", more=False),
    Claim(
        "The amortised sum is nearer to the sum over all",
        AMORTISED,
        FOUR,
        "nearer by",
        unit="hundredths",
    ),
    Claim("Amortising gives accuracy back", AMORTISED, FOUR, "zero-shot"),
    Claim("… with all its parts", WHOLE, FOUR_LEARNED, "zero-shot"),
    Claim("λ does better than a table of moving averages", AMORTISED, TABLE, "zero-shot"),
    Claim("A smaller share of λ does better", HALF, AMORTISED, "zero-shot"),
)


class Lambda(nn.Module):
    """A network that guesses the logarithm of a normaliser from a unit vector: two layers with a shortcut.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            n = clip.DIMENSIONS
            self.inner = nn.Sequential(nn.Linear(n, n), nn.LayerNorm(n), nn.GELU(), nn.Linear(n, n))
            self.outer = nn.Linear(n, 1)

    def forward(self, vectors):
        """Return numbers of shape (N,) for vectors of shape (N, 64)."""
        return self.outer(vectors + self.inner(vectors))[:, 0]


def log_means(similarities, positive: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    """Return ``log Z`` of every face and every caption: the mean of ``exp(similarity)`` over their own group.

    Parameters
    ----------
    similarities : tensor of float, shape (groups, n, n)
        Scaled; the right caption of each face is on the diagonal.
    positive : float
        Weight of the right caption in the mean.

    Returns
    -------
    (tensor, tensor)
        Both of shape (groups, n).
    """
    n = similarities.shape[-1]
    weights = torch.zeros(n, n) + float(np.log(positive)) * torch.eye(n)
    s = similarities + weights
    return s.logsumexp(2) - np.log(n), s.logsumexp(1) - np.log(n)


def amortised_loss(similarities, log_z_faces, log_z_captions, positive: float = 1.0) -> torch.Tensor:
    """Return AmorLIP's loss, halved: ``-s_ii + (Σ_j e^{s_ij} / n λ_i + Σ_j e^{s_ji} / n λ'_i) / 2``, the mean over i.

    Parameters
    ----------
    similarities : tensor of float, shape (groups, n, n)
        Scaled.
    log_z_faces, log_z_captions : tensor of float, shape (groups, n)
        Logarithms of λ and λ'. No gradient goes through them.
    positive : float
        Weight of the right caption in the sums.

    Notes
    -----
    With the group's own means as λ its gradient is that of ``clip.clip_loss``, since ∇ log Z = ∇Z / Z.
    """
    of_faces, of_captions = log_means(similarities, positive)
    cross = (of_faces - log_z_faces.detach()).exp().mean() + (
        of_captions - log_z_captions.detach()
    ).exp().mean()
    return cross / 2 - similarities.diagonal(dim1=1, dim2=2).mean()


class Amortised:
    """AmorLIP's loss as the trainer calls it, with the networks that it learns beside the towers.

    Parameters
    ----------
    groups : int
    beta : float
        Largest share of what λ said before in the normaliser; it grows along a cosine over the first half of training.
    seed : int
    whole : bool
        With all parts of the released method: the scale is learned and pulled by ``RHO``, the right caption hardly
        counts in the sum, λ begins anew in every epoch.

    Attributes
    ----------
    errors : list of (float, float)
        For each batch: how far the blended and the group's own ``log Z`` are from that of the whole batch, on average.
        Only known here, where the machines are pretended.
    """

    def __init__(self, groups: int = SMALL, beta: float = BETA, seed: int = 0, *, whole: bool = False):
        self.groups, self.beta, self.seed, self.whole, self.learn_scale = groups, beta, seed, whole, whole
        self.positive = POSITIVE if whole else 1.0
        self.share, self.pull, self.errors = 0.0, 0.0, []
        self.known = None
        self._begin(0)

    def _begin(self, epoch: int):
        self.lambdas = [Lambda(2 * self.seed + 7919 * epoch + k) for k in range(2)]
        self.optimizer = torch.optim.Adam([p for one in self.lambdas for p in one.parameters()], LAMBDA_RATE)
        self.averages = [torch.optim.swa_utils.AveragedModel(one, multi_avg_fn=_ema) for one in self.lambdas]

    def start(self, epoch: int, epochs: int):
        """Begin an epoch: the share of λ.

        What λ said before is the moving average of its weights; with all parts, that of the last epoch.
        """
        share = min(1.0, 2 * epoch / epochs)
        self.share = self.beta * (1 - np.cos(np.pi * share)) / 2
        self.pull = RHO[min(2, 3 * epoch // epochs)] if self.whole else 0.0
        self.known = self.averages if epoch else None
        if epoch and self.whole:
            self._begin(epoch)

    def __call__(self, u, v, scale, index) -> torch.Tensor:
        """Return the loss of a batch, after λ has learned from it."""
        s = scale * clip.grouped(u, v, self.groups)
        with torch.no_grad():
            own = log_means(s, self.positive)
            targets = own
            if self.known and self.share:
                said = (net(x).view(self.groups, -1) for net, x in zip(self.known, (u, v), strict=True))
                targets = tuple(
                    torch.logaddexp(before + np.log(self.share), now + np.log(1 - self.share))
                    for before, now in zip(said, own, strict=True)
                )
            everything = log_means(scale * clip.grouped(u, v), self.positive)
            self.errors.append(tuple(_distance(some, everything) for some in (targets, own)))
        self._learn((u.detach(), v.detach()), targets)
        loss = amortised_loss(s, *targets, self.positive)
        # As released: the whole is divided by the scale, and a pull makes the scale larger or smaller.
        return loss / scale.detach() + self.pull / scale / 2 if self.whole else loss

    def _learn(self, vectors, targets):
        for _ in range(LAMBDA_STEPS):
            loss = sum(
                (net(x) - target.flatten()).square().mean()
                for net, x, target in zip(self.lambdas, vectors, targets, strict=True)
            )
            loss.backward()
            self.optimizer.step()
            self.optimizer.zero_grad()
        for average, net in zip(self.averages, self.lambdas, strict=True):
            average.update_parameters(net)


class Table:
    """The control: one number for each face and each caption, a moving average in the place of λ.

    Parameters
    ----------
    n : int
        Pairs.
    groups : int
    beta : float
        Share of the average in the normaliser, as for ``Amortised``.
    """

    learn_scale = False

    def __init__(self, n: int, groups: int = SMALL, beta: float = BETA):
        self.groups, self.beta, self.share = groups, beta, 0.0
        self.table, self.errors = [torch.full((n,), torch.nan) for _ in range(2)], []

    def start(self, epoch: int, epochs: int):
        """Begin an epoch: the share of the average."""
        self.share = self.beta * (1 - np.cos(np.pi * min(1.0, 2 * epoch / epochs))) / 2

    def __call__(self, u, v, scale, index) -> torch.Tensor:
        """Return the loss of a batch, after the averages have taken it in."""
        s = scale * clip.grouped(u, v, self.groups)
        with torch.no_grad():
            own, targets = log_means(s), []
            for table, now in zip(self.table, own, strict=True):
                now, before = now.flatten(), table[index]
                if self.share:
                    mixed = torch.logaddexp(before + np.log(self.share), now + np.log(1 - self.share))
                    # A face that was left over in every epoch so far has no average yet.
                    now = torch.where(before.isnan(), now, mixed)
                table[index] = now
                targets.append(now.view(self.groups, -1))
            everything = log_means(scale * clip.grouped(u, v))
            self.errors.append(tuple(_distance(some, everything) for some in (targets, own)))
        return amortised_loss(s, *targets)


def _ema(averaged, current, _):
    """Move averages of parameters towards the current ones, in place."""
    torch._foreach_lerp_(averaged, current, 1 - EMA)


def _distance(some, others) -> float:
    """Return the mean distance of two couples of ``log Z``."""
    pairs = zip(some, others, strict=True)
    return float(np.mean([float((a.flatten() - b.flatten()).abs().mean()) for a, b in pairs]))


def losses(n: int, seed: int = 0) -> dict:
    """Return every arm's loss, for ``n`` pairs."""
    return {
        ALL: clip.Contrastive(),
        SIXTEEN: clip.Contrastive(clip.BATCH // 16),
        FOUR: clip.Contrastive(SMALL),
        FOUR_LEARNED: clip.Contrastive(SMALL, learn_scale=True),
        AMORTISED: Amortised(seed=seed),
        HALF: Amortised(beta=BETA / 2, seed=seed),
        TABLE: Table(n),
        WHOLE: Amortised(seed=seed, whole=True),
    }


def last_errors(loss, batches: int) -> tuple[float, float]:
    """Return how far the blended and the group's own ``log Z`` were from the whole batch's, in the last batches."""
    blended, own = np.mean(loss.errors[-batches:], axis=0)
    return float(blended), float(own)


def repeat(
    seed: int, n: int = 2800, tests: int = 700, epochs: int = clip.EPOCHS
) -> dict[str, dict[str, float]]:
    """Train every arm on other puppets from other weights, and examine it.

    Of the normaliser, in hundredths of a natural logarithm, in the last epoch: how far what an arm divides by is from
    that of the whole batch, and how much nearer that is than its group's own. For CLIP, which divides by its group's
    own, it is nearer by 0.
    """
    learn, new = puppet_pairs(seed, n, tests)
    prompts, found = prompts_for(new), {}
    for arm, loss in losses(len(learn), seed).items():
        towers = clip.train_towers(learn, seed, loss=loss, epochs=epochs)
        found[arm] = clip.examine(towers, new, prompts) | {"scale": float(towers.scale.detach())}
        if hasattr(loss, "errors"):
            blended, own = last_errors(loss, len(learn) // clip.BATCH)
            found[arm] |= {"error of log Z": 100 * blended, "nearer by": 100 * (own - blended)}
        else:
            found[arm] |= {"error of log Z": float("nan"), "nearer by": 0.0}
    return found
