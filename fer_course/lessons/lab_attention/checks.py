"""Feedback on the exercises of notebook 14: attention, with a control."""

from fer_course.lessons.exercises import COUNTED, check_choice, check_number


def events_of_a_still_face(answer):
    """Notebook 14: how many events a still face makes before a still camera, without noise."""
    check_number(
        answer,
        0,
        right="Nothing changes, so nothing fires. What N-Caltech101 holds of still photographs comes from a moved "
        "camera.",
        wrong={},
        tolerance=COUNTED,
    )


def in_a_slice(answer, events: int, slices: int):
    """Notebook 14: how many events a slice holds."""
    each = events // slices
    check_number(
        answer,
        each,
        right=f"{each:,}, and {events - each * slices} events at the end are dropped. Slices of equal numbers are not "
        "slices of equal time: a quick movement is cut more finely.",
        wrong={
            events / slices: "whole events only.",
            each + 1: f"{slices} × {each + 1:,} would be more events than there are.",
        },
        tolerance=COUNTED,
    )


def parameters_of_cbam(answer, channels: int, inside: int, found: int):
    """Notebook 14: how many weights one CBAM has."""
    gate, place = 2 * channels * inside, 2 * 49
    check_number(
        answer,
        gate + place,
        right=f"{gate + place:,}; timm's has {found:,}, with a batch norm after the 7×7 convolution. Next to the "
        "convolutions around it, nearly nothing.",
        wrong={
            gate: "the 7×7 convolution over two maps has weights too.",
            channels * inside + place: "two layers: down to the channels inside, and up again.",
            gate + 49: "it reads two maps, the mean and the maximum over channels.",
            2 * gate + place: "mean and maximum go through the same two layers.",
            found: "that counts timm's batch norm too; asked are the layers of the text.",
        },
        tolerance=COUNTED,
    )


def chance_of_five(answer):
    """Notebook 14: the accuracy of guessing among five classes."""
    check_number(
        answer,
        20,
        right="20 %. An episode's accuracy moves much around its expectation; that is why there are hundreds.",
        wrong={0.2: "in per cent.", 100 / 7: "five classes in an episode, not seven."},
        tolerance=COUNTED,
        unit="per cent",
    )


def half_width(answer, deviation: float, episodes: int):
    """Notebook 14: the half-width of the 95 % interval of a mean over episodes."""
    half = 1.96 * deviation / episodes**0.5
    check_number(
        answer,
        half,
        right=f"±{half:.2f}. It says how much other *episodes* would change the mean, with the same network. How much "
        "another training would change it, it does not say.",
        wrong={
            deviation / episodes**0.5: "that is one standard error; times 1.96.",
            1.96 * deviation: "divide by the root of the number of episodes.",
            1.96 * deviation / episodes: "by the root of the number, not by the number.",
        },
        tolerance=5e-3,
        unit="points",
    )


def pair_passes(answer, ways: int = 5, queries: int = 15):
    """Notebook 14: how often a conditional head runs in one episode with one example of each class."""
    check_number(
        answer,
        ways * ways * queries,
        right=f"{ways} × {queries} faces, each with {ways} examples. A head that sees faces one by one runs "
        f"{ways * queries + ways} times: conditioning costs time with every class.",
        wrong={
            ways * queries: "each of these faces is compared with five examples.",
            ways * queries + ways: "that is for a head that sees each face once.",
        },
        tolerance=COUNTED,
    )


def which_gain(answer):
    """Notebook 14: what must differ between two arms so that a gain is due to the attention."""
    check_choice(
        answer,
        "only whether the other face is seen",
        right="Same weights, same pairs, same loss, same hard faces in training. Whatever is left is the interaction.",
        wrong={
            "the whole method and its backbone": "then training, weights or hard faces may bring the gain.",
            "the number of weights": "then more weights explain it as well.",
            "the training pairs": "then the pairs explain it.",
        },
    )
