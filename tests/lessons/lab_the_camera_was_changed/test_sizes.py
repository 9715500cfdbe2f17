"""One network for several sizes."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from samples import noise_faces

from fer_course.evaluation.predict import predict
from fer_course.lessons.lab_the_camera_was_changed import sizes
from fer_course.lessons.lab_the_camera_was_changed.sizes import SIZES, SizedNet, distilled_loss


@pytest.mark.parametrize("size", SIZES)
def test_with_slopes_of_0_a_network_on_a_line_is_one_with_private_norms(size):
    private, line = (SizedNet(private=True, line=line, seed=3).eval() for line in (False, True))
    private.trained_size = line.trained_size = size
    images = noise_faces(5).images
    np.testing.assert_array_equal(predict(private, images), predict(line, images))


def test_weights_are_a_straight_line_in_the_size():
    layer = sizes.LineConv(torch.nn.Conv2d(2, 3, 3, padding=1, bias=False), SIZES)
    torch.nn.init.normal_(layer.a)
    inputs = torch.randn(1, 2, 6, 6)
    answers = {}
    for size in (48, 36, 24):
        layer.size = size
        answers[size] = layer(inputs)
    torch.testing.assert_close(answers[36], (answers[48] + answers[24]) / 2)


def test_a_norm_of_its_own_for_every_size_learns_from_that_size_alone():
    model = SizedNet(private=True, seed=0).train()
    model(torch.randn(4, 1, 20, 20))
    norms = [layer for layer in model.modules() if isinstance(layer, sizes.PrivateNorms)]
    assert all(int(norm.norms["20"].num_batches_tracked) == 1 for norm in norms)
    assert all(int(norm.norms["48"].num_batches_tracked) == 0 for norm in norms)


def test_a_line_doubles_every_convolution_but_the_first_and_the_wider_network_has_as_many_weights():
    count = {
        arm: sum(p.numel() for p in SizedNet(**options).parameters())
        for arm, (options, _) in sizes.ARMS.items()
    }
    convolutions = [p for name, p in SizedNet().named_parameters() if p.ndim == 4]
    extra = sum(p.numel() for p in convolutions[1:])
    assert count[sizes.LINE] - count[sizes.PRIVATE] == extra
    assert count[sizes.WIDE] == pytest.approx(count[sizes.LINE], rel=0.05)


def test_distillation_adds_what_the_smaller_sizes_differ_by_and_teaches_only_them():
    logits = [torch.randn(6, 7, requires_grad=True) for _ in range(3)]
    labels = torch.arange(6)
    plain = distilled_loss(logits, labels, False)
    torch.testing.assert_close(plain, sum(F.cross_entropy(each, labels) for each in logits))
    extra = distilled_loss(logits, labels, True) - plain
    by_hand = sum(
        (p * (p.log() - q.log())).sum(1).mean()
        for p, q in ((logits[k].softmax(1), logits[j].softmax(1)) for k, j in ((0, 1), (0, 2), (1, 2)))
    )
    torch.testing.assert_close(extra, by_hand)
    extra.backward()
    torch.testing.assert_close(logits[0].grad, torch.zeros(6, 7), atol=1e-6, rtol=0)
    assert logits[2].grad.abs().sum() > 0


def test_equal_answers_have_nothing_to_teach():
    logits = torch.randn(6, 7)
    labels = torch.arange(6)
    torch.testing.assert_close(
        distilled_loss([logits] * 3, labels, True), distilled_loss([logits] * 3, labels, False)
    )


def test_training_sees_the_same_faces_in_every_size_and_is_the_same_twice():
    faces = noise_faces(64)
    first, second = (
        sizes.train_sized(SizedNet(private=True, line=True, seed=1), faces, 1, epochs=1, distil=True)
        for _ in range(2)
    )
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(a, b)
    assert any(layer.a.abs().sum() > 0 for layer in first.modules() if isinstance(layer, sizes.LineConv))


def test_a_shrunk_picture_of_one_grey_stays_and_a_dot_is_spread():
    images = np.full((2, 48, 48), 90, np.uint8)
    images[1, 20, 20] = 255
    shrunk = sizes.shrunk(images, 12)
    assert (shrunk[0] == 90).all() and shrunk[1].max() < 200 and shrunk.shape == images.shape


def test_every_arm_is_measured_at_every_size_and_every_claim_can_be_judged():
    found = sizes.repeat(0, n=64, tests=35, epochs=1)
    assert list(found) == [sizes.EACH, sizes.LARGE, sizes.ENLARGED, *sizes.ARMS]
    for row in found.values():
        assert set(row) == {"48 px", "32 px", "20 px", "parameters"}
    assert found[sizes.LARGE]["48 px"] == found[sizes.EACH]["48 px"] == found[sizes.ENLARGED]["48 px"]
    assert all(claim.way in found and claim.baseline in found for claim in sizes.CLAIMS)
