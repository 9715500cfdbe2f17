"""Tables come from result files and from nowhere else."""

import json

import pytest

from tools import tables as bench_tables

SPREAD = {"median": 100.4, "low": 99.6, "high": 1000.0}


def result(row="feed", name="2 CPU cores"):
    sizes = {
        "64": {"real": SPREAD, "fixed": SPREAD, "efficiency": {"median": 0.98, "low": 0.97, "high": 1.0}}
    }
    return {"row": row, "machine": {"name": name}, "batch_size": 32, "sizes": sizes}


def test_every_table_in_the_texts_is_what_its_result_files_say():
    assert [path.name for path in bench_tables.stale()] == [], "run: make bench-tables"


def test_a_median_stands_with_its_range():
    assert bench_tables.figure(SPREAD) == "100 (100–1,000)"
    assert bench_tables.figure({"median": 0.98, "low": 0.97, "high": 1.0}) == "0.980 (0.970–1.000)"


def test_of_cpu_cores_the_maker_is_named_and_of_a_gpu_its_own_name():
    cpu = {"cpu": "Intel(R) Xeon(R) Processor @ 2 GHz"}
    assert bench_tables.named({"name": "2 CPU cores"} | cpu) == "2 CPU cores, Intel Xeon"
    assert bench_tables.named({"name": "NVIDIA H200"} | cpu) == "NVIDIA H200"
    assert bench_tables.named({"name": "2 CPU cores"}) == "2 CPU cores"


def test_a_row_names_machine_size_and_batch():
    text = bench_tables.fill("before\n<!-- bench feed -->\nold\n<!-- /bench -->\nafter", {"feed": [result()]})
    assert "| 2 CPU cores | 64 px, batches of 32 | 100 (100–1,000) |" in text
    assert "old" not in text and text.startswith("before") and text.endswith("after")
    assert bench_tables.fill(text, {"feed": [result()]}) == text


def test_other_networks_are_timed_against_b2():
    one = {"parameters": 7.71e6, "multiply_adds": 54.3e6, "times": SPREAD, "images_per_second": SPREAD}
    one["milliseconds"] = {"median": 7.0, "low": 6.5, "high": 8.0}
    sizes = {"64": {"tf_efficientnet_b2": one, "vgg16_bn": one}}
    rows = list(bench_tables.networks({"sizes": sizes}))
    assert rows[0] == ("64 px: tf_efficientnet_b2", "7.7 M", "54 M", one["milliseconds"], None, SPREAD)
    assert rows[1][-2] == SPREAD


def test_two_trainings_at_once_stand_beside_one_alone():
    one = {"way": "one thread each", "images_per_second": SPREAD, "times": SPREAD}
    result = {"size": 64, "rows": [one | {"at_once": 1}, one | {"at_once": 2}]}
    assert [row[0] for row in bench_tables.neighbours(result)] == [
        "64 px, one alone: one thread each",
        "64 px, 2 at once: one thread each",
    ]


def test_precisions_say_whether_the_processor_has_amx_and_float32_is_the_measure():
    one = {"images_per_second": SPREAD, "times": {"median": 1.3, "low": 1.2, "high": 1.4}}
    result = {"amx": True, "sizes": {"128": {"float32": one, "bfloat16": one}}}
    assert list(bench_tables.precision(result)) == [
        ("with AMX, 128 px: float32", SPREAD, None),
        ("with AMX, 128 px: bfloat16", SPREAD, one["times"]),
    ]


def test_a_face_s_milliseconds_stand_by_threads_with_what_95_of_100_calls_stay_below():
    rows = [
        {"size": 64, "threads": n, "way": way, "median": 4.04 / n, "p95": 60.0 / n}
        for n in (1, 2)
        for way in ("PyTorch", "ONNX Runtime")
    ]
    assert list(bench_tables.latency({"rows": rows})) == [
        ("64 px: PyTorch", "4.0 (60.0)", "2.0 (30.0)"),
        ("64 px: ONNX Runtime", "4.0 (60.0)", "2.0 (30.0)"),
    ]
    more = [row | {"network": "resnet50", "parameters": 23.5e6, "bytes": 93.9e6} for row in rows]
    (_, second) = bench_tables.deployment({"size": 128, "rows": more})
    assert second == ("128 px: resnet50, ONNX Runtime", "23.5 M", "93.9", "4.0 (60.0)", "2.0 (30.0)")


def test_batches_stand_by_threads_and_then_by_size():
    rows = [
        {
            "size": 64,
            "threads": n,
            "batch": batch,
            "way": "PyTorch",
            "milliseconds": SPREAD | {"median": n * batch},
        }
        for n in (1, 2)
        for batch in (8, 32)
    ]
    (row,) = bench_tables.batches({"rows": rows})
    assert row[0] == "64 px: PyTorch" and [cell["median"] for cell in row[1:]] == [8, 32, 16, 64]
    assert len(bench_tables.HEADS[bench_tables.batches]) == 4


@pytest.mark.parametrize(("seconds", "told"), [(98.6, "99 s"), (None, "not reached")])
def test_seconds_to_the_papers_accuracy_stand_apart_from_the_compilers(seconds, told):
    result = {"recipe": {"image_size": 96, "weights": "puppets"}, "best": 0.69}
    result |= {"seconds": seconds, "compile_seconds": 41.2}
    assert list(bench_tables.accuracy(result)) == [("96 px", "puppets", told, "41 s", "69.00%")]


def test_the_memorys_limit_stands_beside_the_step_as_it_is_and_compiled():
    fast = {"images_per_second": {"median": 200.0, "low": 190.0, "high": 210.0}, "share": SPREAD}
    found = {"eager": {"images_per_second": SPREAD, "share": SPREAD}, "compiled": fast, "reachable": SPREAD}
    rows = list(bench_tables.limit({"sizes": {"128": found}}))
    assert [row[0] for row in rows] == ["128 px, eager", "128 px, compiled"]
    assert rows[1][1:] == (fast["images_per_second"], SPREAD, SPREAD)


@pytest.mark.parametrize("name", bench_tables.TABLES)
def test_what_was_not_measured_is_said_to_be_so(name):
    assert "Not measured yet." in bench_tables.fill(f"<!-- bench {name} -->\n<!-- /bench -->", {})


def test_a_notebooks_prose_is_filled_and_its_code_is_not():
    cells = [
        {"cell_type": kind, "source": ["<!-- bench feed -->\n", "<!-- /bench -->"]}
        for kind in ("markdown", "code")
    ]
    prose, code = json.loads(bench_tables.fill_notebook(json.dumps({"cells": cells}), {"feed": [result()]}))[
        "cells"
    ]
    assert "2 CPU cores" in "".join(prose["source"])
    assert code["source"] == cells[1]["source"]


def test_results_are_found_by_row_and_machine(tmp_path):
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "feed.json").write_text(json.dumps(result(name=name)))
    assert [r["machine"]["name"] for r in bench_tables.results(tmp_path)["feed"]] == ["a", "b"]
