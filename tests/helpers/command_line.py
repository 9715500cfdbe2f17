"""A training that takes seconds, as arguments of the command line."""

TINY = (
    "backbone=mobilenetv3_small_050",
    "weights=none",
    "image_size=32",
    "batch_size=16",
    "head_epochs=1",
    "tune_epochs=1",
)


def train_arguments(csv, folder, *changes):
    """Return the arguments of ``train`` for a tiny network, with changes such as ``tune_epochs=2``."""
    given = [part for change in (*TINY, *changes) for part in ("--set", change)]
    return ["train", "--data", str(csv), "--folder", str(folder), "--device", "cpu", "--quiet", *given]
