"""Sums of an epoch."""

import math

import pytest
import torch

from fer_course.training.meter import Meter


def test_loss_and_accuracy_are_means_over_images_not_batches():
    meter = Meter(torch.device("cpu"))
    meter.add(torch.tensor(1.0), torch.eye(3), torch.tensor([0, 1, 2]))
    meter.add(torch.tensor(5.0), torch.eye(1, 3), torch.tensor([2]))
    assert meter.totals().tolist() == [8.0, 3.0, 4.0]
    assert meter.glance() == (2.0, 0.75, 4)


def test_of_mixed_labels_the_largest_share_is_the_one_to_predict():
    meter = Meter(torch.device("cpu"))
    meter.add(torch.tensor(0.0), torch.eye(2), torch.tensor([[0.6, 0.4], [0.6, 0.4]]))
    assert meter.glance()[1] == 0.5


def test_before_the_first_batch_there_is_nothing_to_see():
    loss, accuracy, images = Meter(torch.device("cpu")).glance()
    assert math.isnan(loss) and math.isnan(accuracy) and images == 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here")
def test_on_a_gpu_a_glance_shows_an_earlier_look():
    meter = Meter(torch.device("cuda"))
    meter.glance()
    meter.add(
        torch.tensor(1.0, device="cuda"), torch.eye(3, device="cuda"), torch.tensor([0, 1, 2], device="cuda")
    )
    torch.cuda.synchronize()
    meter.glance()
    torch.cuda.synchronize()
    assert meter.glance() == (1.0, 1.0, 3)
