import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fer_course.evaluation.calibration import (
    asked_confidence,
    calibration_sentence,
    expected_calibration_error,
    reliability,
)
from fer_course.evaluation.intervals import f1_interval, wilson_interval
from fer_course.evaluation.metrics import bootstrap_interval, confusion_counts, evaluate
from fer_course.evaluation.predict import predict, softmax
from fer_course.labels import EXPRESSIONS
from fer_course.model.network import build_model, freeze_backbone, training_mode

label_lists = st.lists(st.integers(0, 6), min_size=1, max_size=40)
pairs = st.integers(1, 40).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 6), min_size=n, max_size=n)] * 2)
)


def one_hot(predictions, strength=5.0):
    return strength * np.eye(7)[np.asarray(predictions)]


class SumOfLeftHalf(torch.nn.Module):
    """Its only logit that ever differs tells how bright the left half is: mirrored, another answer."""

    def __init__(self):
        super().__init__()
        self.nothing = torch.nn.Parameter(torch.zeros(1))

    def forward(self, inputs):
        logits = torch.zeros(len(inputs), 7)
        logits[:, 0] = inputs[:, 0, :, :24].mean((1, 2))
        return logits + 0 * self.nothing


@pytest.fixture
def lit_from_the_left():
    images = np.zeros((3, 48, 48), np.uint8)
    images[:, :, :24] = 200
    images[:, 10:20, 5:40] += np.arange(3, dtype=np.uint8)[:, None, None] * 20
    return images


def test_two_views_are_the_mean_probability_of_an_image_and_its_mirror_image(lit_from_the_left):
    model = SumOfLeftHalf()
    seen, mirrored = (
        softmax(predict(model, images, 48)) for images in (lit_from_the_left, lit_from_the_left[:, :, ::-1])
    )
    assert not np.allclose(seen, mirrored)
    both = softmax(predict(model, lit_from_the_left, 48, views=2))
    np.testing.assert_allclose(both, (seen + mirrored) / 2, atol=1e-6)


def test_ten_views_are_the_middle_and_four_shifts_by_two_pixels_each_with_its_mirror_image(lit_from_the_left):
    model = SumOfLeftHalf()
    shifted = [lit_from_the_left]
    for down in (-2, 2):
        for right in (-2, 2):
            rows, columns = (np.clip(np.arange(48) + by, 0, 47) for by in (down, right))
            shifted.append(lit_from_the_left[:, rows][:, :, columns])
    each = [softmax(predict(model, view, 48)) for some in shifted for view in (some, some[:, :, ::-1])]
    ten = softmax(predict(model, lit_from_the_left, 48, views=10))
    np.testing.assert_allclose(ten, np.mean(each, axis=0), atol=1e-6)


def test_views_of_no_image_are_no_logits():
    assert predict(SumOfLeftHalf(), np.zeros((0, 48, 48), np.uint8), 48, views=10).shape == (0, 7)


def test_another_number_of_views_is_refused():
    with pytest.raises(ValueError, match="Expected 1, 2 or 10 views, found 3"):
        predict(SumOfLeftHalf(), np.zeros((1, 48, 48), np.uint8), 48, views=3)


# Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 1998, table I, method 3.
@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_wilson_interval_has_the_published_values(right, n, low, high):
    assert np.allclose(wilson_interval(right, n), (low, high), atol=5e-5)


def test_the_wilson_interval_of_one_half_of_100_is_exact():
    z2 = 1.959964**2
    half = 1.959964 * np.sqrt(0.25 / 100 + z2 / 40000) / (1 + z2 / 100)
    assert np.allclose(wilson_interval(50, 100), (0.5 - half, 0.5 + half), atol=1e-12)


def test_70_percent_of_one_half_of_the_test_set_is_known_to_about_one_and_a_half_points():
    low, high = wilson_interval(round(0.7 * 3589), 3589)
    assert 0.014 < (high - low) / 2 < 0.0155


def test_without_trials_nothing_is_known():
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("right", "n"), [(3, 2), (-1, 2)])
def test_an_impossible_count_is_refused(right, n):
    with pytest.raises(ValueError, match="Expected successes from 0"):
        wilson_interval(right, n)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_holds_the_share_and_stays_within_0_and_1(counts):
    right, n = counts
    low, high = wilson_interval(right, n)
    assert 0 <= low <= right / n + 1e-12
    assert right / n - 1e-12 <= high <= 1
    mirrored = wilson_interval(n - right, n)
    assert np.allclose((1 - mirrored[1], 1 - mirrored[0]), (low, high), atol=1e-9)
    wider = wilson_interval(right * 4, n * 4)
    assert wider[1] - wider[0] < high - low


