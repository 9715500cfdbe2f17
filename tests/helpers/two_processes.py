"""What each of several processes runs in test_training: a tiny run, its figures written by the first of them.

python -m torch.distributed.run --standalone --nproc-per-node 2 tests/helpers/two_processes.py FOLDER [kill]
python tests/helpers/two_processes.py FOLDER notebook
"""

import os
import signal
import sys

import numpy as np
from accelerate import PartialState, notebook_launcher

from fer_course.data.splits import stratified_split
from fer_course.faces import Faces
from fer_course.training.fit import fit
from fer_course.training.loop import Trainer
from fer_course.training.recipe import Recipe

RECIPE = Recipe(
    backbone="test_efficientnet",
    weights=None,
    image_size=32,
    batch_size=32,
    dropout=0.0,  # each process would draw its own
    head_epochs=1,
    head_lr=1e-2,
    tune_epochs=2,
    tune_lr=1e-3,
)


def noise():
    images = np.random.default_rng(0).integers(0, 256, (160, 48, 48), dtype=np.uint8)
    labels = np.arange(160) ** 2 % 7  # uneven, so that class weights differ
    return stratified_split(
        Faces(images, labels, np.arange(160).astype(str), np.full(160, "Training"), "noise")
    )


def kill_in_the_middle():
    """Let the second process die in the second epoch, as if the system had run out of memory."""
    epoch, calls = Trainer.epoch, []

    def dying(trainer, *arguments):
        calls.append(1)
        if len(calls) == 2 and os.environ["RANK"] == "1":
            os.kill(os.getpid(), signal.SIGKILL)
        return epoch(trainer, *arguments)

    Trainer.epoch = dying


def train(folder):
    fit(RECIPE, *noise(), folder=folder, device="cpu", progress=False)
    assert PartialState().num_processes == 2, "two unrelated copies"


if __name__ == "__main__":
    if sys.argv[2:] == ["notebook"]:
        notebook_launcher(train, (sys.argv[1],), num_processes=2)
    else:
        if sys.argv[2:] == ["kill"]:
            kill_in_the_middle()
        train(sys.argv[1])
