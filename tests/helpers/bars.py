"""Reads a figure as its readers do: which bar stands at which name and how long it is, and what its words say."""

from fer_course.show.picture import Picture


def lengths(axes) -> list[dict[str, float]]:
    """Return for each set of bars the length of the bar at every name."""
    found = []
    for container in axes.containers:
        lying = container.orientation == "horizontal"
        axis = axes.yaxis if lying else axes.xaxis
        ticks = axis.get_majorticklocs()
        names = axis.get_major_formatter().format_ticks(ticks)
        one = {}
        for bar in container:
            middle = bar.get_y() + bar.get_height() / 2 if lying else bar.get_x() + bar.get_width() / 2
            one[names[abs(ticks - middle).argmin()]] = bar.get_width() if lying else bar.get_height()
        found.append(one)
    return found


def says(picture, *words):
    """Assert that a figure's description has all the words in it."""
    assert isinstance(picture, Picture)
    for word in words:
        assert word in picture.description, f"{word!r} not in {picture.description!r}"
