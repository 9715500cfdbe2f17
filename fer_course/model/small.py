"""A small network that knows nothing yet, for experiments on what a network learns from its data."""

from torch import nn

from fer_course.labels import EXPRESSIONS


class SmallNet(nn.Module):
    """A network of four blocks that starts from nothing: 48 px in, seven logits out.

    The course's own start knows expressions already and has less need of a shortcut; a network that knows nothing
    takes the easiest way. Maps have 24, 12, 6 and 6 cells a side after ``blocks`` 0, 1, 2 and 3.

    Parameters
    ----------
    width : int
        Channels of the first block; the others have two, three and four times as many.
    """

    def __init__(self, width: int = 24):
        super().__init__()
        channels = [1, width, 2 * width, 3 * width, 4 * width]
        self.blocks = nn.Sequential(
            *(self._block(*channels[k : k + 2], stride=2 if k < 3 else 1) for k in range(4))
        )
        self.head = nn.Linear(channels[-1], len(EXPRESSIONS))

    @staticmethod
    def _block(before: int, after: int, stride: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, padding=1, groups=after, bias=False),
            nn.Conv2d(after, after, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
        )

    def forward(self, inputs):
        """Return the logits, of shape (N, 7)."""
        return self.head(self.blocks(inputs).mean((2, 3)))
