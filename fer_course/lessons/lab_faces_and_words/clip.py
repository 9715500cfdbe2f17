"""A CLIP in two small towers (Radford et al., arXiv 2103.00020): faces and captions meet in one space."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from fer_course.labels import EXPRESSIONS
from fer_course.lessons.lab_faces_and_words.captions import VOCABULARY, Pairs, bags_of_words
from fer_course.model.inputs import prepare
from fer_course.training.batches import Batches
from fer_course.training.small import AUGMENTATION, new_small

DIMENSIONS = 64
"""Of the space that faces and captions share."""

SIZE = 32
"""Pixels that the image tower is given."""

BATCH, EPOCHS, RATE = 128, 16, 3e-3

SCALE = 14.0
"""What similarities are multiplied by before a softmax: 1 / 0.07."""


class Towers(nn.Module):
    """A face's tower and a caption's tower.

    Parameters
    ----------
    seed : int
        Of the first weights.
    """

    def __init__(self, seed: int = 0):
        super().__init__()
        self.image = new_small(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.image.head = nn.Linear(self.image.head.in_features, DIMENSIONS)
            self.text = nn.Sequential(nn.Linear(len(VOCABULARY), 128), nn.ReLU(), nn.Linear(128, DIMENSIONS))
        self.log_scale = nn.Parameter(torch.tensor(float(np.log(SCALE))))

    @property
    def scale(self):
        """What similarities are multiplied by."""
        return self.log_scale.exp()

    def faces(self, inputs) -> torch.Tensor:
        """Return unit vectors of shape (N, 64) for images of shape (N, 1, 32, 32), standardised."""
        return F.normalize(self.image(inputs), dim=1)

    def captions(self, words) -> torch.Tensor:
        """Return unit vectors of shape (N, 64) for bags of words of shape (N, V)."""
        return F.normalize(self.text(words), dim=1)


def grouped(u, v, groups: int = 1) -> torch.Tensor:
    """Return the similarity of every face and caption of the same group: shape (groups, n, n), n = N / groups.

    A group is what one machine sees.
    """
    each = len(u) // groups
    return u.view(groups, each, -1) @ v.view(groups, each, -1).transpose(1, 2)


def clip_loss(u, v, scale, groups: int = 1) -> torch.Tensor:
    """Return CLIP's loss: which caption belongs to a face, and which face to a caption; the mean of both.

    Parameters
    ----------
    u, v : tensor of float, shape (N, 64)
        Unit vectors of faces and of their captions.
    scale : tensor of float, shape ()
    groups : int
        Machines that see only their own share of the batch.
    """
    s = scale * grouped(u, v, groups)
    own = s.diagonal(dim1=1, dim2=2)
    return ((s.logsumexp(2) - own).mean() + (s.logsumexp(1) - own).mean()) / 2


class Contrastive:
    """CLIP's loss as the trainer calls it.

    Parameters
    ----------
    groups : int
    learn_scale : bool
        Whether the scale is learned too.
    """

    def __init__(self, groups: int = 1, learn_scale: bool = False):
        self.groups, self.learn_scale = groups, learn_scale

    def start(self, epoch: int, epochs: int):
        """Begin an epoch: nothing to do."""

    def __call__(self, u, v, scale, index) -> torch.Tensor:
        """Return the loss of a batch; ``index`` says which pairs it holds."""
        return clip_loss(u, v, scale, self.groups)


def train_towers(
    pairs: Pairs,
    seed: int = 0,
    *,
    loss=None,
    towers=None,
    epochs: int = EPOCHS,
    rate: float = RATE,
    order=None,
) -> Towers:
    """Train two towers.

    Parameters
    ----------
    pairs : Pairs
    seed : int
    loss : callable
        Such as ``Contrastive()``, which it is if not given: takes unit vectors of faces and captions, the scale, and
        the numbers of the pairs.
    towers : Towers, optional
        To go on with; new ones if not given.
    epochs : int
    rate : float
        Highest learning rate of AdamW; it falls to 0 along a cosine.
    order : callable, optional
        Takes an epoch and returns the numbers of the pairs, batch after batch, in the place of a random order.

    Returns
    -------
    Towers
        In evaluation mode.

    Raises
    ------
    ValueError
        If there are fewer pairs than one batch holds.
    """
    if len(pairs) < BATCH:
        raise ValueError(
            f"Expected at least one batch of {BATCH} faces with captions, found {len(pairs)}; bring more faces, or "
            "take puppets: setup() without data."
        )
    loss, towers = loss or Contrastive(), towers or Towers(seed)
    towers.train()
    towers.log_scale.requires_grad_(loss.learn_scale)
    words, numbers = pairs.words, torch.arange(len(pairs))
    optimizer = torch.optim.AdamW(
        [p for p in towers.parameters() if p.requires_grad], rate, weight_decay=1e-2
    )
    steps = epochs * (len(pairs) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for epoch in range(epochs):
        loss.start(epoch, epochs)
        for inputs, index in _epoch(pairs, numbers, seed, epoch, order):
            u, v = towers.faces(inputs), towers.captions(words[index])
            loss(u, v, towers.scale, index).backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    return towers.eval()


def _epoch(pairs, numbers, seed, epoch, order):
    """Yield the batches of an epoch: augmented faces, and the numbers of their pairs."""
    if order is None:
        yield from Batches(pairs.faces, SIZE, BATCH, AUGMENTATION, seed, labels=numbers).epoch(epoch)
        return
    for k, part in enumerate(np.split(order(epoch), len(pairs) // BATCH)):
        some = pairs.faces[part]
        yield from Batches(some, SIZE, BATCH, AUGMENTATION, seed, labels=numbers[part]).epoch(
            1000 * epoch + k
        )


def embed(towers: Towers, pairs: Pairs) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the unit vectors of faces and of captions, both of shape (N, 64)."""
    with torch.no_grad():
        inputs = prepare(pairs.faces, SIZE)
        return torch.cat([towers.faces(part) for part in inputs.split(256)]), towers.captions(pairs.words)


