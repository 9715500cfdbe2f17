"""The benchmark's arithmetic, and that its rows run; how fast they are is no test."""

import subprocess

import pytest

from benchmarks import bench, measure
from benchmarks import rows as bench_rows

PLAN = bench.plan("cpu", rehearse=True)


def test_what_is_compared_is_measured_in_turns_after_one_window_that_does_not_count():
    calls = []
    figures = measure.in_turns(
        {"a": lambda: calls.append("a") or len(calls), "b": lambda: calls.append("b") or 0}, 2
    )
    assert calls == ["a", "b"] * 3
    assert figures == {"a": [3, 5], "b": [0, 0]}


def test_a_ratio_is_taken_window_by_window():
    assert measure.ratio([2, 9, 4], [1, 3, 4]) == {"median": 2, "low": 1, "high": 3}


def test_the_real_loop_and_the_fixed_batch_are_timed():
    found = bench_rows.feed(PLAN)["sizes"]["32"]
    assert found["real"]["median"] > 0 and found["fixed"]["low"] > 0
    assert found["efficiency"]["low"] <= found["efficiency"]["median"] <= found["efficiency"]["high"]


def test_the_usual_way_feeds_the_same_network():
    found = bench_rows.usual(PLAN)
    assert found["training"]["32"]["times"]["median"] > 0
    assert found["pipelines"]["32"]["usual"]["median"] > 0


def test_the_ladder_compares_each_rung_with_the_one_before():
    rungs = bench_rows.ladder(PLAN)["rungs"]
    assert "times" not in rungs[0] and all(rung["times"]["median"] > 0 for rung in rungs[1:])


def test_precisions_are_timed_against_float32_on_a_cpu():
    found = bench_rows.precision(PLAN)
    assert isinstance(found["amx"], bool)
    rows = found["sizes"]["32"]
    assert list(rows) == ["float32", "bfloat16", "bfloat16, quick gradients"]
    assert rows["float32"]["times"] == {"median": 1, "low": 1, "high": 1}
    assert all(row["images_per_second"]["low"] > 0 for row in rows.values())


def test_two_trainings_at_once_are_counted_together(monkeypatch):
    monkeypatch.setattr(
        bench_rows, "launch", lambda plan, n, settings: 30.0 if "OMP_NUM_THREADS" in settings else 40.0
    )
    rows = bench_rows.neighbours(PLAN)["rows"]
    assert [row["at_once"] for row in rows] == [1, 1, 1, 2, 2, 2]
    assert [row["times"]["median"] for row in rows] == [1, 1, 0.75, 2, 2, 1.5]


def test_a_process_of_its_own_is_timed_with_the_settings_given(monkeypatch):
    monkeypatch.setenv("OMP_WAIT_POLICY", "passive")
    asked = []

    def run(command, env, **_):
        asked.append((command[-3:], env.get("OMP_WAIT_POLICY"), env["OMP_NUM_THREADS"]))
        return subprocess.CompletedProcess(command, 0, stdout="12.5\n")

    monkeypatch.setattr(bench_rows.subprocess, "run", run)
    assert bench_rows.launch(PLAN, 1, {"OMP_NUM_THREADS": "1"}) == 12.5
    assert asked == [(["--steps", "2", "--rehearse"], None, "1")]


def test_other_networks_are_counted_and_timed_beside_b2():
    found = bench_rows.networks(PLAN)["sizes"]["32"]
    assert found["vgg16_bn"]["parameters"] > 10 * found["tf_efficientnet_b2"]["parameters"]
    assert found["tf_efficientnet_b2"]["times"] == {"median": 1, "low": 1, "high": 1}
    assert all(one["milliseconds"]["low"] > 0 < one["images_per_second"]["low"] for one in found.values())


def test_the_seven_lightweight_networks_are_timed_beside_b2():
    found = bench_rows.lightweight(PLAN)["sizes"]["32"]
    assert len(found) == 8 and found["tf_efficientnet_b2"]["times"]["median"] == 1
    # Without their classifiers of a thousand outputs, millions of weights: MobileViT-XS 2, TinyViT-21M 21.
    assert [round(found[name]["parameters"] / 1e6) for name in ("mobilevit_xs", "tiny_vit_21m_224")] == [
        2,
        21,
    ]


@pytest.mark.parametrize("row", ["limit", "accuracy"])
def test_what_needs_a_gpu_says_nothing_without_one(row):
    assert bench_rows.ROWS[row](PLAN) is None


def test_a_result_is_kept_with_all_that_repeating_it_takes(tmp_path):
    import json

    path = bench.save("feed", {"windows": 2}, "cpu", tmp_path)
    kept = json.loads(path.read_text())
    assert {"row", "machine", "commit", "seed", "windows"} == set(kept)
    assert {"name", "cpu", "threads", "versions"} == set(kept["machine"])
    assert path.parent.name == kept["machine"]["name"].lower().replace(" ", "-")


def test_what_workers_made_ready_beforehand_is_not_timed():
    from types import SimpleNamespace

    from benchmarks.usual import past_the_store

    left = past_the_store(iter(range(100)), SimpleNamespace(prefetch_factor=2, num_workers=8))
    assert next(left) == 16


def test_processes_are_as_many_as_can_share_a_batch(monkeypatch):
    asked = []
    monkeypatch.setattr(bench_rows, "launch", lambda plan, n: asked.append(n) or 1.0)
    monkeypatch.setattr(bench_rows, "in_turns", lambda rungs, windows: {k: [r()] for k, r in rungs.items()})
    monkeypatch.setattr(bench_rows.Timed, "rate", lambda *_: 1.0)
    monkeypatch.setattr(bench_rows, "held", lambda _: 0)
    assert bench_rows.sharing(4, batch_size=256) == [1, 2, 4]
    assert list(bench_rows.growth(PLAN)["processes"]) == ["1", "2"]
    assert asked == [1, 2]


def test_a_row_that_does_not_fit_the_memory_leaves_the_others_measured(monkeypatch, capsys):
    import torch

    def too_large(plan):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(bench, "ROWS", {"large": too_large, "small": lambda plan: {}})
    monkeypatch.setattr("sys.argv", ["bench.py", "--rehearse", "--device", "cpu"])
    bench.main()
    assert capsys.readouterr().out.splitlines()[0].startswith("large: not measured, the GPU's memory is too")
