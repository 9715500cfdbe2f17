"""The tool that repeats the experiment with a mark, and what it found."""

import pandas as pd
from repository import RESULTS

from fer_course.lessons.trusting_a_heat_map import clever_hans as hans
from research import clever_hans as tool


def test_the_tool_writes_a_row_for_each_seed_and_training(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tool, "repeat", lambda seeds: hans.repeat(seeds, n=64, tests=35, epochs=1))
    assert tool.main(["--seeds", "2", "--out", str(tmp_path / "out.csv")]) == 0
    found = pd.read_csv(tmp_path / "out.csv")
    assert found["seed"].tolist() == [0] * 4 + [1] * 4
    assert list(found["training"][:4]) == list(hans.remedies(hans.studio_puppets(7, 0)))
    assert "mark on one label" in capsys.readouterr().out


def test_five_seeds_tell_the_same_story():
    found = pd.read_csv(RESULTS / "clever_hans.csv").set_index(["training", "seed"])
    fooled, swapped, decorrelated = (
        found.loc[name] for name in ("mark on one label", "surroundings swapped", "mark on any label")
    )
    assert len(fooled) == 5
    assert (fooled["accuracy, marked"] > fooled["accuracy, clean"]).all()
    assert (fooled["recall, marked"] > 0.9).all() and (fooled["recall, clean"] < 0.5).all()
    assert (fooled["fooled"] > 0.5).all()
    area = hans.corner_masks(1).mean()
    assert (fooled["corner"] > 3 * area).all()
    for better in (swapped, decorrelated):
        assert (better["fooled"] < 0.2).all() and (better["recall, clean"] > fooled["recall, clean"]).all()
        assert (better["accuracy, clean"] > fooled["accuracy, clean"]).all()
        assert (better["corner"] < fooled["corner"]).all()
