"""The tool that ships the reference model."""

import pandas as pd
import pytest
import ship_reference


def test_the_histories_of_several_runs_become_one_with_its_epochs_numbered_through(tmp_path):
    for folder, accuracies in (("a", [0.1, 0.2]), ("b", [0.15])):
        (tmp_path / folder).mkdir()
        epochs = range(1, len(accuracies) + 1)
        table = pd.DataFrame({"epoch": epochs, "val_accuracy": accuracies})
        table.to_csv(tmp_path / folder / "history.csv", index=False)
    found = ship_reference.joined((tmp_path / "a", 64), (tmp_path / "b", 80))
    assert found.epoch.tolist() == [1, 2, 3]
    assert found.val_accuracy.tolist() == [0.1, 0.2, 0.15]
    assert found.image_size.tolist() == [64, 64, 80]


def test_a_run_without_a_history_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"Expected the history of a run in .*history.csv, found none"):
        ship_reference.joined((tmp_path, 64))