def test_perfect_predictions_have_ones_everywhere():
    labels = np.repeat(np.arange(7), 5)
    result = evaluate(labels, labels)
    assert result.accuracy == result.macro_recall == result.macro_f1 == 1.0
    assert result.macro_f1_interval == (1.0, 1.0)
    assert result.accuracy_interval[0] < 1.0
    assert result.accuracy_interval[1] == 1.0
    assert (result.confusion == np.diag([5] * 7)).all()
    assert (result.per_class[["precision", "recall", "f1"]] == 1).all(axis=None)


def test_a_constant_prediction_has_the_recall_of_one_class():
    labels = np.repeat(np.arange(7), 5)
    result = evaluate(np.full(35, 3), labels)
    assert result.accuracy == pytest.approx(1 / 7)
    assert result.macro_recall == pytest.approx(1 / 7)
    assert result.per_class.recall.tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert result.per_class.precision["happy"] == pytest.approx(1 / 7)
    assert result.per_class.f1["happy"] == pytest.approx(2 * (1 / 7) / (8 / 7))
    # Never predicted: nothing is known of its precision.
    assert result.per_class.loc["fear", ["precision_low", "precision_high"]].tolist() == [0, 1]


def test_macro_figures_leave_out_classes_without_images():
    result = evaluate([0, 0, 3], [0, 0, 3])
    assert result.macro_recall == result.macro_f1 == 1.0
    assert result.per_class.support.tolist() == [2, 0, 0, 1, 0, 0, 0]


def test_logits_and_the_labels_they_predict_give_the_same_figures():
    labels = np.array([0, 1, 2, 3, 3])
    guesses = np.array([0, 1, 1, 3, 6])
    assert str(evaluate(one_hot(guesses), labels)) == str(evaluate(guesses, labels))


def test_an_evaluation_reads_as_one_line():
    text = str(evaluate([3] * 3 + [0], [3] * 4))
    assert text.startswith("accuracy 75.0% (30.1% to 95.4%)")
    assert text.endswith("n = 4")


@pytest.mark.parametrize(("predictions", "labels"), [([], []), ([1, 2], [1]), ([1], [1, 2])])
def test_predictions_that_do_not_match_the_labels_are_refused(predictions, labels):
    with pytest.raises(
        ValueError, match=r"Expected predictions, then as many labels, .* Predictions come first"
    ):
        evaluate(np.array(predictions, int), np.array(labels, int))


@given(pairs)
def test_the_figures_agree_with_each_other(both):
    labels, guesses = map(np.array, both)
    result = evaluate(guesses, labels)
    assert result.confusion.sum() == result.n == len(labels)
    assert result.accuracy == pytest.approx((labels == guesses).mean())
    table = result.per_class
    assert table.index.tolist() == list(EXPRESSIONS)
    assert np.average(table.recall, weights=table.support) == pytest.approx(result.accuracy)
    for name in ("precision", "recall"):
        inside = (table[f"{name}_low"] <= table[name] + 1e-9) & (table[name] <= table[f"{name}_high"] + 1e-9)
        asked = table.support > 0 if name == "recall" else result.confusion.sum(0) > 0
        assert inside[asked].all()


@given(pairs)
def test_the_order_of_the_images_does_not_matter(both):
    labels, guesses = map(np.array, both)
    assert str(evaluate(guesses[::-1], labels[::-1])) == str(evaluate(guesses, labels))


@given(label_lists)
def test_rows_of_the_confusion_matrix_are_labels(labels):
    confusion = confusion_counts(labels, np.zeros(len(labels), int))
    assert confusion.sum(1).tolist() == np.bincount(labels, minlength=7).tolist()
    assert (confusion[:, 1:] == 0).all()


