from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from fer_course.evaluation.metrics import evaluate
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.evaluation import figures, published
from fer_course.puppets.draw import draw_puppets
from fer_course.show.picture import Picture
from fer_course.training.reference import HISTORY


@pytest.fixture(scope="module")
def puppets():
    return draw_puppets(14, seed=3)


def logits_for(predictions, strength=5.0):
    return strength * np.eye(7, dtype=np.float32)[np.asarray(predictions)]


def test_the_confusion_matrix_names_the_most_frequent_mistake():
    confusion = np.diag([5] * 7)
    confusion[2, 5] = 5
    picture = figures.confusion(confusion)
    assert isinstance(picture, Picture)
    assert "40 faces" in picture.description
    assert "fear taken for surprise, 5 times (50% of fear)" in picture.description
    assert (
        "Row by row: angry: 5 angry; disgust: 5 disgust; fear: 5 fear, 5 surprise; happy"
        in picture.description
    )
    cells = [text.get_text() for text in picture.figure.axes[0].texts]
    assert cells[2 * 7 + 5] == "5"
    assert len(cells) == 49


def test_a_confusion_matrix_without_mistakes_names_none():
    assert "mistake" not in figures.confusion(np.diag([5] * 7)).description


def test_the_figure_per_class_names_best_worst_and_widest():
    labels = np.repeat(np.arange(7), [40, 4, 40, 40, 40, 40, 40])
    predictions = labels.copy()
    predictions[:20] = 6
    text = figures.per_class(evaluate(predictions, labels).per_class).description
    assert "lowest: angry, 0.50" in text
    assert "of disgust, with 4 faces" in text


def test_a_label_that_was_never_predicted_has_no_precision_to_show():
    labels = np.repeat(np.arange(7), 10)
    figure = figures.per_class(evaluate(np.where(labels == 1, 0, labels), labels).per_class).figure
    said = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert [texts.count("not said") for texts in said] == [1, 0, 0]
    assert said[0][1] == "not said" and said[1][1] == "0.00"


def test_learning_dynamics_name_the_best_epoch():
    history = pd.DataFrame(
        {
            "stage": ["head", "tune", "tune"],
            "train_loss": [2.0, 1.5, 1.0],
            "val_loss": [1.9, 1.2, 1.3],
            "train_accuracy": [0.3, 0.5, 0.7],
            "val_accuracy": [0.35, 0.6, 0.55],
        }
    )
    text = figures.learning_dynamics(history).description
    assert "number 2, with 60.0%" in text
    assert "training accuracy 70.0%, validation accuracy 55.0%" in text
    assert "3 epochs (stage 1, from epoch 2 on stage 2)" in text
    assert "From epoch 1 to 2, where stage 2 begins, validation accuracy goes from 35.0% to 60.0%." in text
    grown = figures.learning_dynamics(history.assign(phase=["64 px", "64 px", "80 px"]))
    assert "3 epochs (64 px, from epoch 3 on 80 px)" in grown.description
    assert {"80 px", "64 px"} <= {label.get_text() for label in grown.figure.axes[0].texts}


def test_learning_dynamics_name_each_phase_once():
    history = pd.DataFrame({"phase": ["64 px", "80 px", "96 px"]})
    history[["train_loss", "val_loss", "train_accuracy", "val_accuracy"]] = 0.5
    texts = [label.get_text().strip() for label in figures.learning_dynamics(history).figure.axes[0].texts]
    assert [text for text in texts if "px" in text] == ["64 px", "80 px", "96 px"]


def test_learning_dynamics_of_the_reference_model_write_no_two_words_over_each_other():
    figure = figures.learning_dynamics(pd.read_csv(HISTORY)).figure
    figure.canvas.draw()
    for axes in figure.axes:
        words = [word for word in [*axes.texts, *axes.get_xticklabels()] if word.get_text()]
        boxes = {word.get_text(): word.get_window_extent() for word in words}
        assert len([word for word in boxes if "px" in word]) == 5
        over = [(a, b) for a, b in combinations(boxes, 2) if boxes[a].overlaps(boxes[b])]
        assert over == []


def test_calibration_says_whether_the_model_is_too_sure():
    labels = np.array([0] * 10)
    logits = logits_for([0] * 5 + [1] * 5, strength=10.0)
    picture = figures.calibration({"as trained": logits, "cooler": logits / 100}, labels)
    assert "more sure than right" in picture.description
    assert "less sure than right" in picture.description
    assert "Bin by bin: 100% sure and 50% right (10 faces)." in picture.description
    assert len(picture.figure.axes) == 2


def test_mistakes_come_the_surest_first():
    logits = np.zeros((4, 7))
    logits[[0, 1, 2, 3], [0, 1, 1, 2]] = [9, 2, 5, 3]
    assert figures.most_confident_mistakes(logits, np.array([0, 0, 0, 0])).tolist() == [2, 3, 1]


def test_shown_mistakes_count_where_the_second_opinion_sides_with_the_model(puppets):
    guesses = (puppets.labels + 1) % 7
    second = np.where(np.arange(14) < 3, guesses, -1)
    picture = figures.mistakes(puppets, logits_for(guesses), second=second, limit=14)
    assert "The 14 most confident of 14 wrong predictions" in picture.description
    assert "In 3 of them" in picture.description
    first = figures.most_confident_mistakes(logits_for(guesses), puppets.labels)[0]
    label, guess = EXPRESSIONS[puppets.labels[first]], EXPRESSIONS[guesses[first]]
    assert f"Face by face: label {label}, model {guess}, 96%, truth {guess}; label" in picture.description


