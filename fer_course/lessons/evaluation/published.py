"""Published accuracies on FER-2013, each on the faces that it was measured on."""

import numpy as np
import pandas as pd

from fer_course.evaluation.intervals import wilson_interval


def table() -> pd.DataFrame:
    """Return published accuracies on FER-2013, each with its interval, the faces it was measured on, and its source.

    Returns
    -------
    DataFrame
        Index: systems; columns accuracy, n, protocol, source, low, high. For people the range is as published.
    """
    private = "PrivateTest (3,589)"
    found = pd.DataFrame(
        [
            (
                "EfficientNet-B2, the paper",
                0.6878,
                7178,
                "the test set, most likely all 7,178",
                "arXiv 2601.18228",
            ),
            ("VGGNet, 2021", 0.7328, 3589, private, "arXiv 2105.03588"),
            ("ResNet-18, LetheSec", 0.7370, 3589, private, "README of its repository"),
            ("Challenge winner, 2013", 0.7116, 3589, private, "arXiv 1306.0239; final leaderboard"),
        ],
        columns=["system", "accuracy", "n", "protocol", "source"],
    ).set_index("system")
    found["low"], found["high"] = wilson_interval((found.accuracy * found.n).round(), found.n)
    people = (0.65, np.nan, "a small sample", "arXiv 1307.0414", 0.60, 0.70)
    found.loc["People (range as published)"] = people
    return found
