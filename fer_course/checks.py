"""Feedback on the notebooks' exercises.

A check never raises: a learner who answers with the wrong type learns that from a sentence, and the notebook goes on.
"""

import numbers

import numpy as np

from .balance import class_weights
from .evaluation import LEVEL_95
from .exploration import leaked, most_common_mistake
from .labels import EXPRESSIONS
from .puppets import AU_NAMES, OPTIONAL_UNITS, PROTOTYPES

NOT_ANSWERED = "Not answered yet: replace the three dots and run the cell again."


def _unanswered(answer) -> bool:
    if answer is ...:
        return True
    return isinstance(answer, (list, tuple)) and any(part is ... for part in answer)


def _number(answer) -> float | None:
    """The answer as a number, or None where it is something else."""
    if isinstance(answer, (bool, np.bool_)):
        return None
    if isinstance(answer, numbers.Real):
        return float(answer)
    if getattr(answer, "shape", None) == () or getattr(answer, "size", 0) == 1:
        try:
            return float(answer.item())
        except (TypeError, ValueError, AttributeError):
            return None
    return None


def _tell(right: bool, text: str):
    print(f"{'Right.' if right else 'Not yet.'} {text}")


def check_number(answer, expected: float, *, right: str, wrong=None, tolerance: float = 1e-3, unit: str = ""):
    """Compare an answer with a number and say what it means.

    Parameters
    ----------
    answer
        Whatever the learner assigned.
    expected : float
    right : str
        The thought that comes next, shown with a right answer.
    wrong : dict of float to str, optional
        What a well-known wrong number would have meant.
    tolerance : float
        Relative.
    unit : str
        Named when the answer is no number.
    """
    if _unanswered(answer):
        print(NOT_ANSWERED)
        return
    number = _number(answer)
    if number is None or not np.isfinite(number):
        _tell(False, f"Expected one number{f' ({unit})' if unit else ''}, found {_describe(answer)}.")
        return

    def close(to):
        return abs(number - to) <= tolerance * max(abs(to), 1e-9)

    if close(expected):
        _tell(True, right)
        return
    for value, meaning in (wrong or {}).items():
        if close(value):
            _tell(False, f"{number:,.6g}: {meaning}")
            return
    hint = "too small" if number < expected else "too large"
    _tell(False, f"{number:,.6g} is {hint}.")


def check_choice(answer, expected: str, *, right: str, wrong: dict[str, str]):
    """Compare an answer with one of several words and say what it means.

    Parameters
    ----------
    answer
        Whatever the learner assigned; capital letters and spaces around do not matter.
    expected : str
    right : str
        The thought that comes next.
    wrong : dict of str to str
        The other choices, and what speaks against each.
    """
    if _unanswered(answer):
        print(NOT_ANSWERED)
        return
    word = answer.strip().lower() if isinstance(answer, str) else None
    if word == expected.lower():
        _tell(True, right)
    elif word in (choices := {key.lower(): text for key, text in wrong.items()}):
        _tell(False, choices[word])
    else:
        options = ", ".join(repr(choice) for choice in sorted([expected, *wrong]))
        _tell(False, f"Expected one of {options}, found {_describe(answer)}.")


def _describe(answer) -> str:
    if isinstance(answer, str):
        return repr(answer[:40])
    if hasattr(answer, "shape"):
        return f"an array of shape {tuple(answer.shape)}"
    if callable(answer):
        return "a function: call it, with parentheses"
    return f"{type(answer).__name__} {str(answer)[:40]}"