def test_a_perfect_model_has_no_mistakes_to_show(puppets):
    assert "The 0 most confident of 0" in figures.mistakes(puppets, logits_for(puppets.labels)).description


def test_coverage_says_how_many_are_kept_and_how_many_of_them_are_right():
    logits = np.concatenate([logits_for([0] * 6, 9.0), np.zeros((4, 7))])
    picture = figures.coverage(logits, np.array([0] * 5 + [3] * 5), 0.9)
    assert "6 of 10 predictions are kept (60.0%)" in picture.description
    assert "83.3% of them are right" in picture.description
    assert "angry 100%" in picture.description
    assert "happy 20%" in picture.description
    assert "disgust no faces" in picture.description


def test_coverage_with_nothing_kept_still_draws():
    assert "0 of 10" in figures.coverage(np.zeros((10, 7)), np.zeros(10, int), 0.9).description


def test_published_systems_are_told_with_their_protocol():
    table = pd.DataFrame(
        {
            "accuracy": [0.6878, 0.7328],
            "low": [0.677, 0.718],
            "high": [0.698, 0.747],
            "protocol": ["all", "half"],
        },
        index=["ours", "theirs"],
    )
    assert "ours 68.78% on all; theirs 73.28% on half." in figures.systems(table).description


def test_an_evaluation_in_the_place_of_its_tables_is_refused():
    result = evaluate([0, 1], [0, 1])
    with pytest.raises(
        ValueError, match=r"found Evaluation of shape \(\); evaluate\(logits, labels\)\.confusion"
    ):
        figures.confusion(result)
    with pytest.raises(ValueError, match=r"found Evaluation; evaluate\(logits, labels\)\.per_class is one"):
        figures.per_class(result)


def test_labels_as_text_are_no_mistakes_of_the_model():
    with pytest.raises(ValueError, match="Expected labels as numbers"):
        figures.most_confident_mistakes(np.eye(7), np.array(EXPRESSIONS))
    with pytest.raises(ValueError, match="Expected labels as numbers"):
        figures.coverage(np.eye(7), np.array(EXPRESSIONS))


def test_a_second_opinion_has_its_own_marks_in_the_reliability_diagram():
    labels = np.array([0] * 10)
    second = np.array([1] * 6 + [-1] * 4)
    picture = figures.calibration({"as trained": logits_for([1] * 10)}, labels, second=second)
    assert "96% sure and 0% right (10 faces). Against the second opinion:" in picture.description
    assert "96% sure and 100% right (6 faces)." in picture.description
    assert "second opinion" in [text.get_text() for text in picture.figure.axes[0].texts]
    assert "(overconfident)" in picture.description and "(underconfident)" in picture.description


def test_without_any_second_opinion_the_reliability_diagram_has_none():
    logits, labels = logits_for([1] * 10), np.array([0] * 10)
    picture = figures.calibration({"as trained": logits}, labels, second=np.full(10, -1))
    assert picture.description == figures.calibration({"as trained": logits}, labels).description


def test_coverage_shows_the_second_opinion_too():
    logits = np.concatenate([logits_for([0] * 6, 9.0), np.zeros((4, 7))])
    picture = figures.coverage(logits, np.array([1] * 10), 0.9, second=np.array([0] * 8 + [-1] * 2))
    assert "0.0% of them are right by the labels" in picture.description
    assert "100.0% of them are right by the second opinion" in picture.description


def test_the_interval_is_halved_by_four_times_the_faces():
    assert (
        "on 1,000 faces has a 95 % interval from 67.1% to 72.8%, 2.8 points"
        in figures.interval(0.7, 1000).description
    )
    assert "1.4 points to each side" in figures.interval(0.7, 4000).description
    with pytest.raises(
        ValueError, match="Expected an accuracy from 0 to 1 and one face at least, found 70 and 5"
    ):
        figures.interval(70, 5)


def test_the_way_tells_accuracy_and_recall_of_each_step_in_order():
    labels = np.repeat([0, 3], 10)
    steps = {"untouched": np.full(20, 3), "both stages": logits_for(labels)}
    picture = figures.way(steps, labels)
    assert "untouched 50.0% (29.9% to 70.1%), both stages 100.0% (83.9% to 100.0%)" in picture.description
    assert picture.description.endswith("in the same order: angry 0, 100; happy 100, 100.")
    assert [tick.get_text() for tick in picture.figure.axes[1].get_yticklabels()] == [
        "angry (n = 10)",
        "happy (n = 10)",
    ]


def test_a_way_without_steps_is_refused():
    with pytest.raises(ValueError, match="Expected one step at least"):
        figures.way({}, np.zeros(3, int))


def test_published_accuracies_name_faces_and_source():
    systems = published.table()
    assert systems.protocol["VGGNet, 2021"] == "PrivateTest (3,589)"
    assert (systems.low < systems.accuracy).all() and (systems.accuracy < systems.high).all()
    assert (systems.source.str.len() > 5).all()
