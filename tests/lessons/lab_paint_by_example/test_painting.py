"""What painted answers are worth."""

import pytest
import torch

from fer_course.lessons.lab_paint_by_example import diffusion, painting, tasks
from fer_course.puppets.studio import draw_studio


@pytest.fixture(scope="module")
def faces():
    return draw_studio(40, 3, pose=0.1)


def test_an_error_is_in_hundredths_of_the_way_from_black_to_white():
    black, white = torch.full((2, 1, 24, 24), -1.0), torch.ones(2, 1, 24, 24)
    assert painting.error(black, white) == 100 and painting.error(white, white) == 0


def test_a_blurred_picture_is_less_sharp_than_the_truth(faces):
    truth = tasks.pictures_of(faces).faces
    blurred = torch.nn.functional.avg_pool2d(truth, 3, 1, 1, count_include_pad=False)
    assert painting.sharpness(truth, truth) == pytest.approx(100)
    assert painting.sharpness(blurred, truth) < 85


def test_a_small_picture_is_enlarged_pixel_by_pixel():
    small = torch.linspace(-1, 1, 576).reshape(1, 1, 24, 24)
    large = painting.enlarged(small)
    assert large.shape == (1, 48, 48) and large[0, 0, 0] == large[0, 1, 1] == 0 and large[0, -1, -1] == 255


class Asked(torch.nn.Module):
    """Answers with the map that the example shows, of another puppet."""

    predicts = diffusion.ONE_STEP

    def forward(self, inputs, t):
        """Return the example's answer."""
        return inputs[:, 3:]


def test_who_answers_as_the_example_does_follows_it(faces):
    pictures = tasks.pictures_of(faces)
    assert painting.follows(Asked(), pictures, (0, 998)) > 90


class Deaf(Asked):
    """Answers with the query, whatever the example shows."""

    def forward(self, inputs, t):
        """Return the query."""
        return inputs[:, 1:2]


def test_who_does_not_look_at_the_example_follows_it_in_half_of_the_cases(faces):
    assert painting.follows(Deaf(), tasks.pictures_of(faces), (0, 998)) == 50


def test_readers_read_the_truth_better_than_noise(faces):
    readers = painting.train_readers(draw_studio(96, 3, pose=0.1), 0, batches=25, epochs=2)
    pictures = tasks.pictures_of(faces)
    truth = painting.judge_truth(pictures, readers)
    noise = torch.rand(40, 1, 24, 24, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert truth["parts read"] > painting.read(readers, noise, pictures)["parts read"]
    assert truth["sharpness"] == 100 and truth["error, face"] == 0


def test_every_painter_is_judged():
    found = painting.repeat(0, n=48, tests=7, batches=2)
    assert set(found) >= {claim.way for claim in painting.CLAIMS} | {
        claim.baseline for claim in painting.CLAIMS
    }
    measures = {claim.measure for claim in painting.CLAIMS}
    assert all(set(row) >= measures for row in found.values())
    assert found[painting.ONE]["spread"] == 0 < found[painting.TEN]["spread"]
