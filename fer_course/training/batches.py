"""A whole data set on one device, with batches augmented there."""

import numpy as np
import torch

from fer_course.faces import Faces
from fer_course.training.augmentation import Augmentation, augment, mix


class Batches:
    """Faces on a device, handed out in augmented batches.

    FER-2013 is 83 MB as uint8: all of it fits beside the model, and no worker process has to feed it.

    Parameters
    ----------
    faces : Faces
    size : int
        Height and width of a training image, in pixels.
    batch_size : int
        Images in a batch, over all processes together.
    augmentation : Augmentation, optional
        Nothing is changed without one.
    seed : int
        With the epoch's number it decides order and changes; the same on any machine.
    device : str or torch.device
    process, processes : int
        Which share of every batch this process takes.
    labels : tensor of float32, shape (N, 7), optional
        To hand out instead of the faces' own labels: see ``soft_labels``.

    Raises
    ------
    ValueError
        If there are fewer faces than one batch holds, or a batch cannot be shared evenly.
    """

    def __init__(
        self,
        faces: Faces,
        size: int,
        batch_size: int,
        augmentation: Augmentation | None = None,
        seed: int = 0,
        device="cpu",
        process: int = 0,
        processes: int = 1,
        labels: torch.Tensor | None = None,
    ):
        if len(faces) < batch_size:
            raise ValueError(
                f"Expected at least one batch of {batch_size} faces, found {len(faces)}; lower batch_size."
            )
        if batch_size % processes:
            raise ValueError(
                f"Expected a batch size that {processes} processes can share, found {batch_size}."
            )
        self.images = torch.from_numpy(np.ascontiguousarray(faces.images)).unsqueeze(1).to(device)
        self.labels = (torch.from_numpy(faces.labels) if labels is None else labels).to(device)
        self.size, self.batch_size, self.seed, self.device = size, batch_size, seed, device
        self.augmentation = augmentation or Augmentation.none()
        self.process, self.processes = process, processes

    def __len__(self) -> int:
        """Return the number of whole batches in an epoch; the few faces left over come in another epoch's order."""
        return len(self.images) // self.batch_size

    def epoch(self, number: int):
        """Yield the batches of one epoch.

        Parameters
        ----------
        number : int
            Each epoch has an order and changes of its own.

        Yields
        ------
        inputs : tensor of float32, shape (B, 1, size, size)
        labels : tensor of int64, shape (B,); where images are mixed or labels are shares, of float32, shape (B, 7)
        """
        rng = np.random.default_rng([self.seed, number])
        order = torch.from_numpy(rng.permutation(len(self.images))).to(self.device)
        changes = self.augmentation.draw(len(self.images), rng).to(self.device)
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            places = slice(start + self.process, start + self.batch_size, self.processes)
            chosen = order[places]
            inputs, labels = augment(self.images[chosen], changes[places], self.size), self.labels[chosen]
            yield mix(inputs, labels, changes[places]) if self.augmentation.mixes else (inputs, labels)
