"""Action units: their tables, their names, and how they come together in an expression."""

import numpy as np

from fer_course.faces import PARTS
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.draw import draw_puppet, draw_puppets
from fer_course.puppets.units import ACTION_UNITS, AU_NAMES, AU_PARTS, OPTIONAL_UNITS, PROTOTYPES


def test_expressions_show_their_action_units_but_not_always():
    faces = draw_puppets(700, seed=12, shares=[1] * 7)
    for label, name in enumerate(EXPRESSIONS):
        units = faces.action_units[faces.clean_labels == label]
        for column, unit in enumerate(ACTION_UNITS):
            shown = (units[:, column] > 0.15).mean()
            if unit in PROTOTYPES[name]:
                assert 0.7 < shown < 1, (name, unit)
            elif unit not in OPTIONAL_UNITS[name]:
                assert shown < 0.25, (name, unit)


def test_the_tables_of_action_units_belong_together():
    assert tuple(AU_NAMES) == tuple(AU_PARTS) == ACTION_UNITS == tuple(sorted(ACTION_UNITS))
    assert set(PROTOTYPES) == set(OPTIONAL_UNITS) == set(EXPRESSIONS)
    assert {unit for units in PROTOTYPES.values() for unit in units} <= set(ACTION_UNITS)
    assert all(set(parts) <= set(PARTS) for parts in AU_PARTS.values())


def test_names_of_action_units_are_understood_as_people_write_them():
    assert np.array_equal(draw_puppet({"AU12": 1, "6": 0.5}), draw_puppet({12: 1, 6: 0.5}))
