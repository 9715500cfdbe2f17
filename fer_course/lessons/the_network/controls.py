"""The control of notebook 03: kernels on a face."""

import numpy as np

from fer_course.faces import check_faces
from fer_course.lessons.the_network import figures
from fer_course.show.controls import Control, menu, slider


def kernels(faces, model, learned: int = 6) -> Control:
    """Notebook 03: a menu of kernels, made by hand or learned by a network's first layer, on a face.

    Parameters
    ----------
    faces : Faces
    model : nn.Module
        An EfficientNet of one input channel.
    learned : int
        How many kernels of its first layer to offer: those with the largest weights.
    """
    check_faces(faces)
    weights = model.conv_stem.weight.detach().cpu().numpy()[:, 0]
    largest = np.sort(np.argsort(np.abs(weights).sum((1, 2)))[::-1][:learned])
    choices = {name: np.array(kernel) for name, kernel in figures.KERNELS.items()}
    choices |= {f"learned, channel {i}": weights[i] for i in largest}

    def draw(face, kernel):
        return figures.convolution(faces.images[face], choices[kernel], kernel)

    return Control({"face": slider("face", 0, 0, len(faces) - 1, 1), "kernel": menu("kernel", choices)}, draw)
