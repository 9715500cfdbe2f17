"""What painted answers are worth: near to the truth, sharp, different from each other, and legible for others."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from fer_course.evaluation.predict import predict
from fer_course.evaluation.verdict import Claim
from fer_course.lessons.lab_paint_by_example import diffusion
from fer_course.lessons.lab_paint_by_example.diffusion import PAPERS_TEN, even_steps, paint, train_painter
from fer_course.lessons.lab_paint_by_example.tasks import (
    EDGES,
    FACE,
    PARTS,
    SIZE,
    Pictures,
    ask,
    edges_of,
    pictures_of,
)
from fer_course.puppets.studio import draw_studio
from fer_course.training.small import train_small

ONE, TEN, EVEN, FIFTY, THREE = (
    "one step, no diffusion",
    "the paper's ten steps",
    "ten even steps",
    "fifty even steps",
    "three of the paper's",
)
TRAINED_ON_TEN, FED_BACK, OF_NOISE = (
    "trained on the paper's ten",
    "feedback with a gradient",
    "predicts the noise",
)
TRUTH = "the truth"

THREE_STEPS = (0, 619, 998)

FEEDBACK = 1.0
"""Weight of the feedback, as released."""

PAINTINGS = 3
"""Answers to one question, for their spread."""

ERROR = {"more": False, "unit": "hundredths"}
"""What is claimed of an error: less of it."""

CLAIMS = (
    Claim(
        "The paper's ten steps are nearer to the truth than ten even ones", TEN, EVEN, "error, face", **ERROR
    ),
    Claim("… and more legible", TEN, EVEN, "label read"),
    Claim("Three steps are nearer to the truth than ten", THREE, TEN, "error, face", **ERROR),
    Claim("Ten steps are less legible than fifty", TEN, FIFTY, "label read", more=False),
    Claim("Training on the paper's ten alone helps", TRAINED_ON_TEN, TEN, "error, face", **ERROR),
    Claim("Feedback brings the edges of the face nearer", FED_BACK, TEN, "edge error of the face", **ERROR),
    Claim("Feedback makes expressions more legible", FED_BACK, TEN, "label read"),
    Claim("Feedback costs the task of edges", FED_BACK, TEN, "error, edges", unit="hundredths"),
    Claim("Diffusion is nearer to the truth than one step", TEN, ONE, "error, face", **ERROR),
    Claim("Diffusion paints steeper grey values than one step", TEN, ONE, "sharpness"),
    Claim("Diffusion paints expressions more legibly", TEN, ONE, "label read"),
    Claim("Diffusion paints parts more legibly", TEN, ONE, "parts read"),
    Claim(
        "Who predicts the answer is nearer than who predicts the noise", TEN, OF_NOISE, "error, face", **ERROR
    ),
    Claim("… and follows the example more often", TEN, OF_NOISE, "follows the example"),
)


@dataclass(frozen=True, eq=False)
class Readers:
    """Networks that have nothing to do with painting and read what was painted.

    Attributes
    ----------
    parts : UNet
        Marks the parts of a face.
    labels : SmallNet
        Names the expression.
    """

    parts: torch.nn.Module
    labels: torch.nn.Module


def train_readers(faces, seed: int = 0, batches: int = 300, epochs: int = 8) -> Readers:
    """Train both readers on puppets at 24 pixels."""
    pictures, rng = pictures_of(faces), np.random.default_rng(seed)
    marker = diffusion.UNet(1, seed=seed + 50).train()
    optimizer = torch.optim.AdamW(marker.parameters(), diffusion.RATE)
    for _ in range(batches):
        part = torch.from_numpy(rng.integers(len(pictures), size=diffusion.BATCH))
        found = marker(pictures.faces[part], torch.zeros(len(part)))
        F.mse_loss(found, pictures.parts[part]).backward()
        optimizer.step()
        optimizer.zero_grad()
    return Readers(marker.eval(), train_small(faces, seed, size=SIZE, epochs=epochs))


def error(answers: torch.Tensor, truth: torch.Tensor) -> float:
    """Return the root of the mean square error, in hundredths of the way from black to white."""
    return 50 * float((answers - truth).square().mean().sqrt())


def sharpness(answers: torch.Tensor, truth: torch.Tensor) -> float:
    """Return how steep the grey values are, in per cent of how steep they should be."""
    steep = [float((edges_of(some) + 1).mean()) for some in (answers, truth)]
    return 100 * steep[0] / steep[1]


def follows(model, pictures: Pictures, times, seed: int = 0) -> float:
    """Return in how many cases an answer is nearer to the map that the example shows than to the other, in per cent.

    Query and noise are the same for both maps: whoever does not look at the example gets exactly 50.
    """
    shares = []
    for task, other in ((EDGES, PARTS), (PARTS, EDGES)):
        answers = paint(model, ask(pictures, task, seed), times, seed)
        asked, not_asked = (
            (answers - pictures.of(name)[1]).square().mean((1, 2, 3)) for name in (task, other)
        )
        shares.append(float((asked < not_asked).float().mean()))
    return 100 * float(np.mean(shares))


def enlarged(painted: torch.Tensor) -> np.ndarray:
    """Return pictures as a network of the course takes them: uint8, shape (N, 48, 48), every pixel four times."""
    images = ((painted + 1) * 127.5).round().clamp(0, 255).byte()[:, 0]
    return images.repeat_interleave(2, 1).repeat_interleave(2, 2).numpy()


def read(readers: Readers, painted: torch.Tensor, pictures: Pictures) -> dict[str, float]:
    """Return how well the readers read painted faces: overlap of parts, and labels, in per cent."""
    with torch.no_grad():
        marked = (readers.parts(painted, torch.zeros(len(painted))) > 0).float()
    truth = (pictures.parts > 0).float()
    both, either = (marked * truth).sum((1, 2, 3)), ((marked + truth) > 0).float().sum((1, 2, 3))
    named = predict(readers.labels, enlarged(painted), SIZE).argmax(1)
    return {
        "parts read": 100 * float((both / either.clamp(min=1)).mean()),
        "label read": 100 * float((named == pictures.labels).mean()),
    }


def judge(model, pictures: Pictures, readers: Readers, times=PAPERS_TEN, seed: int = 0) -> dict[str, float]:
    """Return everything that is measured of a painter, by name.

    Errors are in hundredths of the way from black to white, all else in per cent.
    """
    found, faces = {}, []
    for task, name in ((EDGES, "edges"), (PARTS, "parts"), (FACE, "face")):
        questions = ask(pictures, task, seed)
        answers = paint(model, questions, times, seed)
        found[f"error, {name}"] = error(answers, questions.answers)
        if task == FACE:
            faces = [answers, *(paint(model, questions, times, seed + 1 + k) for k in range(PAINTINGS - 1))]
    found["edge error of the face"] = error(edges_of(faces[0]), pictures.edges)
    found["sharpness"] = sharpness(faces[0], pictures.faces)
    found["spread"] = 50 * float(torch.stack(faces).std(0).mean())
    found["follows the example"] = follows(model, pictures, times, seed)
    return found | read(readers, faces[0], pictures)


def judge_truth(pictures: Pictures, readers: Readers) -> dict[str, float]:
    """Return what the same measures say of the truth itself."""
    found = dict.fromkeys(("error, edges", "error, parts", "error, face", "edge error of the face"), 0.0)
    return (
        found
        | {"sharpness": 100.0, "spread": 0.0, "follows the example": 100.0}
        | read(readers, pictures.faces, pictures)
    )


def repeat(
    seed: int, n: int = 3000, tests: int = 120, batches: int = diffusion.TRAINED
) -> dict[str, dict[str, float]]:
    """Draw other puppets, train every painter and both readers, and judge what is painted."""
    faces = draw_studio(n, 25_000 + seed, pose=0.1)
    learn, new = pictures_of(faces), pictures_of(draw_studio(tests, 26_000 + seed, pose=0.1))
    readers = train_readers(faces, seed, batches // 2)

    def trained(**how):
        return train_painter(learn, seed, batches=batches, **how)

    usual = trained()
    ways = {
        ONE: (trained(predicts=diffusion.ONE_STEP), PAPERS_TEN),
        TEN: (usual, PAPERS_TEN),
        EVEN: (usual, even_steps(10)),
        FIFTY: (usual, even_steps(50)),
        THREE: (usual, THREE_STEPS),
        TRAINED_ON_TEN: (trained(times=PAPERS_TEN), PAPERS_TEN),
        FED_BACK: (trained(feedback_weight=FEEDBACK), PAPERS_TEN),
        OF_NOISE: (trained(predicts=diffusion.NOISE), PAPERS_TEN),
    }
    found = {arm: judge(model, new, readers, times, seed) for arm, (model, times) in ways.items()}
    return found | {TRUTH: judge_truth(new, readers)}
