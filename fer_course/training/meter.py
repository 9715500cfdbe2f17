"""Loss and accuracy of an epoch, added up where the model is."""

import torch


class Meter:
    """Add up loss and right predictions on the device, and show them without making it wait.

    A GPU works behind the program, many steps late. Asking it for a number (``loss.item()``) stops the program until it
    has caught up, and after that the GPU stands still until it is given work again. So the sums stay on the device,
    and for the progress bar a copy is started that arrives some steps later.

    Parameters
    ----------
    device : torch.device
    """

    def __init__(self, device):
        # Loss and right predictions.
        self.sums = torch.zeros(2, device=device)
        self.images = 0
        self._copy = torch.zeros(2, pin_memory=self.sums.is_cuda)
        self._copied, self._images = torch.cuda.Event() if self.sums.is_cuda else None, 0

    def add(self, loss: torch.Tensor, logits: torch.Tensor, labels: torch.Tensor):
        """Count a batch; of labels that are shares, the largest is the one to predict."""
        if labels.dim() == 2:
            labels = labels.argmax(1)
        right = (logits.detach().argmax(1) == labels).sum()
        self.sums += torch.stack([loss.detach() * len(labels), right])
        self.images += len(labels)

    def glance(self) -> tuple[float, float, int]:
        """Return the last copied loss, accuracy and image count (NaN before the first), and start the next copy."""
        if self._copied is None:
            return self._means(self.sums, self.images)
        if not self._copied.query():
            return self._means(self._copy, 0)
        seen = self._means(self._copy, self._images)
        self._copy.copy_(self.sums, non_blocking=True)
        self._copied.record()
        self._images = self.images
        return seen

    def totals(self) -> torch.Tensor:
        """Return loss, right predictions and images, on the device."""
        return torch.cat([self.sums, self.sums.new_tensor([self.images])])

    @staticmethod
    def _means(sums, images: int) -> tuple[float, float, int]:
        if not images:
            return float("nan"), float("nan"), 0
        loss, right = sums.tolist()
        return loss / images, right / images, images
