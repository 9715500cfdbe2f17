"""A small VGG, with and without attention, on events. After arXiv 2504.00370."""

import numpy as np
import torch
import torch.nn.functional as F
from timm.layers import create_attn
from torch import nn

from fer_course.evaluation.verdict import Claim
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.lab_attention import events
from fer_course.lessons.lab_attention.events import draw_onsets, saccades
from fer_course.model.network import count_parameters

CHANNELS, WIDER = (12, 24, 48), (12, 24, 50)
"""Of the three stages; and of a network without attention that has as many weights as one with it."""

EPOCHS, BATCH, RATE = 10, 32, 3e-3

RATIO = 4
"""How many times fewer channels an attention's small network has inside."""

PLAIN, WIDE, GATE, CBAM = "no attention", "as many weights", "channels only", "CBAM"
SHUFFLED, PHOTO, TWO_PHOTOS = "CBAM, slices shuffled", "last picture", "last picture minus first"
STILL, STILL_PLAIN = "CBAM, camera moves", "no attention, camera moves"

PAIR = "fear or surprise"

CLAIMS = (
    Claim("Attention helps", CBAM, PLAIN, "accuracy"),
    Claim("… more than as many weights", CBAM, WIDE, "accuracy"),
    Claim("Attention to places adds to attention to channels", CBAM, GATE, "accuracy"),
    Claim("The order of the slices is used", CBAM, SHUFFLED, "accuracy"),
    Claim("Events beat a photograph", CBAM, PHOTO, "accuracy"),
    Claim("… and a photograph minus the face at rest", CBAM, TWO_PHOTOS, "accuracy"),
    Claim("Events tell fear from surprise better than a photograph", CBAM, PHOTO, PAIR),
    Claim("A face that moves tells more than a camera that moves", CBAM, STILL, "accuracy"),
    Claim("Attention helps if the camera moves", STILL, STILL_PLAIN, "accuracy"),
    Claim("A picture tells more before a camera that moves than as a photograph", STILL, PHOTO, "accuracy"),
)


class EventNet(nn.Module):
    """A VGG of three stages: two convolutions each, then attention or none, then a smaller map.

    Parameters
    ----------
    inputs : int
        Channels that come in: two for each slice.
    channels : sequence of int
        Of each stage.
    attention : str
        ``PLAIN``, ``CBAM`` (Woo et al., arXiv 1807.06521), or ``GATE``, its first half.
    seed : int
    """

    def __init__(self, inputs: int = 8, channels=CHANNELS, attention: str = PLAIN, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            stages = []
            for before, after in zip((inputs, *channels), channels, strict=False):
                stages += [_convolution(before, after), _convolution(after, after), *attend(attention, after)]
                stages += [nn.MaxPool2d(2)]
            self.stages, self.head = nn.Sequential(*stages), nn.Linear(channels[-1], len(EXPRESSIONS))
        # In this order of the numbers a CPU trains it a quarter faster.
        self.to(memory_format=torch.channels_last)

    def forward(self, inputs):
        """Return the logits, of shape (N, 7), of inputs of shape (N, C, 24, 24)."""
        return self.head(self.stages(inputs).mean((2, 3)))


def _convolution(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU())


def attend(attention: str, channels: int) -> list[nn.Module]:
    """Return the modules of an attention: none, or one.

    Raises
    ------
    ValueError
        If the name is none of the three.
    """
    inside = channels // RATIO
    if attention == PLAIN:
        return []
    if attention == GATE:
        return [create_attn("cbam", channels, rd_channels=inside).channel]
    if attention == CBAM:
        return [create_attn("cbam", channels, rd_channels=inside)]
    raise ValueError(f"Expected one of {PLAIN}, {GATE}, {CBAM}, found {attention!r}.")


def train_on(inputs: torch.Tensor, labels, model: EventNet, seed: int = 0, epochs: int = EPOCHS) -> EventNet:
    """Train a network on events, or on pictures, mirrored half of the time.

    Parameters
    ----------
    inputs : tensor of float32, shape (N, C, 24, 24)
    labels : ndarray of int64, shape (N,)
    model : EventNet
    seed : int
    epochs : int

    Returns
    -------
    EventNet
        The same, in evaluation mode.
    """
    rng, targets = np.random.default_rng(seed), torch.from_numpy(np.asarray(labels))
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-2)
    batches = len(inputs) // BATCH
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * batches)
    model.train()
    for _ in range(epochs):
        order = torch.from_numpy(rng.permutation(len(inputs))[: batches * BATCH])
        for part in order.split(BATCH):
            some = inputs[part]
            mirrored = torch.from_numpy(rng.random(len(part)) < 0.5)[:, None, None, None]
            some = torch.where(mirrored, some.flip(3), some)
            F.cross_entropy(model(some), targets[part]).backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    return model.eval()