def happy_units(answer):
    """Notebook 00: the action units that make a happy face."""
    if _unanswered(answer):
        print(NOT_ANSWERED)
        return
    if isinstance(answer, (str, bytes)) or not isinstance(answer, (dict, list, tuple, set, frozenset)):
        _tell(False, f"Expected action units, such as {{1: 1.0, 2: 0.5}}, found {_describe(answer)}.")
        return
    pairs = answer.items() if isinstance(answer, dict) else [(unit, 1.0) for unit in answer]
    units = set()
    for name, intensity in pairs:
        text, strength = str(name).upper().removeprefix("AU").strip(), _number(intensity)
        if not text.isdecimal() or int(text) not in AU_NAMES:
            _tell(
                False, f"Expected action units that puppets draw, found {_describe(name)}: see the sliders."
            )
            return
        if strength is None or not 0 <= strength <= 1:
            _tell(
                False,
                f"Expected an intensity from 0 to 1 for action unit {text}, found {_describe(intensity)}.",
            )
            return
        if strength > 0:
            units.add(int(text))
    wanted, extra = set(PROTOTYPES["happy"]), set(OPTIONAL_UNITS["happy"])
    if wanted <= units <= wanted | extra:
        text = " and ".join(f"{AU_NAMES[unit]} ({unit})" for unit in sorted(wanted))
        _tell(
            True,
            f"{text}: the second is the smile, the first is said to make it look felt. Looks are all a model sees.",
        )
        return
    others = [name for name, core in PROTOTYPES.items() if core and set(core) == units]
    if others:
        _tell(False, f"These are the units of {others[0]}.")
    elif not units:
        _tell(False, "No unit moves, which is neutral.")
    elif not wanted <= units:
        _tell(
            False,
            f"Missing: {len(wanted - units)} of the {len(wanted)} units of happy. Look at cheeks and lip corners.",
        )
    else:
        _tell(False, f"Too many: {AU_NAMES[min(units - wanted - extra)]} belongs to another expression.")


def what_is_predicted(answer):
    """Notebook 00: what a predicted label says about a person."""
    check_choice(
        answer,
        "b",
        right="A label, and how people like the annotators would name the picture. Keep this sentence for whoever "
        "asks you to build more with it.",
        wrong={
            "a": "nobody's feelings were measured: the annotators saw pictures, and so does the model.",
            "c": "93 % is the model's own number; notebook 04 finds out how often it is right when it says so.",
        },
    )


def values_per_face(answer, faces):
    """Notebook 01: how many numbers one face is."""
    height, width = faces.images.shape[1:]
    check_number(
        answer,
        height * width,
        right=f"{height} × {width}. A phone's camera gives about {12_000_000 // (height * width):,} times as many: "
        "most of what a face does has to show in a dozen pixels around eyes and mouth.",
        wrong={
            height: "that is the length of one side; a face has rows and columns.",
            3 * height * width: "that would be a colour picture; these have one grey value a pixel.",
            faces.images.size: "that is all faces together.",
        },
        unit="values",
    )


def leaked_faces(answer, train, validation):
    """Notebook 01: validation faces that a model has already seen in training."""
    mask = leaked(train, validation)
    n = int(mask.sum())
    mine = {image.tobytes() for image in validation.images}
    if n == 0:
        right = "None: nothing in this validation set can be known by heart."
    else:
        right = (
            f"{n:,} of {len(validation):,}, {n / len(validation):.1%}: a model that learns by heart gets these for "
            "nothing, and the validation figure promises what the test will not keep."
        )
    check_number(
        answer,
        n,
        right=right,
        wrong={
            sum(
                image.tobytes() in mine for image in train.images
            ): "that counts the training faces; the question is about those that a model is examined on.",
            n / max(len(validation), 1): "that is the share; asked is the number.",
            len(validation) - n: "those are the ones without a twin.",
        },
        unit="faces",
    )


def best_measurable_accuracy(answer, labels, truth):
    """Notebook 01: the accuracy that is measured for a model that makes no mistake."""
    agreement = float(np.mean(np.asarray(labels) == np.asarray(truth)))
    check_number(
        answer,
        agreement,
        right=f"A model that knew the truth would be measured at {agreement:.1%}. Whoever reports more on such labels "
        "has learned the annotators' mistakes as well, or the test faces.",
        wrong={
            1 - agreement: "that is the share of labels that differ.",
            1.0: "the model is right every time, but it is compared with the labels.",
            100 * agreement: "the right number in percent; give it as a share, between 0 and 1.",
        },
        unit="a share between 0 and 1",
    )


