"""Feedback on the exercises of notebook 07: trusting a heat map."""

import numpy as np

from .checks import check_number


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


def corner_share(answer, found: float):
    """Notebook 05: the share of a uniform map's energy in the corner of the watermark."""
    share = 12 * 12 / (48 * 48)
    check_number(
        answer,
        share,
        right=f"{share:.1%}, and the maps have {found:.1%} there: {found / share:.1f} times as much as chance.",
        wrong={
            12 / 48: "that is the corner's share of a side; a share of the picture takes both sides.",
            12 * 12: "that is the number of pixels in the corner; divide by all of them.",
            100 * share: "the right number in percent; give it as a share, between 0 and 1.",
            6 * 6 / (48 * 48): "that is the mark itself; asked is the corner around it.",
        },
        unit="a share between 0 and 1",
    )
