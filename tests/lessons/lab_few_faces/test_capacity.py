"""How many faces a network learns by heart."""

import pytest
import torch

from fer_course.lessons.lab_few_faces import capacity
from fer_course.model.network import count_parameters


@pytest.mark.parametrize("limit", [40, 63, 64, 100, 1000])
def test_the_largest_fit_is_found_within_a_sixteenth_of_a_doubling(limit):
    found = capacity.largest_fit(lambda n: n <= limit, halvings=3)
    assert limit / 2 ** (1 / 8) < found < limit * 2 ** (1 / 8)


def test_what_always_fits_ends_at_the_largest_number():
    assert capacity.largest_fit(lambda n: True, largest=500) == 500


def test_each_number_is_tried_once():
    asked = []
    capacity.largest_fit(lambda n: asked.append(n) or n <= 100, first=32, halvings=2)
    assert asked == [32, 64, 128, 91, 108]


def test_half_of_the_random_labels_of_twice_as_many_points_as_dimensions_are_separated():
    assert capacity.chance_to_separate(20, 10) == pytest.approx(0.5)
    assert capacity.chance_to_separate(10, 10) == 1
    assert capacity.chance_to_separate(40, 10) < 0.01


def test_both_networks_have_about_as_many_weights_and_answer_for_12_pixels():
    networks = capacity.networks(0)
    counts = [count_parameters(network) for network in networks.values()]
    assert counts == [1247, 1223]
    for network in networks.values():
        assert network(torch.zeros(2, 1, 12, 12)).shape == (2, 7)


def test_a_few_faces_fit_and_one_face_with_two_labels_does_not():
    images, labels = capacity.small_faces(8, 0)
    assert images.shape == (8, 1, 12, 12) and abs(float(images.mean())) < 1e-5
    assert capacity.fits(capacity.networks(0)["CNN"], images, labels, steps=400)
    twice = torch.cat([images[:1], images[:1]])
    assert not capacity.fits(capacity.networks(0)["CNN"], twice, torch.tensor([0, 1]), steps=50)


def test_random_labels_have_the_same_shares_and_other_faces(monkeypatch):
    images, truth = capacity.small_faces(40, 1)
    seen = []

    def fits(model, some, labels, **options):
        seen.append(labels)
        return False

    monkeypatch.setattr(capacity, "fits", fits)
    for labels in (capacity.TRUE, capacity.RANDOM):
        capacity.capacity("MLP", labels, 3, images=images, truth=truth, first=40, halvings=0)
    assert torch.equal(seen[0], truth) and not torch.equal(seen[1], truth)
    assert torch.equal(seen[0].sort()[0], seen[1].sort()[0])