def most_confused(answer, labels, truth):
    """Notebook 01: the label that is most often put in the place of another."""
    true_name, label, n = most_common_mistake(np.asarray(labels), np.asarray(truth))
    total = int(np.sum(np.asarray(truth) == EXPRESSIONS.index(true_name)))
    if (
        isinstance(answer, (list, tuple))
        and len(answer) == 2
        and all(isinstance(word, str) for word in answer)
    ):
        answer = " as ".join(word.strip().lower() for word in answer)
    pairs = {
        f"{a} as {b}": f"{a} is labelled {b} less often than another pair."
        for a in EXPRESSIONS
        for b in EXPRESSIONS
    }
    pairs |= {f"{name} as {name}": "these are the labels that agree." for name in EXPRESSIONS}
    pairs[f"{label} as {true_name}"] = "the right two; rows are the truth, columns the label."
    expected = f"{true_name} as {label}"
    pairs.pop(expected)
    if isinstance(answer, str) and answer.strip().lower() not in {expected, *pairs}:
        _tell(False, f"Expected two labels, as in 'happy as sad', found {_describe(answer)}.")
        return
    if not isinstance(answer, str) and not _unanswered(answer):
        _tell(False, f"Expected two labels, as in ('happy', 'sad'), found {_describe(answer)}.")
        return
    check_choice(
        answer,
        expected,
        right=f"{n:,} of {total:,} {true_name} faces are labelled {label}. A model can only learn that they are alike.",
        wrong=pairs,
    )


