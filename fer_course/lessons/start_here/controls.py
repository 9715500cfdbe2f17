"""Controls of notebook 00: sliders for a puppet, and a game."""

from fer_course.lessons.start_here import figures
from fer_course.lessons.start_here.naming import NameFaces
from fer_course.puppets.draw import draw_puppet
from fer_course.puppets.units import AU_NAMES, PROTOTYPES
from fer_course.show.controls import Control, menu, slider

MOVED = "(moved by hand)"
"""What the puppet's menu of expressions says when its sliders show none of them."""


def puppet(predict=None) -> Control:
    """Return sliders for a puppet's action units beside its face, a menu of expressions and a menu of people.

    Parameters
    ----------
    predict : callable, optional
        Takes images, uint8 of shape (N, 48, 48), and returns probabilities of shape (N, 7), which are shown below the
        puppet.

    Returns
    -------
    Control
        Its inputs are named ``au1`` to ``au26`` and ``identity``. ``control.preset`` is the menu of expressions: it
        sets the sliders, and follows them, so that it always names what is shown.
    """

    def draw(identity, **intensities):
        units = {int(name[2:]): round(value, 2) for name, value in intensities.items() if value > 0}
        image = draw_puppet(units, identity=identity, size=192)
        says = None if predict is None else predict(draw_puppet(units, identity=identity)[None])[0]
        in_code = f"<p>In code: <code>draw_puppet({units}, identity={identity})</code></p>"
        return figures.puppet(image, units, says)._repr_html_() + in_code

    inputs = {
        f"au{unit}": slider(f"{name} ({unit})", 0.0, 0.0, 1.0, 0.1, follow=predict is None, wide="29em")
        for unit, name in AU_NAMES.items()
    }
    inputs["identity"] = menu("person", [(f"person {i + 1}", i) for i in range(12)], wide="29em")
    order = ["neutral", *(name for name in PROTOTYPES if name != "neutral")]
    preset = menu("start from", [*order, MOVED], wide="29em")
    control = Control(inputs, draw, extra=[preset], beside=True)
    control.preset = preset
    values = {name: {f"au{u}": float(u in core) for u in AU_NAMES} for name, core in PROTOTYPES.items()}

    def now():
        return {f"au{unit}": inputs[f"au{unit}"].value for unit in AU_NAMES}

    def choose(change):
        if change["new"] in values and values[change["new"]] != now():
            control.set(**values[change["new"]])

    def follow(_change):
        if not control.setting:
            preset.value = next((name for name in order if values[name] == now()), MOVED)

    preset.observe(choose, names="value")
    for unit in AU_NAMES:
        inputs[f"au{unit}"].observe(follow, names="value")
    return control


def name_faces(faces) -> NameFaces:
    """Return a game: name the expression of each face by a button, and see the score at the end.

    Parameters
    ----------
    faces : Faces

    Returns
    -------
    NameFaces
        Its ``answers`` are what was named.
    """
    return NameFaces(faces)
