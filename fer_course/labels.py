"""The seven expression labels of FER-2013, in the data set's own order."""

import numpy as np

EXPRESSIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""Label ``i`` means ``EXPRESSIONS[i]``. Folders sorted by name give another order, with neutral before sad."""


FOLDER_ALIASES = {name: index for index, name in enumerate(EXPRESSIONS)} | {
    "anger": 0,
    "disgusted": 1,
    "fearful": 2,
    "happiness": 3,
    "sadness": 4,
    "surprised": 5,
}
"""Names that class folders have, in lower case, and the label that each stands for."""

USAGES = ("Training", "PublicTest", "PrivateTest")
"""The official splits. The two halves of the test set were public and private in the challenge of 2013."""

FER2013_COUNTS = {
    "Training": (3995, 436, 4097, 7215, 4830, 3171, 4965),
    "PublicTest": (467, 56, 496, 895, 653, 415, 607),
    "PrivateTest": (491, 55, 528, 879, 594, 416, 626),
}
"""Published images per split and label, in the order of ``EXPRESSIONS`` (Goodfellow et al. 2013)."""


def check_labels(*several):
    """Raise ``ValueError`` unless all labels or predictions are whole numbers from 0 to 6."""
    for labels in several:
        if hasattr(labels, "labels"):
            raise ValueError("Expected labels, found faces or a table with labels in it; pass its .labels.")
        values = np.unique(np.asarray(labels))
        if values.dtype.kind not in "biuf":
            raise ValueError(
                f"Expected labels as numbers from 0 to {len(EXPRESSIONS) - 1}, found {values[0]!r}; "
                'EXPRESSIONS.index("happy") is the number of happy, 3.'
            )
        wrong = values[~np.isin(values, range(len(EXPRESSIONS)))]
        if len(wrong):
            raise ValueError(
                f"Expected labels from 0 to {len(EXPRESSIONS) - 1}, found {', '.join(map(str, wrong[:3]))}; leave out "
                "faces without a label (-1) first."
            )
