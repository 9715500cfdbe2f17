"""Logit adjustment step by step."""

import numpy as np
import pandas as pd
import pytest

from fer_course.lessons.class_imbalance.dial import PHOTOGRAPHS, along_tau


def test_along_tau_a_rare_label_is_found_more_and_more_often_and_the_worst_is_named():
    logits = np.zeros((4, 7), np.float32) - 50
    logits[:2, 0], logits[2:, 1], logits[2:, 0] = 0, -1, 0  # two angry faces, two disgusted ones called angry
    counts = np.array([90, 10, 0, 0, 0, 0, 0])  # log of 9 : 1 is 2.2
    curve = along_tau(logits, np.array([0, 0, 1, 1]), counts, steps=[0, 0.4, 1.0], draws=50)
    assert curve["recall of disgust"].tolist() == [0, 0, 1]
    assert curve["macro recall"].tolist() == [0.5, 0.5, 1]
    assert curve["gain"].tolist() == [0, 0, 0.5]
    assert curve["worst"].tolist() == [0, 0, 1]
    assert curve["worst label"].tolist()[:2] == ["disgust", "disgust"]
    assert np.isnan(curve["precision of disgust"].iloc[0]) and curve["precision of disgust"].iloc[2] == 1


def test_the_published_table_of_photographs_starts_with_the_reference_model_as_it_is():
    table = pd.read_csv(PHOTOGRAPHS, index_col="tau")
    assert table.index.tolist() == pytest.approx(np.linspace(0, 2, 11))
    assert table.gain[0] == 0 and table.gain_low[1.0] > 0
    assert table["recall of disgust"].is_monotonic_increasing