def test_the_bootstrap_is_seeded():
    rng = np.random.default_rng(0)
    labels, guesses = rng.integers(0, 7, (2, 200))
    one, again, other = (bootstrap_interval(labels, guesses, seed=seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert not (one == other).all()


def test_the_bootstrap_interval_is_as_wide_as_theory_says():
    # With two classes, balanced, and symmetric mistakes, F1 is close to accuracy: compare with p(1-p)/n.
    labels = np.repeat([0, 3], 500)
    guesses = labels.copy()
    guesses[:100], guesses[500:600] = 3, 0
    low, high = bootstrap_interval(labels, guesses)
    assert (high - low) / 2 == pytest.approx(1.96 * np.sqrt(0.8 * 0.2 / 1000), rel=0.1)


def test_the_bootstrap_of_no_images_knows_nothing():
    assert bootstrap_interval([], []).tolist() == [0, 1]


def test_the_interval_of_f1_says_how_little_a_few_faces_tell():
    low, high = f1_interval([0, 7, 40, 0], [7, 7, 50, 0], [0, 7, 60, 0])
    assert low[0] == 0 and 0.4 < high[0] < 0.6  # none of seven found: not "0 for certain"
    assert high[1] == 1 and 0.7 < low[1] < 0.85  # all of seven found: not "1 for certain"
    assert low[2] < 2 * 40 / (50 + 60) < high[2]
    assert (low[3], high[3]) == (0, 1)
    share_low, share_high = wilson_interval(40, 70)
    assert low[2] == pytest.approx(2 * share_low / (1 + share_low))
    assert high[2] == pytest.approx(2 * share_high / (1 + share_high))


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3))
def test_the_interval_of_f1_holds_it(counts):
    right, missed, wrongly = counts
    low, high = f1_interval(right, right + missed, right + wrongly)
    f1 = 2 * right / max(2 * right + missed + wrongly, 1)
    assert 0 <= low <= f1 + 1e-12 and f1 - 1e-12 <= high <= 1


def test_the_interval_of_f1_is_as_wide_as_drawing_faces_anew_says():
    rng = np.random.default_rng(0)
    right, missed, wrongly = rng.multinomial(1000, [0.3, 0.1, 0.15, 0.45], size=4000).T[:3]
    spread = np.percentile(2 * right / (2 * right + missed + wrongly), [2.5, 97.5])
    np.testing.assert_allclose(f1_interval(300, 400, 450), spread, atol=0.01)


@pytest.mark.parametrize(("labels", "predictions"), [([4, -1], [4, 4]), ([4, 4], [4, 7])])
def test_a_face_without_a_label_is_not_counted_as_another_one(labels, predictions):
    with pytest.raises(ValueError, match=r"Expected labels from 0 to 6, found (-1|7); leave out faces"):
        evaluate(predictions, labels)


def test_logits_that_are_no_numbers_are_not_taken_for_the_first_label():
    logits = np.zeros((3, 7))
    logits[1, 2] = np.nan
    with pytest.raises(ValueError, match=r"NaN\) for 1 of 3 faces: training has diverged"):
        evaluate(logits, [0, 1, 2])


def test_prediction_leaves_frozen_batch_norms_asleep():
    model = build_model(None, backbone="test_efficientnet")
    freeze_backbone(model)
    training_mode(model)
    modes = [module.training for module in model.modules()]
    assert len(set(modes)) == 2
    predict(model, np.zeros((1, 48, 48), np.uint8), 32)
    assert [module.training for module in model.modules()] == modes


def test_softmax_does_not_overflow():
    assert softmax([[1000.0, 0, 0, 0, 0, 0, 0]]).tolist() == [[1, 0, 0, 0, 0, 0, 0]]


def test_confidence_that_is_earned_has_no_calibration_error():
    # Seven equal logits: confidence 1/7; one in seven is right.
    logits, labels = np.zeros((7, 7)), np.arange(7)
    assert expected_calibration_error(logits, labels) == pytest.approx(0)
    table = reliability(logits, labels)
    assert table["count"].tolist() == [7]
    assert table.accuracy.tolist() == pytest.approx([1 / 7])


def test_a_sure_model_that_is_right_half_the_time_has_an_error_of_one_half():
    logits = one_hot([0] * 10, strength=100)
    assert expected_calibration_error(logits, [0] * 5 + [1] * 5) == pytest.approx(0.5)
    assert reliability(logits, [0] * 5 + [1] * 5).confidence.tolist() == [1.0]


def test_calibration_gaps_are_weighted_by_their_images_and_do_not_cancel():
    logits = np.concatenate([np.zeros((9, 7)), one_hot([0], 100)])
    # Nine images are right and 1/7 sure, one is wrong and sure.
    assert expected_calibration_error(logits, [0] * 9 + [1]) == pytest.approx((9 * 6 / 7 + 1) / 10)


