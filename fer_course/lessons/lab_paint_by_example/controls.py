"""The control of notebook 16: a query, an example of one's choice, and how many steps."""

from fer_course.lessons.lab_paint_by_example import figures
from fer_course.lessons.lab_paint_by_example.diffusion import even_steps, paint
from fer_course.lessons.lab_paint_by_example.tasks import TASKS, Pictures, ask
from fer_course.show.controls import Control, menu, slider


def painting(model, pictures: Pictures) -> Control:
    """Notebook 16: what is painted for a query, by what the example shows, the number of steps, and the noise.

    Parameters
    ----------
    model : UNet
    pictures : Pictures
        Some; all are queries.

    Returns
    -------
    Control
        Inputs ``query``, ``example``, ``steps`` and ``seed``.
    """
    inputs = {
        "query": menu("query of", TASKS),
        "example": menu("example of", TASKS),
        "steps": slider("steps", 10, 2, 50, 1),
        "seed": slider("noise", 0, 0, 20, 1),
    }

    def draw(query, example, steps, seed):
        asked = ask(pictures, query, seed=1, example=example)
        painted = paint(model, asked, even_steps(steps), seed)
        named = {
            "query": asked.shown[:, :1],
            "example": asked.shown[:, 1:2],
            "its answer": asked.shown[:, 2:],
            f"painted in {steps} steps": painted,
        }
        return figures.rows(named, f"{query}, asked with an example of {example}")

    return Control(inputs, draw)
