"""Questions with an example each."""

import numpy as np
import pytest
import torch

from fer_course.lessons.lab_paint_by_example import tasks


@pytest.fixture(scope="module")
def some():
    return tasks.draw_pictures(9, 3)


def test_pictures_come_with_their_maps(some):
    for pictures in (some.faces, some.edges, some.parts):
        assert pictures.shape == (9, 1, 24, 24) and pictures.dtype == torch.float32
        assert pictures.min() >= -1 and pictures.max() <= 1
    assert set(some.parts.unique().tolist()) == {-1.0, 1.0} and len(some) == 9


def test_a_flat_picture_has_no_edges_and_a_step_has_one():
    flat = torch.zeros(1, 1, 24, 24)
    assert tasks.edges_of(flat).max() < -0.98
    step = flat.clone()
    step[..., 12:] = 1
    found = tasks.edges_of(step)[0, 0, 5]
    assert found[11] == found[12] == pytest.approx(1) and found[5] < -0.98


def test_a_gradient_reaches_the_face_that_edges_are_of():
    face = torch.rand(1, 1, 24, 24, requires_grad=True)
    tasks.edges_of(face).sum().backward()
    assert face.grad.abs().max() > 0 and tasks.edges_of(torch.zeros_like(face)).isfinite().all()


@pytest.mark.parametrize("task", tasks.TASKS)
def test_a_question_shows_its_query_and_another_puppet_with_its_answer(some, task):
    questions = tasks.ask(some, task, seed=1)
    query, answer = some.of(task)
    assert questions.shown.shape == (9, 3, 24, 24) and torch.equal(questions.answers, answer)
    assert torch.equal(questions.shown[:, :1], query)
    for one in range(9):
        match = (query == questions.shown[one, 1:2]).all((1, 2, 3)).nonzero().flatten().tolist()
        assert any(torch.equal(answer[k], questions.shown[one, 2:]) for k in match)


def test_no_puppet_is_its_own_example(some):
    for seed in range(5):
        questions = tasks.ask(some, tasks.EDGES, seed=seed)
        assert not (questions.shown[:, 0] == questions.shown[:, 1]).all((1, 2)).any()


def test_one_picture_alone_has_no_example():
    with pytest.raises(ValueError, match="two pictures or more"):
        tasks.ask(tasks.draw_pictures(1, 0), tasks.EDGES)


def test_an_example_may_show_another_task_than_the_query(some):
    questions = tasks.ask(some, tasks.EDGES, example=tasks.PARTS)
    assert torch.equal(questions.shown[:, :1], some.faces)
    assert set(questions.shown[:, 2].unique().tolist()) == {-1.0, 1.0}


def test_a_mixed_batch_holds_as_many_questions_of_every_task(some):
    batch = tasks.mixed_batch(some, np.random.default_rng(0), 12)
    assert len(batch) == 12
    for k, task in enumerate(tasks.TASKS):
        _, answers = some.of(task)
        part = batch.answers[4 * k : 4 * k + 4]
        assert (batch.tasks[4 * k : 4 * k + 4] == task).all()
        assert all((answers == one).all((1, 2, 3)).any() for one in part)
