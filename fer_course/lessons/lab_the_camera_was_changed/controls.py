"""The control of notebook 13: adapting a network with any camera, way and learning rate."""

from fer_course.evaluation.predict import predict
from fer_course.faces import SIZE, Faces
from fer_course.lessons.lab_the_camera_was_changed import adapting, figures
from fer_course.show.controls import Control, menu
from fer_course.training.adaptation import WAYS, adapt


def adaptation(model, faces: Faces, seed: int = 0) -> Control:
    """Notebook 13: which labels a network gives before and after adapting to a new camera.

    Parameters
    ----------
    model : nn.Module
        From ``adapting.source``.
    faces : Faces
        As the old camera shows them. A few hundred take a few seconds.
    seed : int

    Returns
    -------
    Control
        Inputs ``camera``, ``how``, ``rate`` and ``epochs``.
    """
    rates = [(f"{rate:g}", rate) for rate in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)]
    inputs = {
        "camera": menu("camera", adapting.CAMERAS, "noise"),
        "how": menu("adapt by", WAYS, "entropy"),
        "rate": menu("learning rate", rates, adapting.RATE),
        "epochs": menu("epochs", (1, 3, 10), 3),
    }

    def draw(camera, how, rate, epochs):
        images = adapting.seen_by(camera, faces, seed)
        adapted = adapt(model, images, how, rate=rate, epochs=epochs, size=SIZE, seed=seed)
        before, after = (predict(one, images, SIZE).argmax(1) for one in (model, adapted))
        right = tuple(100 * float((labels == faces.labels).mean()) for labels in (before, after))
        learned = "" if how == "statistics" else f", learning rate {rate:g}, epochs {epochs}"
        return figures.named(before, after, right, f"{camera}: {how}{learned}")

    return Control(inputs, draw)
