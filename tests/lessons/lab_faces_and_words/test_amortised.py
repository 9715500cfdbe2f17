"""A normaliser that is learned."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_course.lessons.lab_faces_and_words import amortised, clip


def vectors(n, seed=0):
    made = [torch.randn(n, 64, generator=torch.Generator().manual_seed(seed + k)) for k in range(2)]
    return [torch.nn.functional.normalize(x, dim=1).requires_grad_() for x in made]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), groups=st.sampled_from([1, 2, 4, 8]), scale=st.floats(1, 30))
def test_with_the_groups_own_sums_the_gradient_is_clip_s(seed, groups, scale):
    u, v = vectors(16, 2 * seed)
    s = scale * clip.grouped(u, v, groups)
    losses = clip.clip_loss(u, v, scale, groups), amortised.amortised_loss(s, *amortised.log_means(s))
    ours, theirs = (torch.autograd.grad(loss, (u, v), retain_graph=True) for loss in losses)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-5)


def test_the_values_of_both_losses_differ():
    u, v = vectors(16)
    s = 14 * clip.grouped(u, v)
    ours = amortised.amortised_loss(s, *amortised.log_means(s))
    # Every sum divided by itself is 1.
    torch.testing.assert_close(ours, 1 - s[0].diagonal().mean())
    assert float(ours.detach()) != pytest.approx(float(clip.clip_loss(u, v, 14.0).detach()), abs=0.1)


def test_the_mean_of_exponentials_by_hand():
    s = torch.tensor([[[0.0, 1.0], [2.0, 3.0]]])
    faces, texts = amortised.log_means(s)
    assert faces[0].tolist() == pytest.approx(np.log([(1 + np.e) / 2, (np.e**2 + np.e**3) / 2]).tolist())
    assert texts[0].tolist() == pytest.approx(np.log([(1 + np.e**2) / 2, (np.e + np.e**3) / 2]).tolist())


def test_a_weight_of_the_right_caption_counts_on_the_diagonal_only():
    s = torch.tensor([[[0.0, 1.0], [2.0, 3.0]]])
    faces, _ = amortised.log_means(s, positive=1e-3)
    assert float(faces[0, 0]) == pytest.approx(np.log((1e-3 + np.e) / 2), abs=1e-6)


def test_no_gradient_reaches_the_normaliser():
    u, v = vectors(8)
    s = 14 * clip.grouped(u, v)
    given = [x.detach().requires_grad_() for x in amortised.log_means(s)]
    amortised.amortised_loss(s, *given).backward()
    assert u.grad is not None and given[0].grad is None


def test_the_share_of_lambda_grows_over_the_first_half_and_stays():
    loss = amortised.Amortised(beta=0.8)
    shares = []
    for epoch in range(8):
        loss.start(epoch, 8)
        shares.append(loss.share)
    assert shares[0] == 0 and shares[2] == pytest.approx(0.4) and shares[4:] == [pytest.approx(0.8)] * 4


def test_before_lambda_has_a_say_the_loss_is_that_of_the_group():
    u, v = vectors(128)
    loss = amortised.Amortised(seed=1)
    loss.start(0, 4)
    found = loss(u, v, torch.tensor(14.0), torch.arange(128))
    s = 14 * clip.grouped(u, v, amortised.SMALL)
    torch.testing.assert_close(found, amortised.amortised_loss(s, *amortised.log_means(s)))
    blended, own = loss.errors[0]
    assert blended == own > 0


def test_a_network_learns_what_the_normaliser_is():
    u, v = (x.detach() for x in vectors(64))
    loss = amortised.Amortised(seed=0)
    targets = tuple(x.flatten() for x in amortised.log_means(14 * clip.grouped(u, v)))

    def distance():
        return float(
            sum((net(x) - t).abs().mean() for net, x, t in zip(loss.lambdas, (u, v), targets, strict=True))
        )

    with torch.no_grad():
        before = distance()
    for _ in range(60):
        loss._learn((u, v), targets)
    with torch.no_grad():
        assert distance() < before / 3


def test_with_all_its_parts_lambda_begins_anew_and_the_scale_is_pulled_up_and_then_down():
    loss = amortised.Amortised(whole=True)
    loss.start(0, 3)
    first = loss.lambdas
    pulls = []
    for epoch in range(3):
        loss.start(epoch, 3)
        pulls.append(loss.pull)
    assert loss.lambdas is not first and pulls == list(amortised.RHO)


def test_a_table_keeps_moving_averages_of_its_pairs():
    u, v = vectors(8)
    table = amortised.Table(10, groups=2, beta=0.5)
    index = torch.arange(8)
    table.start(0, 2)
    table(u, v, torch.tensor(14.0), index)
    s = 14 * clip.grouped(u, v, 2)
    own = amortised.log_means(s)[0].flatten().detach()
    torch.testing.assert_close(table.table[0][:8], own)
    assert table.table[0][8:].isnan().all()
    table.start(1, 2)
    table(u, v, torch.tensor(14.0), index.flip(0))
    mixed = torch.logaddexp(own.flip(0), own) + np.log(0.5)
    torch.testing.assert_close(table.table[0][:8].flip(0), mixed)


def test_every_arm_is_examined():
    found = amortised.repeat(0, n=128, tests=16, epochs=2)
    assert list(found) == list(amortised.losses(128))
    assert all(claim.way in found and claim.baseline in found for claim in amortised.CLAIMS)
    assert all(set(row) >= {claim.measure for claim in amortised.CLAIMS} for row in found.values())
    assert found[amortised.FOUR]["nearer by"] == 0 and np.isnan(found[amortised.ALL]["error of log Z"])
