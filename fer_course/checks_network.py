"""Feedback on the exercises of notebook 03: the network."""

from .checks import check_number


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
