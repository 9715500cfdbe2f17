"""One network for pictures of several sizes, after Li, Yao and Chen (ECCV 2020, arXiv 2007.06181).

Three parts, each of which can be left out: batch norms of their own for every size, weights that are a straight line in
the size, and distillation from the larger sizes to the smaller.
"""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from fer_course.evaluation.predict import predict
from fer_course.evaluation.verdict import Claim
from fer_course.faces import SIZE, Faces
from fer_course.puppets.studio import draw_studio
from fer_course.training.batches import Batches
from fer_course.training.small import AUGMENTATION, BATCH, adamw, new_small, train_small

SIZES = (48, 32, 20)
"""Height and width of the pictures, in pixels, the largest first."""

WIDER = 34
"""Channels of the first block with which a network with private norms has as many parameters as one with lines."""

LARGE, ENLARGED, EACH = "48 px network", "48 px network, enlarged", "one network a size"
SHARED, PRIVATE, WIDE = "all shared", "private norms", "private norms, wider"
PRIVATE_KD, LINE, SAN = "private norms, distilled", "lines", "lines, distilled (SAN)"
ARMS = {
    SHARED: ({}, False),
    PRIVATE: ({"private": True}, False),
    WIDE: ({"private": True, "width": WIDER}, False),
    PRIVATE_KD: ({"private": True}, True),
    LINE: ({"private": True, "line": True}, False),
    SAN: ({"private": True, "line": True}, True),
}
"""Networks that learn all sizes at once: options of ``SizedNet``, and whether the larger sizes teach the smaller."""

CLAIMS = (
    Claim("A network trained at 48 px fails at 20 px", LARGE, EACH, "20 px", more=False),
    Claim("Scale-adaptive weights beat one network a size, at 20 px", SAN, EACH, "20 px"),
    Claim("Weights on a line beat private norms of equal parameters, at 20 px", LINE, WIDE, "20 px"),
    Claim("Distillation from large to small helps, at 20 px", SAN, LINE, "20 px"),
    Claim(
        "Weights on a line beat the 48 px network with pictures enlarged, at 20 px", SAN, ENLARGED, "20 px"
    ),
)


class PrivateNorms(nn.Module):
    """A batch norm for each size; ``size`` says whose turn it is."""

    def __init__(self, norm: nn.BatchNorm2d, sizes):
        super().__init__()
        self.norms = nn.ModuleDict({str(size): nn.BatchNorm2d(norm.num_features) for size in sizes})
        self.size = sizes[0]

    def forward(self, inputs):
        """Normalise by what was counted at this size."""
        return self.norms[str(self.size)](inputs)


class LineConv(nn.Module):
    """A convolution whose weights are a straight line in the size: ``W = a·ε + b``, with ε = size / 48."""

    def __init__(self, convolution: nn.Conv2d, sizes):
        super().__init__()
        self.b = nn.Parameter(convolution.weight.detach().clone())
        self.a = nn.Parameter(torch.zeros_like(self.b))
        self.options = {"stride": convolution.stride, "padding": convolution.padding}
        self.options["groups"] = convolution.groups
        self.size = sizes[0]

    def forward(self, inputs):
        """Convolve with the weights of this size."""
        return F.conv2d(inputs, self.a * (self.size / SIZE) + self.b, **self.options)


class SizedNet(nn.Module):
    """The small network for pictures of several sizes.

    Parameters
    ----------
    private : bool
        Whether every size has batch norms of its own.
    line : bool
        Whether the weights of every convolution but the first are a straight line in the size.
    width : int
        As for ``SmallNet``.
    sizes : tuple of int
    seed : int
    """

    def __init__(self, *, private=False, line=False, width=24, sizes=SIZES, seed=0):
        super().__init__()
        self.net, self.sizes = new_small(seed, width=width), tuple(sizes)
        first = True
        for block in self.net.blocks:
            for k, layer in enumerate(block):
                if private and isinstance(layer, nn.BatchNorm2d):
                    block[k] = PrivateNorms(layer, self.sizes)
                if line and isinstance(layer, nn.Conv2d) and not first:
                    block[k] = LineConv(layer, self.sizes)
                first = first and not isinstance(layer, nn.Conv2d)

    def forward(self, inputs):
        """Return the logits, of shape (N, 7), for pictures of one of the sizes, or of the nearest."""
        size = min(self.sizes, key=lambda own: abs(own - inputs.shape[-1]))
        for layer in self.modules():
            if isinstance(layer, (PrivateNorms, LineConv)):
                layer.size = size
        return self.net(inputs)


