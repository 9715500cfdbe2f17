"""Feedback on the exercises of notebook 16: paint by example."""

from fer_course.lessons.exercises import check_choice, check_number


def noise_at_the_start(answer, alpha: float):
    """Notebook 16: how much larger an error in the noise arrives in the answer, at the first step back."""
    grown = ((1 - alpha) / alpha) ** 0.5
    check_number(
        answer,
        grown,
        right=f"{grown:.1f} times. Predicting the noise well is easy there, and tells little about the picture.",
        wrong={
            alpha**0.5: "that is √ᾱ; the answer is (x − √(1−ᾱ) ε) / √ᾱ.",
            1
            / alpha
            ** 0.5: "that is 1/√ᾱ; the noise is scaled by √(1−ᾱ) too (it makes little difference here).",
            1 / alpha: "take the root.",
        },
        tolerance=1e-3,
        unit="times",
    )


def does_it_teach(answer):
    """Notebook 16: whether the feedback as released can change a weight."""
    if answer is ...:
        check_choice(answer, "no", right="", wrong={})
        return
    said = "yes" if answer is True else "no" if answer is False else answer
    check_choice(
        said,
        "no",
        right="`detach` and NumPy cut the graph. The number is right, it is added to the loss, it is shown in the log, "
        "and no weight feels it.",
        wrong={"yes": "ask `feedback(…, as_released=True).requires_grad`."},
    )


def times_as_fast(answer, steps: int = 10, before: int = 100):
    """Notebook 16: how many times as fast ten steps are as a hundred, if a step costs the same."""
    check_number(
        answer,
        before / steps,
        right=f"{before / steps:.0f} times: near the 9.45 of the abstract. The speed is that of fewer steps; what must "
        "be shown is that the pictures stay as good.",
        wrong={steps / before: "the other way round."},
        unit="times",
    )


def why_blurred(answer):
    """Notebook 16: why the network that answers in one step has the smallest error and blurred faces."""
    check_choice(
        answer,
        "it paints the mean of all faces that fit",
        right="The mean has the smallest mean square error of all answers, and no face looks like it. An error alone "
        "cannot judge pictures.",
        wrong={
            "it is too small": "it is the same network.",
            "it was trained for too short a time": "a little, perhaps; but the best answer to this loss is a mean.",
            "it never saw noise": "true; but why would that blur?",
        },
    )


def error_of_a_perfect_painter(answer, error: float):
    """Notebook 16: how far a painter is off who paints any of the faces that fit, if their mean is off by ``error``."""
    check_number(
        answer,
        2**0.5 * error,
        right=f"{2**0.5 * error:.1f}: the squares of two ways add up, from the mean to the truth and from the mean to "
        "what was painted. Who paints one of the faces that fit must lose to who paints their mean.",
        wrong={
            error: "that is the error of their mean. The painted face lies as far from it as the truth does.",
            2
            * error: "these two ways lead in directions that have nothing to do with each other: squares add up.",
            0: "a perfect painter paints a face that fits, not the very one that the edges were made of.",
        },
        tolerance=0.01,
        unit="hundredths",
    )
