"""Feedback on the exercises of notebook 07: trusting a heat map."""

import numpy as np

from fer_course.evaluation.intervals import mean_interval
from fer_course.lessons.exercises import check_choice, check_number


def uniform_energy(answer, masks):
    """Exercise 1: the share of a uniform map's energy inside masks."""
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
        right=f"{share:.1%}: as much as the regions cover of the picture. A map with {share:.1%} of its energy inside "
        "has found nothing at all.",
        wrong=wrong,
        tolerance=0.01,
        unit="a share between 0 and 1",
    )


def honest_gain(answer, best: str, first: dict, second: dict):
    """Exercise 2: by how many points the chosen map's energy inside is above the blob's, on faces that did not choose.

    Parameters
    ----------
    answer
    best : str
        The map that was chosen on the first half.
    first, second : dict of str to ndarray of float
        Energy inside of each map, face by face, on the half that chose and on the other half.
    """
    chose, other = (100 * (half[best] - half["centre blob"]) for half in (first, second))
    gain, low, high = mean_interval(other)
    flattered = float(np.nanmean(chose))
    wrong = {
        gain / 100: "the right number as a share; in points it is 100 times as much.",
        flattered: "that is the gain on the half that chose the map. Use `second`.",
        flattered / 100: "that is the gain on the half that chose the map. Use `second`, and give points.",
        -gain: "the sign: asked is by how much the chosen map is above the blob.",
        100 * float(np.nanmean(second[best])): "that is the chosen map's own energy; take the blob's away.",
        float(
            np.nanmean(second[best])
        ): "that is the chosen map's own energy, as a share; take the blob's away.",
    }
    wrong = {value: text for value, text in wrong.items() if abs(value - gain) > 0.005 * abs(gain)}
    if low > 0:
        verdict = "Its interval lies above 0, so this map knows more than where faces usually are."
    elif high < 0:
        verdict = "Its interval lies below 0: even a map that never saw the network does better."
    else:
        verdict = "Its interval contains 0: we cannot tell the two apart."
    check_number(
        answer,
        gain,
        right=f"{gain:+.1f} points ({low:+.1f} to {high:+.1f}). {verdict} On the half that chose, it was "
        f"{flattered:+.1f}: report the other one, since the best of several was chosen for its luck as well.",
        wrong=wrong,
        tolerance=0.005,
        unit="points",
    )


def fastest_fall(answer, areas: dict):
    """Exercise 3: which map's order makes the probability fall fastest.

    Parameters
    ----------
    answer : str
        The learner's prediction, a name.
    areas : dict of str to ndarray of float
        Under the deletion curves, face by face.
    """
    means = {name: float(np.mean(values)) for name, values in areas.items()}
    best = min(means, key=means.get)
    second = min((name for name in means if name != best), key=means.get)
    gain, low, high = mean_interval(np.asarray(areas[second]) - np.asarray(areas[best]))
    apart = "clearly" if low > 0 else "though not clearly"
    check_choice(
        answer,
        best,
        right=f"Its area is {means[best]:.2f}, {apart} below that of the next, {second}: the difference is {gain:.3f} "
        f"({low:.3f} to {high:.3f}).",
        wrong={
            name: f"With {name} the area is {mean:.2f}, with {best} {means[best]:.2f}: that one names the important "
            "parts earlier."
            for name, mean in means.items()
            if name != best
        },
    )


def does_not_notice(answer, ranks: dict, stage: str):
    """Exercise 4: which method does not notice that the head is gone.

    Parameters
    ----------
    answer : str
        The learner's prediction, a name.
    ranks : dict of str to float
        Rank correlation with the trained network's maps once the head is random, by method.
    stage : str
        What the head is called.
    """
    most = max(ranks, key=ranks.get)
    check_choice(
        answer,
        most,
        right=f"With a random {stage} its maps keep a rank correlation of {ranks[most]:.2f}. It never asks the head, "
        "so its maps cannot be the reason why the network gave one label rather than another.",
        wrong={
            name: f"With a random {stage}, {name}'s maps keep a rank correlation of {rank:.2f}: it starts from the "
            "score of a label, so it notices that the head is gone."
            for name, rank in ranks.items()
            if name != most
        },
    )


def proof(answer, figures: dict, share: float):
    """Exercise 5: the recall of the marked label without its mark.

    Parameters
    ----------
    answer
    figures : dict of str to float
        Of ``clever_hans.Finding``.
    share : float
        Of the marked label among the test faces.
    """
    recall, marked = figures["recall, clean"], figures["recall, marked"]
    wrong = {
        figures["accuracy, clean"]: "that is the accuracy over all labels; asked are the sad puppets alone.",
        figures["accuracy, marked"]: "that is the accuracy over all labels, with the mark.",
        1 - recall: "that is the share of sad puppets that are missed.",
        100 * recall: "the right number in percent; give it as a share, between 0 and 1.",
        recall * share: "divide by the number of sad puppets, not by all of them.",
        figures["fooled"]: "that is how many others are called sad when they carry the mark.",
        marked: "that is the recall with the mark; take pictures without it, `to_test.images`.",
    }
    wrong = {value: text for value, text in wrong.items() if abs(value - recall) > 0.01 * abs(recall)}
    check_number(
        answer,
        recall,
        right=f"{marked:.0%} with the mark and {recall:.0%} without, the same faces. The map gave the suspicion; this "
        f"is the proof. And the other way round: of all other puppets, {figures['fooled']:.0%} are called sad as soon "
        "as they carry the mark.",
        wrong=wrong,
        tolerance=0.01,
        unit="a share between 0 and 1",
    )


def what_is_proved(answer):
    """Exercise 6: the one sentence that all these tests support."""
    check_choice(
        answer,
        "b",
        right="It names the network, the layer, the method and the kind of face, and compares with a baseline. Every "
        "word of it was measured.",
        wrong={
            "a": "Puppets gave us a truth, photographs did not. A score on drawn faces is a reason for hope, and no "
            "measurement on real ones.",
            "c": "A map shows evidence at one layer. Deletion showed what happens when parts go; parts that the map "
            "leaves dark were not all tested, and may stand in for others.",
            "d": "A network may be wrong, unfair or a cheat, and its map perfectly true: the map in the corner was.",
        },
    )