def prompt_vectors(towers: Towers, prompts) -> torch.Tensor:
    """Return a unit vector for each list of captions: the mean of theirs, shape (len(prompts), 64)."""
    with torch.no_grad():
        return F.normalize(
            torch.stack([towers.captions(bags_of_words(texts)).mean(0) for texts in prompts]), dim=1
        )


def told_apart(towers: Towers, pairs: Pairs, prompts, names=("fear", "surprise")) -> float:
    """Return how often two expressions are told apart if only these are asked about, in per cent; guessing gives 50."""
    numbers = np.array([EXPRESSIONS.index(name) for name in names])
    labels = labels_of(pairs)
    u, _ = embed(towers, pairs)
    asked = np.isin(labels, numbers)
    found = (u @ prompt_vectors(towers, [prompts[k] for k in numbers]).T).argmax(1).numpy()
    return 100 * float((numbers[found] == labels)[asked].mean())


def labels_of(pairs: Pairs) -> np.ndarray:
    """Return the labels to examine by: those without noise, if they are known."""
    return pairs.faces.labels if pairs.faces.clean_labels is None else pairs.faces.clean_labels


def recall_at(u, v, captions, k: int) -> tuple[float, float]:
    """Return how often the right one is among the ``k`` nearest, in per cent: caption for face, face for caption.

    A caption with the same words, in any order, counts as right too.
    """
    bags = bags_of_words(captions)
    same = (torch.cdist(bags, bags, p=1) < 1e-6).numpy()
    found = []
    for similarity in (u @ v.T, v @ u.T):
        nearest = similarity.topk(k, dim=1).indices.numpy()
        found.append(100 * float(np.take_along_axis(same, nearest, 1).any(1).mean()))
    return tuple(found)


def examine(towers: Towers, pairs: Pairs, prompts) -> dict[str, float]:
    """Return zero-shot accuracy and recall among the five nearest, both ways, in per cent."""
    u, v = embed(towers, pairs)
    right = (u @ prompt_vectors(towers, prompts).T).argmax(1).numpy() == labels_of(pairs)
    to_caption, to_face = recall_at(u, v, pairs.captions, 5)
    return {
        "zero-shot": 100 * float(right.mean()),
        "caption among 5": to_caption,
        "face among 5": to_face,
    }
