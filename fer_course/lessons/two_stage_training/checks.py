"""Feedback on the exercises of notebook 04: training."""

import numpy as np

from fer_course.evaluation.calibration import asked_confidence
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.exercises import check_choice, check_number
from fer_course.training.balance import class_weights
from fer_course.training.schedules import learning_rate


def one_step(answer, weight, gradient, rate):
    """Notebook 04: where one step of gradient descent takes a weight."""
    check_number(
        answer,
        weight - rate * gradient,
        right=f"The gradient {gradient:g} says: uphill is to the {'right' if gradient > 0 else 'left'}. The step goes "
        "the other way. Where the curve is flatter, the same rate makes a smaller step.",
        wrong={
            weight + rate * gradient: "that is a step uphill: subtract the gradient, do not add it.",
            weight - gradient: "that is a step with a rate of 1: multiply the gradient by the rate.",
            -rate * gradient: "that is the step itself; add it to the weight.",
            rate * gradient: "that is rate times gradient; subtract it from the weight.",
            weight
            - rate: "the step is rate times gradient, so that it is larger where the curve is steeper.",
        },
        unit="a weight",
    )


def zero_head_gradient(answer, head_gradient):
    """Notebook 04: the largest gradient in the backbone while the head is all zeros."""
    check_number(
        answer,
        0.0,
        right="Exactly 0. The gradient reaches the backbone through the head: it is multiplied by the head's weights, "
        "and they are all 0. So the first step moves the head alone, in one stage as in two. From the second step on "
        "the head is no longer 0, and if nothing is frozen, everything moves.",
        wrong={
            head_gradient: "that is the head's own gradient. Leave out the names that begin with classifier.",
            np.log(7): "that is the loss. The gradient says how the loss changes with a weight.",
        },
        unit="the largest absolute gradient",
    )


def net_gain(answer, gained, lost, faces):
    """Notebook 04: by how many points stage 2 is better, from faces gained and lost."""
    check_number(
        answer,
        100 * (gained - lost) / faces,
        right=f"{gained} gained less {lost} lost, of {faces:,} faces. Only these {gained + lost} faces say anything "
        "about the difference. On the others both stages are equally right or wrong. That is why a comparison face by "
        "face has a narrower interval.",
        wrong={
            100 * gained / faces: "those are the faces gained. Stage 2 also lost some.",
            100
            * (gained + lost)
            / faces: "that is how many faces changed; a lost face counts against stage 2.",
            100 * (lost - gained) / faces: "the sign: a face gained counts for stage 2.",
            (gained - lost) / faces: "that is a share; in percentage points it is 100 times as large.",
            gained - lost: "that is a number of faces; divide by how many there are.",
            100 * (gained - lost) / max(gained + lost, 1): "divide by all faces, not by those that changed.",
        },
        tolerance=0.005,
        unit="percentage points",
    )


def what_the_gain_shows(answer):
    """Notebook 04: what the reference model's gain on puppets shows, beside the control's."""
    check_choice(
        answer,
        "b",
        right="The control, which had never seen a drawing, gains too: that part is learning. The start that once knew "
        "puppets comes further with the same steps: part of that may be remembering. One control of one start cannot "
        "say exactly how much, since the two starts also differ in how well they see.",
        wrong={
            "a": "the start began with puppets, long ago. The control, which never saw one, comes less far.",
            "c": "then the control, which has nothing to remember, would gain nothing in stage 2. It does gain.",
        },
    )


def surest_label(answer, counts, cap, smoothing):
    """Notebook 04: of which label the weighted and smoothed loss asks the most confidence."""
    asked = asked_confidence(class_weights(np.asarray(counts), cap), smoothing)
    most, least = int(asked.argmax()), int(asked.argmin())
    check_choice(
        answer,
        EXPRESSIONS[most],
        right=f"PyTorch weighs the smoothing's share of every label too. A rare label's own part is then large beside "
        f"the light parts of the others, so the loss is smallest at {asked[most]:.2f} for {EXPRESSIONS[most]} and at "
        f"{asked[least]:.2f} for {EXPRESSIONS[least]}. Whether the network finds any such face is another matter: "
        "confidence is not recall.",
        wrong={
            name: f"its weight is smaller: the loss is smallest at {asked[i]:.2f}. Look for the largest weight."
            for i, name in enumerate(EXPRESSIONS)
            if i != most
        },
    )


def shrinks_by(answer, recipe, steps):
    """Notebook 04: by how many per cent weight decay alone shrinks a weight in stage 2."""
    rates = [learning_rate(recipe.schedule, recipe.tune_lr, step / steps) for step in range(steps)]
    total = 100 * (1 - np.prod(1 - np.array(rates) * recipe.weight_decay))
    check_number(
        answer,
        total,
        right=f"About {total:.1g} %: next to nothing. In a run this short the recipe's decay has no say. It "
        "begins to matter when rate × decay, summed over all steps, is a few hundredths.",
        wrong={
            100
            * steps
            * recipe.tune_lr
            * recipe.weight_decay: "the rate falls along half a cosine: its mean is half of where it starts.",
            total / 100: "that is a share; in per cent it is 100 times as large.",
            100 * steps * recipe.weight_decay: "each step is multiplied by the learning rate as well.",
            100 * recipe.tune_lr * recipe.weight_decay: "that is the first step alone.",
            100 * recipe.weight_decay: "that is the decay; each step shrinks by rate times decay.",
        },
        tolerance=0.03,
        unit="per cent",
    )
