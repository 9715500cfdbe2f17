import io

import numpy as np
import pytest
from PIL import Image

from fer_course.show.cover_grid import CELLS, CoverGrid, cover


def test_a_click_covers_a_square_and_a_second_one_uncovers_it():
    grid, seen = CoverGrid(), []
    grid.observe(lambda change: seen.append(change["new"]), names="value")
    grid.buttons[7].click()
    grid.buttons[2].click()
    assert grid.value == (2, 7)
    grid.buttons[7].click()
    assert grid.value == (2,)
    grid.clear.click()
    assert seen == [(7,), (2, 7), (2,), ()]


def test_every_square_says_where_it_is():
    texts = [button.tooltip for button in CoverGrid().buttons]
    assert len(set(texts)) == CELLS**2 and texts[1] == "cover or uncover row 1, column 2"


def test_the_picture_under_the_buttons_is_as_large_as_the_grid():
    grid = CoverGrid()
    grid.show(np.arange(48 * 48, dtype=np.uint8).reshape(48, 48))
    picture = Image.open(io.BytesIO(grid.picture.value))
    assert f"{picture.size[0]}px" == grid.picture.layout.width == grid.picture.layout.height


def test_a_covered_square_is_grey_and_nothing_else_changes():
    image = np.zeros((48, 48), np.uint8)
    image[24:] = 100
    found = cover(image, [0, 35])
    assert (found[:8, :8] == 50).all() and (found[40:, 40:] == 50).all()
    assert (found != image).sum() == 2 * 64 and not image[:24].any()
    beside = cover(image, [1])
    assert (beside[:8, 8:16] == 50).all() and (beside != image).sum() == 64
    with pytest.raises(ValueError, match="squares from 0 to 35, found 36"):
        cover(image, [36])
