"""Make the start that is shipped with the course: EfficientNet-B2 that has seen puppets only.

    python -m research.pretrain --out fer_course/weights/puppets.safetensors

The network learns to name the clean label and to read the intensities of the action units of puppets that no
notebook draws (their seeds start at 1,000,000). The two heads it learns with are thrown away: what is kept is the
backbone, in float16. About an hour on two CPU cores; a line is printed, and the file renewed, after every epoch.
"""

import argparse
import math
import time

import torch
import torch.nn.functional as F
from torch import nn

from fer_course.labels import EXPRESSIONS
from fer_course.model.features import pooled_features
from fer_course.model.inputs import prepare
from fer_course.model.network import build_model
from fer_course.model.weights import save_weights
from fer_course.puppets.draw import draw_puppets
from fer_course.puppets.units import ACTION_UNITS
from fer_course.training.augmentation import Augmentation
from fer_course.training.batches import Batches

FIRST_SEED = 1_000_000
"""The notebooks draw puppets with seeds below 10,000."""


def heads_of(features, heads):
    """Split the heads' outputs into label logits, shape (B, 7), and action unit logits, shape (B, 13)."""
    return heads(features).split([len(EXPRESSIONS), len(ACTION_UNITS)], dim=1)


def examine(model, heads, faces, size) -> tuple[float, float]:
    """Return the share of clean labels found and the mean error of the action unit intensities."""
    model.eval()
    right, error = 0, 0.0
    with torch.inference_mode():
        for start in range(0, len(faces), 64):
            some = faces[start : start + 64]
            labels, units = heads_of(pooled_features(model, prepare(some.images, size)), heads)
            right += (labels.argmax(1).numpy() == some.clean_labels).sum()
            error += abs(units.sigmoid().numpy() - some.action_units).mean(1).sum()
    return right / len(faces), error / len(faces)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", required=True, help="the .safetensors file to write")
    parser.add_argument("--puppets", type=int, default=30_000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--size", type=int, default=64, help="pixels")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--start", help="start from this .safetensors file, not from random weights")
    parser.add_argument("--studio", action="store_true", help="sharp, well lit, frontal puppets, none hidden")
    parser.add_argument("--seed", type=int, default=0, help="another one draws other puppets")
    arguments = parser.parse_args()

    dials = {"low_light": 0, "blur": 0, "occlusion": 0, "pose": 0} if arguments.studio else {}
    shares = [1] * len(EXPRESSIONS)
    seed = FIRST_SEED + 2 * arguments.seed
    train = draw_puppets(arguments.puppets, seed=seed, label_noise=0, shares=shares, **dials)
    check = draw_puppets(2000, seed=FIRST_SEED + 1, label_noise=0)  # as the course draws them
    print(f"{len(train):,} puppets drawn", flush=True)

    torch.manual_seed(arguments.seed)
    model = build_model(arguments.start, dropout=0.2)
    heads = nn.Linear(model.num_features, len(EXPRESSIONS) + len(ACTION_UNITS))
    parameters = [*model.parameters(), *heads.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=arguments.rate, weight_decay=0.02)
    batches = Batches(train, arguments.size, arguments.batch_size, Augmentation(), arguments.seed)
    # Batches hands out labels; positions in their place lead to the action units as well.
    batches.labels = torch.arange(len(train))
    truth, units = torch.from_numpy(train.clean_labels), torch.from_numpy(train.action_units)
    steps, step = arguments.epochs * len(batches), 0
    for epoch in range(arguments.epochs):
        model.train()
        began, total = time.time(), 0.0
        for inputs, places in batches.epoch(epoch):
            warm = min(1, (step + 1) / 200)
            for group in optimizer.param_groups:
                group["lr"] = arguments.rate * warm * 0.5 * (1 + math.cos(math.pi * step / steps))
            found, read = heads_of(F.dropout(pooled_features(model, inputs), 0.2), heads)
            loss = F.cross_entropy(found, truth[places], label_smoothing=0.06)
            loss = loss + 2 * F.binary_cross_entropy_with_logits(read, units[places])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            total += loss.item()
            step += 1
            if step % 100 == 0:
                print(f"  step {step} of {steps}, loss {loss.item():.3f}", flush=True)
        accuracy, error = examine(model, heads, check, arguments.size)
        facts = {
            "image_size": arguments.size,
            "epoch": epoch + 1,
            "clean_label_accuracy": round(float(accuracy), 4),
            "action_unit_error": round(float(error), 4),
        }
        save_weights(model, arguments.out, half=True, head=False, **facts)
        print(
            f"epoch {epoch + 1}: loss {total / len(batches):.3f}, {facts}, {time.time() - began:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
