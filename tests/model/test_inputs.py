"""Stored images become what a network takes."""

import re

import numpy as np
import pytest
import torch
from samples import noise

from fer_course.model.inputs import prepare, shrunk


def test_a_prepared_image_has_mean_0_and_deviation_1():
    prepared = prepare(noise(3), 64)
    assert prepared.shape == (3, 1, 64, 64) and prepared.dtype == torch.float32
    assert torch.allclose(prepared.mean((1, 2, 3)), torch.zeros(3), atol=1e-5)
    assert torch.allclose(prepared.std((1, 2, 3), correction=0), torch.ones(3), atol=1e-5)


def test_one_image_without_a_batch_is_prepared_as_a_batch_of_one():
    assert torch.equal(prepare(noise(1)[0], 48), prepare(noise(1), 48))


def test_a_black_image_becomes_zeros():
    assert torch.equal(prepare(np.zeros((1, 48, 48), np.uint8), 32), torch.zeros(1, 1, 32, 32))


def test_at_48_pixels_nothing_is_resampled():
    image = np.zeros((1, 48, 48), np.uint8)
    image[:, 10, 20] = 255
    assert (prepare(image, 48)[0, 0] > 0).nonzero().tolist() == [[10, 20]]


def test_a_darker_copy_is_prepared_alike():
    image = noise(1) // 2 * 2
    assert torch.allclose(prepare(image, 48), prepare(image // 2, 48), atol=1e-4)


@pytest.mark.parametrize(
    "images",
    [
        noise(2).astype(np.float32),
        np.zeros((1, 1, 48, 48), np.uint8),
        [0.5],
        torch.zeros(1, 48, 48, dtype=torch.bfloat16),
        torch.zeros(1, 48, 48, requires_grad=True),
    ],
)
def test_images_of_another_kind_are_refused_with_what_was_found(images):
    with pytest.raises(ValueError, match=r"Expected images as uint8 .* found .*faces\.images"):
        prepare(images, 48)


@pytest.mark.parametrize("shape", [(48, 48, 3), (2, 100, 80), (48,), (1, 1, 48, 48)])
def test_pictures_of_another_shape_are_refused_and_not_stretched(shape):
    with pytest.raises(
        ValueError, match=r"of shape \(N, 48, 48\), found uint8 of shape .* in grey and of that size"
    ):
        prepare(np.zeros(shape, np.uint8), 64)


@pytest.mark.parametrize("size", ["64", 64.0, True, (64, 64)])
def test_a_size_that_is_no_number_is_refused(size):
    with pytest.raises(
        ValueError, match=f"Expected the size as a number of pixels, .*found {re.escape(repr(size))}"
    ):
        prepare(np.zeros((48, 48), np.uint8), size)


def test_pictures_of_several_shapes_are_refused():
    with pytest.raises(ValueError, match="Expected images of one shape, found several"):
        prepare([noise(1)[0], noise(1)[0, :5]], 48)


def test_arrays_that_are_read_backwards_or_cannot_be_written_are_prepared(recwarn):
    images = noise(2)
    for flipped in (images[:, :, ::-1], images[:1][::-1]):
        assert torch.equal(prepare(flipped, 48), prepare(flipped.copy(), 48))
    images.setflags(write=False)
    assert torch.equal(prepare(images, 48), prepare(images.copy(), 48)) and not recwarn.list


def test_a_pixel_of_a_shrunk_picture_is_the_mean_of_those_it_covers():
    picture = np.array([[0, 10, 200, 100], [20, 30, 0, 100]] * 2, np.uint8)
    assert shrunk(picture[None], 2).tolist() == [[[15, 100], [15, 100]]]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_stored_images_on_a_gpu_are_prepared():
    images = torch.from_numpy(noise(2))
    assert torch.equal(prepare(images.cuda(), 48), prepare(images, 48))