def distilled_loss(logits: list[torch.Tensor], labels: torch.Tensor, distil: bool) -> torch.Tensor:
    """Return the sum of cross-entropies over sizes, the largest first; with what the larger teach the smaller.

    ``Σ_j CE_j + Σ_{k<j} KL(p_k ‖ p_j)``, without a gradient through ``p_k``.
    """
    loss = sum(F.cross_entropy(each, labels) for each in logits)
    for j, small in enumerate(logits if distil else ()):
        for large in logits[:j]:
            target = large.detach().log_softmax(1)
            loss = loss + F.kl_div(small.log_softmax(1), target, log_target=True, reduction="batchmean")
    return loss


def train_sized(model: SizedNet, faces: Faces, seed=0, *, epochs=8, rate=4e-3, distil=False) -> SizedNet:
    """Train a network on the same faces in all its sizes at once; every step sees all sizes."""
    optimizer = adamw(model, rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * (len(faces) // BATCH))
    each = [Batches(faces, size, BATCH, AUGMENTATION, seed) for size in model.sizes]
    model.train()
    for epoch in range(epochs):
        for parts in zip(*(batches.epoch(epoch) for batches in each), strict=True):
            # The same seed: the same faces with the same changes, in another size.
            logits = [model(inputs) for inputs, _ in parts]
            distilled_loss(logits, parts[0][1], distil).backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    model.trained_size = model.sizes[0]
    return model.eval()


def shrunk(images: np.ndarray, size: int) -> np.ndarray:
    """Return images as a camera of fewer pixels would give them, enlarged to 48 again: uint8, shape (N, 48, 48)."""
    small = (Image.fromarray(image).resize((size, size), Image.Resampling.BILINEAR) for image in images)
    return np.stack([np.asarray(one.resize((SIZE, SIZE), Image.Resampling.BILINEAR)) for one in small])


def accuracy_at(model, faces: Faces, sizes=SIZES) -> dict[str, float]:
    """Return the accuracy at each size, in per cent."""
    found, own = {}, model.trained_size
    for size in sizes:
        # Said here, so that nobody is warned of a size that is asked for on purpose.
        model.trained_size = size
        found[f"{size} px"] = 100 * float((predict(model, faces).argmax(1) == faces.labels).mean())
    model.trained_size = own
    return found


def repeat(seed: int, n: int = 2100, tests: int = 1000, epochs: int = 10) -> dict[str, dict[str, float]]:
    """Train and examine every arm once.

    Parameters
    ----------
    seed : int
        Of puppets and first weights: the same for all arms.
    n, tests, epochs : int

    Returns
    -------
    dict of str to dict of str to float
        By arm: accuracy in per cent at each size, and the number of parameters.
    """
    train, test = draw_studio(n, 6000 + seed), draw_studio(tests, 7000 + seed)
    singles = {size: train_small(train, seed, size=size, epochs=epochs) for size in SIZES}
    large = singles[SIZE]
    found = {
        EACH: {f"{size} px": accuracy_at(one, test, (size,))[f"{size} px"] for size, one in singles.items()},
        LARGE: accuracy_at(large, test),
    }
    enlarged = {
        f"{size} px": predict(large, shrunk(test.images, size)).argmax(1) == test.labels for size in SIZES
    }
    found[ENLARGED] = {name: 100 * float(right.mean()) for name, right in enlarged.items()}
    count = sum(p.numel() for p in large.parameters())
    found[EACH]["parameters"] = len(SIZES) * count
    found[LARGE]["parameters"] = found[ENLARGED]["parameters"] = count
    for arm, (options, distil) in ARMS.items():
        model = train_sized(SizedNet(**options, seed=seed), train, seed, epochs=epochs, distil=distil)
        found[arm] = accuracy_at(model, test)
        found[arm]["parameters"] = sum(p.numel() for p in model.parameters())
    return found
