"""What holds for every command: one sentence on what is wrong, and one process that prints."""

import json

import pytest
import torch

from fer_course.__main__ import main

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # 98 faces are not the published 35,887


def test_a_rank_that_a_cluster_left_behind_silences_nothing(csv, home, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RANK", "1")
    file = tmp_path / "figures.json"
    arguments = [
        "evaluate",
        "--weights",
        "fer2013",
        "--split",
        "PublicTest",
        "--json",
        str(file),
        "--data",
        str(csv),
    ]
    assert main(arguments) == 0
    assert "n = 14" in capsys.readouterr().out and json.loads(file.read_text())["n"] == 14
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "none")
    assert main(arguments) == 0
    assert capsys.readouterr().out == ""


def test_a_gpu_with_too_little_memory_is_told_in_one_sentence(csv, home, monkeypatch, capsys):
    def full(*_, **options):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has ...")

    monkeypatch.setattr("fer_course.commands.train.fit", full)
    assert main(["train", "--data", str(csv)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "--set batch_size=16" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evaluate", "--weights", "nowhere.safetensors"], "nowhere.safetensors"),
        (["train", "--data", "no/such/folder"], "no/such/folder"),
        (["train", "--set", "image_size"], "NAME=VALUE"),
        (["train", "--set", "image_sise=64"], "image_sise"),
        (["train", "--set", "image_size=large"], "image_size as int"),
        (["train", "--set", "image_size=8"], "32 pixels"),
        (["train", "--set", "augmentation.spin=1"], "spin"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(home, arguments, words, capsys):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("fer_course: ")
    assert words in error
    assert error.count("\n") == 1
