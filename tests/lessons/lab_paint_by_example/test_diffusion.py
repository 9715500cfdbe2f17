"""Noise, and the way back."""

import numpy as np
import pytest
import torch

from fer_course.lessons.lab_paint_by_example import diffusion, tasks


@pytest.fixture(scope="module")
def some():
    return tasks.draw_pictures(24, 4)


def test_less_and_less_of_a_picture_is_left():
    assert diffusion.ALPHAS.shape == (1000,) and (diffusion.ALPHAS.diff() < 0).all()
    assert float(diffusion.ALPHAS[0]) == pytest.approx(1 - 0.00085, abs=1e-6)
    assert float(diffusion.ALPHAS[998]) ** 0.5 == pytest.approx(0.0688, abs=2e-4)


def test_with_the_true_answer_a_step_back_lands_where_that_much_noise_belongs(some):
    noise = torch.randn(24, 1, 24, 24, generator=torch.Generator().manual_seed(0))
    at = {t: diffusion.noised(some.faces, noise, torch.full((24,), t)) for t in (998, 289)}
    found = diffusion.step_back(at[998], some.faces, 998, 289)
    torch.testing.assert_close(found, at[289], rtol=0, atol=1e-5)
    assert torch.equal(diffusion.step_back(at[289], some.faces, 289, None), some.faces)


def test_true_noise_gives_the_true_answer(some):
    noise = torch.randn(24, 1, 24, 24, generator=torch.Generator().manual_seed(1))
    t = torch.full((24,), 619)
    x = diffusion.noised(some.faces, noise, t)
    found = diffusion.answer_of(lambda inputs, t: noise, x, torch.zeros(24, 3, 24, 24), t, diffusion.NOISE)
    torch.testing.assert_close(found, some.faces, rtol=0, atol=1e-4)


def test_an_error_in_the_noise_grows_most_where_least_is_left(some):
    grown = ((1 - diffusion.ALPHAS) / diffusion.ALPHAS).sqrt()
    off, zeros = torch.full((24, 1, 24, 24), 0.01), torch.zeros(24, 3, 24, 24)
    noise = torch.zeros(24, 1, 24, 24)
    for step in (80, 998):
        t = torch.full((24,), step)
        x = diffusion.noised(some.faces, noise, t)
        found = diffusion.answer_of(lambda inputs, t: off, x, zeros, t, diffusion.NOISE)
        assert float((found - some.faces).abs().mean()) == pytest.approx(0.01 * float(grown[step]), rel=1e-3)


def test_feedback_as_released_is_the_same_number_and_teaches_nothing(some):
    answer = torch.rand(24, 1, 24, 24, requires_grad=True)
    repaired = diffusion.feedback(answer, some.faces)
    released = diffusion.feedback(answer, some.faces, as_released=True)
    torch.testing.assert_close(released, repaired.detach())
    assert repaired.requires_grad and not released.requires_grad


@pytest.mark.parametrize("n", [2, 3, 10, 50])
def test_even_steps_go_from_little_noise_to_much(n):
    steps = diffusion.even_steps(n)
    gaps = np.diff(steps)
    assert steps[0] == 0 and steps[-1] == 998 and len(steps) == n and gaps.max() - gaps.min() <= 1


def test_a_network_answers_in_pictures_of_the_same_size_and_hears_the_time():
    model = diffusion.UNet(seed=1).eval()
    inputs = torch.randn(2, 4, 24, 24)
    early, late = (model(inputs, torch.full((2,), t)) for t in (0, 900))
    assert early.shape == (2, 1, 24, 24) and not torch.allclose(early, late)


@pytest.mark.parametrize("predicts", [diffusion.ANSWER, diffusion.NOISE, diffusion.ONE_STEP])
def test_training_and_painting_are_the_same_twice(some, predicts):
    questions = tasks.ask(some, tasks.FACE)
    painted = [
        diffusion.paint(
            diffusion.train_painter(some, 1, predicts=predicts, batches=2, feedback_weight=1.0),
            questions,
            (0, 998),
        )
        for _ in range(2)
    ]
    assert torch.equal(*painted) and painted[0].shape == (24, 1, 24, 24)
    assert painted[0].min() >= -1 and painted[0].max() <= 1


def test_training_brings_the_answers_nearer(some):
    questions = tasks.ask(some, tasks.EDGES)
    errors = []
    for batches in (1, 40):
        model = diffusion.train_painter(some, 0, predicts=diffusion.ONE_STEP, batches=batches)
        errors.append(float((diffusion.paint(model, questions) - questions.answers).square().mean()))
    assert errors[1] < 0.8 * errors[0]


def test_only_the_times_that_were_named_are_learned(some, monkeypatch):
    seen = []
    usual = diffusion.noised
    monkeypatch.setattr(
        "fer_course.lessons.lab_paint_by_example.diffusion.noised",
        lambda y, e, t: seen.extend(t.tolist()) or usual(y, e, t),
    )
    diffusion.train_painter(some, 0, times=(0, 500), batches=2)
    assert set(seen) == {0, 500}


def test_other_noise_paints_another_picture_and_one_step_knows_no_noise(some):
    questions = tasks.ask(some, tasks.FACE)
    usual = diffusion.train_painter(some, 0, batches=2)
    assert not torch.equal(*(diffusion.paint(usual, questions, (0, 998), seed) for seed in (0, 1)))
    single = diffusion.train_painter(some, 0, predicts=diffusion.ONE_STEP, batches=2)
    assert torch.equal(*(diffusion.paint(single, questions, (0, 998), seed) for seed in (0, 1)))
