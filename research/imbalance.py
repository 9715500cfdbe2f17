"""Measure on photographs what adjusting the reference model's logits gains and costs, for notebook 02.

    python -m research.imbalance --data path/to/fer2013

One look at each of the 3,589 validation faces, on which the reference model was not trained (its best epochs were
chosen on them). The table is ``fer_course/weights/fer2013_tau.csv``, which ships with the package so that a learner
without photographs sees their numbers beside the puppets'.
"""

import argparse

import numpy as np

from fer_course.course import setup
from fer_course.evaluation.predict import predict
from fer_course.files import atomic_write
from fer_course.lessons.class_imbalance.dial import PHOTOGRAPHS, along_tau
from fer_course.training.reference import learned_from, reference_run


def measured(course):
    """Return the table of ``dial.along_tau`` for the reference model on validation photographs, in per cent."""
    if course.faces.is_puppets:
        raise ValueError(f"Expected photographs, found {course.faces.source}; give --data.")
    if not learned_from(course.train, course.validation):
        raise ValueError("Expected the split that the reference model was trained on, found another.")
    run = reference_run(course.device)
    logits = predict(run.model, course.validation, size=run.recipe.image_size)
    curve = along_tau(np.asarray(logits), course.validation.labels, course.train.counts())
    numbers = curve.columns.drop("worst label")
    return curve.assign(**(100 * curve[numbers]).round(1))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="path of FER-2013")
    curve = measured(setup(data=parser.parse_args(arguments).data, profile="quick"))
    with atomic_write(PHOTOGRAPHS, "w") as file:
        file.write(curve.to_csv())
    print(curve.to_string())


if __name__ == "__main__":
    main()
