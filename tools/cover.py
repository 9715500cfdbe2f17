"""Draw the README's picture: puppets of every expression, and what the course's network saw in them.

    python -m tools.cover            writes docs/pictures/puppets_grad_cam.png

It uses the finished run of notebook 04 and trains one where there is none. No photograph of a person is involved.
"""

import argparse
from pathlib import Path

import numpy as np

from fer_course import setup
from fer_course.evaluation.predict import predict, softmax
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.draw import draw_puppet
from fer_course.puppets.units import PROTOTYPES
from fer_course.saliency.maps import explain
from fer_course.show.heatmaps import KEY, show_overlay, where_is
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import new_figure

INTENSITIES = (1.0, 0.8)
IDENTITIES = range(24)


def most_convincing(model, size: int):
    """Return for every expression the puppet that the network is most sure of (no puppet twice), small and large."""
    images, probabilities = [], []
    taken = set()
    for label, expression in enumerate(EXPRESSIONS):
        options = [(i, x) for i in IDENTITIES if i not in taken for x in INTENSITIES]
        drawn = np.stack(
            [draw_puppet(dict.fromkeys(PROTOTYPES[expression], x), identity=i) for i, x in options]
        )
        sure = softmax(predict(model, drawn, size))[:, label]
        best = int(sure.argmax())
        identity, intensity = options[best]
        taken.add(identity)
        units = dict.fromkeys(PROTOTYPES[expression], intensity)
        images.append((drawn[best], draw_puppet(units, identity=identity, size=192)))
        probabilities.append(sure[best])
    return images, probabilities


def draw_cover(model, size: int) -> Picture:
    """Return two rows: puppets as large as they can be drawn, and the same with their heat maps."""
    images, probabilities = most_convincing(model, size)
    small = np.stack([image for image, _ in images])
    maps = explain(model, small, size=size, target=np.arange(len(EXPRESSIONS))).maps
    figure, grid = new_figure(12, 3.95, 2, len(EXPRESSIONS))
    words = []
    for label, expression in enumerate(EXPRESSIONS):
        show_image(grid[0, label], images[label][1])
        grid[0, label].set_title(expression, fontsize=16, loc="center")
        show_overlay(grid[1, label], images[label][1], maps[label])
        grid[1, label].set_xlabel(f"{probabilities[label]:.0%}", fontsize=14)
        words.append(f"{expression} ({probabilities[label]:.0%}): {where_is(maps[label])}")
    return Picture(
        figure,
        "Seven drawn faces, one for each expression label, and below each the same face with its Grad-CAM heat map "
        f"and the network's probability. {KEY} Strongest at: {'; '.join(words)}.",
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", default=Path(__file__).resolve().parents[1] / "docs" / "pictures" / "puppets_grad_cam.png"
    )
    arguments = parser.parse_args()
    course = setup(data="puppets", profile="quick")
    run = course.trained()
    picture = draw_cover(run.model, run.recipe.image_size)
    picture.save(arguments.out)
    print(f"{arguments.out}\n{picture.description}")


if __name__ == "__main__":
    main()