def map_places(answer, size: int, stride: int):
    """Notebook 05: how many places wide a feature map is."""
    places = -(-size // stride)
    wrong = {
        places**2: "that is the number of places in the whole map; asked is its width.",
        size / stride: "a place is whole: the rest of the division gets one of its own.",
        size // stride: "the rest of the division gets a place of its own, since EfficientNet pads.",
        stride: "that is how many pixels of the input one place stands for.",
    }
    wrong.pop(places, None)
    check_number(
        answer,
        places,
        right=f"{places} × {places} places. At 64 px it would be {-(-64 // stride)} × {-(-64 // stride)}, each of them "
        f"standing for {48 * stride // 64} × {48 * stride // 64} of the face's 48 × 48 pixels.",
        wrong=wrong,
        unit="places",
    )


def uniform_energy(answer, masks):
    """Notebook 05: the share of a uniform map's energy inside masks."""
    shares = np.asarray(masks, dtype=np.float64).mean(axis=(1, 2)) if len(masks) else np.zeros(1)
    share = float(shares.mean())
    wrong = {
        1 - share: "that is the share outside.",
        100 * share: "the right number in percent; give it as a share, between 0 and 1.",
        float(np.sum(masks)): "that is the number of pixels inside, over all faces; asked is a share.",
        float(shares[0]): "that is the first face; asked is the average over all of them.",
        0.5: "that would be so if the masks covered half of every picture.",
    }
    wrong.pop(share, None)
    check_number(
        answer,
        share,
        right=f"{share:.1%}: as much as the masks cover of the picture. A map with {share:.1%} of its energy inside "
        "has found nothing at all.",
        wrong=wrong,
        unit="a share between 0 and 1",
    )


def hirescam(answer, gradient, features):
    """Notebook 05: Grad-CAM without the average over places."""
    if _unanswered(answer):
        print(NOT_ANSWERED)
        return

    def plain(tensor):
        tensor = tensor.detach().cpu() if hasattr(tensor, "detach") else tensor
        return np.asarray(tensor, dtype=np.float64)

    gradient, features = plain(gradient)[0], plain(features)[0]
    summed = (gradient * features).sum(0)
    averaged = (gradient.mean((1, 2), keepdims=True) * features).sum(0)
    try:
        found = plain(answer).squeeze()
    except (TypeError, ValueError):
        _tell(False, f"Expected a map of shape {summed.shape}, found {_describe(answer)}.")
        return
    if found.shape != summed.shape:
        _tell(False, f"Expected a map of shape {summed.shape}, found {_describe(answer)}.")
        return

    def close(to):
        return bool(np.allclose(found, to, rtol=1e-3, atol=1e-5 * max(abs(to).max(), 1e-12)))

    here, there = np.maximum(summed, 0), np.maximum(averaged, 0)
    if close(here):
        alike = np.corrcoef(here.ravel(), there.ravel())[0, 1] if here.std() * there.std() > 0 else 0.0
        _tell(
            True,
            f"The two maps of this face correlate with {alike:+.2f}; one average, and the picture is another.",
        )
    elif close(summed):
        _tell(False, "Almost: cut off what is negative, with .relu().")
    elif close(there):
        _tell(False, "This is Grad-CAM still: multiply features with the gradient itself, not with its mean.")
    else:
        _tell(
            False,
            "Another map. Multiply gradient and features place by place, sum over channels, then .relu().",
        )


def what_a_map_supports(answer):
    """Notebook 05: the one sentence that a heat map supports."""
    check_choice(
        answer,
        "b",
        right="It is the smallest claim of the three, and names the layer. For the other two you would need to ask the "
        "person, or to cover the mouth.",
        wrong={
            "a": "the network names a picture, and the map is about that name; nobody's feelings were measured.",
            "c": "that is a claim about an experiment: cover the mouth and see, as in section 6.",
        },
    )


def faces_for_one_point(answer, accuracy):
    """Notebook 04: how many test faces an interval of one point to each side needs."""
    spread = accuracy * (1 - accuracy)
    n = LEVEL_95**2 * spread / 0.01**2
    check_number(
        answer,
        n,
        right=f"About {n:,.0f} faces, at an accuracy of {accuracy:.1%}. One half of FER-2013's test set has 3,589: a "
        "single point between two systems is then well within chance.",
        wrong={
            spread
            / 0.01**2: "that is for ± one standard error; a 95 % interval reaches 1.96 of them to each side.",
            LEVEL_95
            * spread
            / 0.01**2: "the 1.96 stands outside the root: squared, it becomes a square too.",
            LEVEL_95**2
            * spread
            / 0.01: "the 0.01 has to be squared too: half the width needs four times the faces.",
            LEVEL_95**2 * spread: "that leaves out the point: divide by 0.01 squared.",
            LEVEL_95**2 * spread / 0.02**2: "that is for two points to each side.",
            LEVEL_95**2
            * spread
            / 0.005**2: "that is for half a point to each side: an interval one point wide.",
        },
        tolerance=0.02,
        unit="faces",
    )


def faces_between_two_systems(answer, first=0.7328, second=0.7370, n=3589):
    """Notebook 04: by how many faces two published accuracies differ."""
    difference = round(second * n) - round(first * n)
    half = LEVEL_95 * np.sqrt(first * (1 - first) / n)
    check_number(
        answer,
        difference,
        right=f"{difference} faces of {n:,}. By chance alone, each accuracy is known to about {half:.1%}, which is "
        f"{half * n:.0f} faces. The ranking of the two is not settled by this test set.",
        wrong={
            second - first: "that is the difference in shares: multiply by the number of faces.",
            100 * (second - first): "those are points (percent of the faces): of how many faces?",
            round(second * 2 * n) - round(first * 2 * n): f"both were measured on PrivateTest, {n:,} faces, "
            "not on the whole test set.",
        },
        tolerance=0.06,
        unit="faces",
    )


def what_temperature_changes(answer):
    """Notebook 04: what dividing all logits by one number changes."""
    check_choice(
        answer,
        "b",
        right="The largest logit stays the largest, so no prediction changes: temperature repairs what a model says "
        "about itself, not what it sees.",
        wrong={
            "a": "a prediction is the largest logit, and division by a positive number keeps the order.",
            "c": "the shares of the softmax do change: try softmax(logits) and softmax(logits / 2).",
        },
    )


def separable_saving(answer, kernel, channels_in, channels_out):
    """Notebook 03: how much cheaper a depthwise and a pointwise convolution are than a plain one."""
    plain = kernel**2 * channels_in * channels_out
    separable = kernel**2 * channels_in + channels_in * channels_out
    check_number(
        answer,
        plain / separable,
        right=f"{plain:,} against {separable:,} for each place of the image. The channels that come in cancel out, and "
        f"however many go out, a {kernel}×{kernel} kernel never saves more than {kernel**2} times.",
        wrong={
            separable / plain: "that is the share that is left; turn it round.",
            kernel
            ** 2: f"that is the limit for very many channels; with {channels_out} the pointwise convolution and "
            "the depthwise one both count.",
            channels_out: "that compares with the depthwise convolution alone; a pointwise one follows it.",
            plain: "those are the multiply-adds of the plain convolution in one place; divide by those of the two.",
            separable: "those are the multiply-adds of the two in one place; how many times as many does the plain "
            "one take?",
        },
        tolerance=5e-3,
        unit="a ratio",
    )


def smoothing_floor(answer, smoothing, classes):
    """Notebook 03: the smallest loss that label smoothing leaves."""

    def entropy(right, others):
        return -(right * np.log(right) + (classes - 1) * others * np.log(others))

    rest = smoothing / classes
    floor = entropy(1 - smoothing + rest, rest)
    check_number(
        answer,
        floor,
        right=f"{floor:.3f} is the entropy of the smoothed target. A training loss near it is as good as it gets; on a "
        "curve, look at the distance to this floor and not to zero.",
        wrong={
            0.0: "that is the floor without smoothing, for a model that is wholly sure.",
            entropy(
                1 - smoothing, smoothing / (classes - 1)
            ): "there the share went to the other classes only; it is "
            "spread over all of them, the right one too.",
            floor
            / np.log(2): "the right entropy, but in bits; the loss is in nats, with the natural logarithm.",
            -np.log(
                1 - smoothing + rest
            ): "that is the right class's part alone; the other classes have targets above zero as well.",
            np.log(classes): "that is the loss of a model that knows nothing.",
        },
        tolerance=5e-3,
        unit="a loss in nats",
    )


def parameters_of_the_head(answer, features, classes):
    """Notebook 03: how many numbers stage 1 trains."""
    total = features * classes + classes
    check_number(
        answer,
        total,
        right=f"{features:,} × {classes} weights and {classes} biases. So few are learned quickly, and can hardly hold "
        "single faces by heart: that is why stage 1 may use a high rate.",
        wrong={
            features * classes: f"those are the weights; each of the {classes} logits has a bias too.",
            features + classes: "every feature leads to every logit: multiply.",
            features * (classes + 1): "there is one bias for each logit, not one for each feature.",
        },
        tolerance=1e-6,
        unit="a number of parameters",
    )


def faces_left_after_undersampling(answer, train):
    """Notebook 02: how many faces remain when every class is cut down to the smallest."""
    counts = train.counts()
    counts = counts[counts > 0]
    smallest, left = int(counts.min()), int(counts.min()) * len(counts)
    check_number(
        answer,
        left,
        right=f"{left:,} of {len(train):,} faces: {1 - left / len(train):.0%} thrown away. Weights keep them all.",
        wrong={
            smallest: f"that is the size of the smallest class; there are {len(counts)} classes.",
            len(train) - left: "that is how many are dropped; asked is how many are left.",
            left / len(train): "that is the share that is left; asked is the number.",
            int(counts.max())
            * len(counts): "that would be oversampling: every class as large as the largest.",
            len(train): "those are all of them.",
        },
        unit="faces",
    )


def happy_faces_for_one_disgust(answer, counts, cap):
    """Notebook 02: how many happy faces pull as hard as one disgusted one under capped weights."""
    happy, disgust = EXPRESSIONS.index("happy"), EXPRESSIONS.index("disgust")
    balanced, capped = class_weights(counts).astype(float), class_weights(counts, cap).astype(float)
    expected, without = capped[disgust] / capped[happy], balanced[disgust] / balanced[happy]
    check_number(
        answer,
        expected,
        right=f"{expected:.1f}. Without the cap it would be {without:.1f}, the imbalance ratio itself: balanced "
        "weights undo the counts, capped ones meet halfway.",
        wrong={
            without: "that is without the cap.",
            capped[disgust]: "that is the weight of a disgusted face; what is the weight of a happy one?",
            1 / expected: "that is the other way round.",
            balanced[disgust]: "that is the weight of a disgusted face before the cap.",
        },
        tolerance=0.02,
        unit="happy faces",
    )


def what_to_report(answer, table):
    """Notebook 02: which figures belong in a paper's table."""
    plain = table.loc["accuracy"].iloc[0]
    best = (
        table.loc["disgust"].value.idxmax()
        if "disgust" in table.index
        else table.loc["macro recall"].value.idxmax()
    )
    there = table.loc["accuracy"].loc[best]
    check_choice(
        answer,
        "b",
        right=f"With accuracy alone, {best} reads as {100 * (there.value - plain.value):+.1f} points against no "
        "weights and nothing else. The classes say for whom, the intervals say whether.",
        wrong={
            "a": "a model that never says disgust hardly loses by it, and no reader can tell.",
            "c": "it hides how often the model is right on the mix it will meet, and no reader can compare with "
            "published accuracies.",
        },
    )