@torch.no_grad()
def examine(model: EventNet, inputs: torch.Tensor, labels) -> dict[str, float]:
    """Return accuracy, and how often fear is told from surprise when only these two are asked about, in per cent."""
    logits = torch.cat([model(part) for part in inputs.split(256)]).numpy()
    fear, surprise = (EXPRESSIONS.index(name) for name in ("fear", "surprise"))
    pair = np.isin(labels, (fear, surprise))
    says_surprise = logits[pair, surprise] > logits[pair, fear]
    return {
        "accuracy": 100 * float((logits.argmax(1) == labels).mean()),
        PAIR: 100 * float((says_surprise == (np.asarray(labels)[pair] == surprise)).mean()),
    }


def recordings(learn, new, seed: int = 0) -> dict:
    """Return what each kind of camera records of films to learn and of new ones: a couple of tensors each, by name."""
    of_events = tuple(events.as_inputs(films) for films in (learn, new))
    cameras = (saccades(films.frames[:, -1], films.labels) for films in (learn, new))
    return {
        CBAM: of_events,
        SHUFFLED: tuple(events.shuffled(some, seed + k) for k, some in enumerate(of_events)),
        PHOTO: tuple(events.photograph(films) for films in (learn, new)),
        TWO_PHOTOS: tuple(events.brightened(films) for films in (learn, new)),
        STILL: tuple(events.as_inputs(films) for films in cameras),
    }


ARMS = {
    PLAIN: (CBAM, PLAIN),
    WIDE: (CBAM, WIDE),
    GATE: (CBAM, GATE),
    CBAM: (CBAM, CBAM),
    SHUFFLED: (SHUFFLED, CBAM),
    PHOTO: (PHOTO, CBAM),
    TWO_PHOTOS: (TWO_PHOTOS, CBAM),
    STILL_PLAIN: (STILL, PLAIN),
    STILL: (STILL, CBAM),
}
"""By arm: what is recorded, and which network learns it."""


def network_of(kind: str, inputs: int, seed: int) -> EventNet:
    """Return a new network: ``PLAIN``, ``WIDE``, ``GATE`` or ``CBAM``."""
    return EventNet(inputs, WIDER if kind == WIDE else CHANNELS, PLAIN if kind == WIDE else kind, seed)


def repeat(seed: int, n: int = 1050, tests: int = 420, epochs: int = EPOCHS) -> dict[str, dict[str, float]]:
    """Draw other films, and train every arm on what its camera records."""
    learn, new = draw_onsets(n, 40 + seed), draw_onsets(tests, 90 + seed)
    recorded, found = recordings(learn, new, seed), {}
    for arm, (recording, kind) in ARMS.items():
        inputs, others = recorded[recording]
        model = train_on(inputs, learn.labels, network_of(kind, inputs.shape[1], seed), seed, epochs)
        found[arm] = examine(model, others, new.labels) | {"parameters": count_parameters(model)}
    return found