@given(pairs, st.integers(1, 20))
def test_every_image_is_in_one_bin(both, bins):
    labels, guesses = map(np.array, both)
    table = reliability(one_hot(guesses, strength=1.5), labels, bins)
    assert table["count"].sum() == len(labels)
    assert 0 <= expected_calibration_error(one_hot(guesses, 1.5), labels, bins) <= 1


class Mean(torch.nn.Module):
    """Logits that show what came in: the size, and whether the model was in training mode."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        out = torch.zeros(len(x), 7)
        out[:, 0], out[:, 1] = x.shape[-1], float(self.training)
        return out


def test_predict_resizes_runs_in_evaluation_mode_and_puts_the_mode_back():
    images = np.zeros((5, 48, 48), np.uint8)
    model = Mean().train()
    logits = predict(model, images, 64, batch_size=2)
    assert logits.shape == (5, 7)
    assert logits.dtype == np.float32
    assert logits[:, 0].tolist() == [64] * 5
    assert logits[:, 1].tolist() == [0] * 5
    assert model.training


def test_predict_of_no_images_has_no_rows():
    assert predict(Mean(), np.zeros((0, 48, 48), np.uint8), 64).shape == (0, 7)


def test_probabilities_in_the_place_of_logits_are_told_from_them():
    logits = np.random.default_rng(0).normal(size=(20, 7))
    assert expected_calibration_error(logits, np.arange(20) % 7) > 0
    with pytest.raises(
        ValueError, match="Expected logits, found rows that add up to 1, which are probabilities"
    ):
        expected_calibration_error(softmax(logits), np.arange(20) % 7)
    with pytest.raises(
        ValueError, match=r"Expected logits of shape \(N, 7\), one row at least, found \(0, 7\)"
    ):
        reliability(np.zeros((0, 7)), [])


def test_labels_in_the_place_of_predictions_are_told_by_their_shapes():
    with pytest.raises(ValueError, match=r"found shapes \(3,\) and \(3, 7\)\. Predictions come first"):
        evaluate(np.arange(3), np.zeros((3, 7)))


def test_a_run_in_the_place_of_its_model_is_refused():
    with pytest.raises(ValueError, match="Expected a network, found dict"):
        predict({}, np.zeros((1, 48, 48), np.uint8), 64)


def test_the_sentence_of_calibration_names_both_directions_and_neither():
    labels = np.array([0] * 5 + [1] * 5)
    sure, unsure = one_hot([0] * 10, 50.0), one_hot(labels, 1e-3)
    assert calibration_sentence(sure, labels) == (
        "100.0% sure, right about 50.0%: overconfident by 50.0 points, ECE 0.500"
    )
    assert "14.3% sure, right about 100.0%: underconfident by 85.7 points" in calibration_sentence(
        unsure, labels
    )
    assert "as sure as right on average" in calibration_sentence(one_hot(labels, 50.0), labels)


def test_the_confidence_that_is_asked_for_is_where_the_weighted_smoothed_loss_is_smallest():
    weights, smoothing = torch.tensor([1.0, 3.0, 1.0, 0.6, 1.0, 1.2, 1.0]), 0.06
    asked = asked_confidence(weights.numpy(), smoothing)
    for label in (1, 3):
        logits = torch.zeros(1, 7, requires_grad=True)
        optimizer = torch.optim.LBFGS([logits], max_iter=200, line_search_fn="strong_wolfe")

        def closure(label=label, logits=logits, optimizer=optimizer):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(
                logits, torch.tensor([label]), weight=weights, label_smoothing=smoothing, reduction="sum"
            )
            loss.backward()
            return loss

        optimizer.step(closure)
        assert logits.softmax(1)[0, label].item() == pytest.approx(asked[label], abs=1e-3)
    assert asked[1] > asked[0] > asked[3]


def test_without_weights_every_label_is_asked_for_the_same():
    np.testing.assert_allclose(asked_confidence(np.ones(7), 0.06), 1 - 0.06 + 0.06 / 7)


def test_weights_that_are_none_are_refused():
    with pytest.raises(ValueError, match="Expected one weight for each class"):
        asked_confidence(np.zeros(7), 0.06)
