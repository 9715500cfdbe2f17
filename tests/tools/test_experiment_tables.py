"""Tables of training runs: what stands in them follows from the result files."""

import numpy as np
import pytest

from research.experiments import figures
from tools import experiment_tables


def run(row, right, seed=0, epochs=6, **more):
    """A result file's contents, for ten faces of which the given ones were predicted rightly."""
    labels = np.arange(10) % 7
    logits = 5 * np.eye(7)[np.where(np.isin(np.arange(10), right), labels, (labels + 1) % 7)]
    one = figures(logits, labels)
    return {
        "row": row,
        "seed": seed,
        "recipe": {"tune_epochs": epochs, "backbone": row.lower(), "image_size": 64},
        "parameters": 8_000_000,
        "multiply_adds": 60_000_000,
        "validation": {"1": one, "2": one, "10": one},
    } | more


def test_the_bits_of_a_run_are_the_faces_it_was_right_about():
    assert experiment_tables.bits(run("base", [1, 2, 9])).nonzero()[0].tolist() == [1, 2, 9]


def test_the_difference_is_of_the_same_faces_and_seeds():
    base, ours = run("base", range(5)), run("no running mean", range(9))
    # Four faces of ten differ: mean 40 points, standard deviation 51.64, over the root of 10, times 1.96: 32.
    assert experiment_tables.difference([ours], [base]) == "+40.0 ± 32.0: better"
    assert experiment_tables.difference([base], [ours]) == "-40.0 ± 32.0: worse"
    assert experiment_tables.difference([base], [base]) == "+0.0 ± 0.0: no clear difference"


def test_a_row_of_the_ablation_has_only_seeds_that_the_base_has_too():
    found = [run("base", range(5)), run("a", range(9)), run("a", range(2), seed=1), run("a", [], epochs=7)]
    rows = list(experiment_tables.ablation(found))
    assert [row[:4] for row in rows] == [("base", 6, 1, "50.00%"), ("a", 6, 1, "90.00%")]


def test_the_reference_model_has_a_row_for_each_number_of_views_on_both_splits():
    reference = run("reference", range(7))
    reference["PublicTest"] = reference["validation"]
    reference["PublicTest without twins"] = {"1": reference["validation"]["1"]}
    rows = list(experiment_tables.reference([run("base", []), reference]))
    assert [row[:2] for row in rows[:2]] == [
        ("validation (10)", "one view"),
        ("validation (10)", "with its mirror image"),
    ]
    assert len(rows) == 7 and rows[6][:2] == ("PublicTest, no twin in Training (10)", "one view")
    assert rows[3][0] == "PublicTest (10)" and rows[0][2].startswith("70.00% (")
    assert [row[0] for row in experiment_tables.labels([reference])][::6] == ["angry", "neutral"]


def test_other_networks_stand_beside_the_base_once_there_is_one():
    assert list(experiment_tables.trained([run("base", [1])])) == []
    rows = list(experiment_tables.trained([run("base", [1]), run("VGG16", [1])]))
    assert [row[:4] for row in rows] == [("base", 0, "8.0 M", "60 M"), ("vgg16", 0, "8.0 M", "60 M")]


def test_the_papers_recipe_has_its_own_table():
    found = [run("paper's recipe, 64 px", [1]), run("base", [1])]
    assert [row[:2] for row in experiment_tables.paper(found)] == [("64 px", "validation")]


NO_ROWS = [name for name in experiment_tables.TABLES if name != "effects"]


@pytest.mark.parametrize("name", NO_ROWS)
def test_without_runs_a_table_is_empty(name):
    assert list(experiment_tables.TABLES[name]([])) == []


def effects(seed, kind="puppets", **more):
    gains = {"stage 2 over stage 1": [20.0 + seed, 15.0, 25.0]}
    shares = {"linear layer": 0.5, "stage 1": 0.55, "both stages": 0.8, "random weights": 0.25}
    recipe = {"weights": "fer2013", "tune_epochs": 2}
    return {
        "row": "effects",
        "faces": kind,
        "seed": seed,
        "recipe": recipe,
        "gains": gains,
        "accuracy": shares,
    } | more


def test_an_effect_is_told_for_each_seed_and_what_only_a_lesson_measures_once():
    lessons = {"pointing game, best map over the blob": [30.0, 20.0, 40.0]}
    rows = {row[0]: row[1:] for row in experiment_tables.effects([effects(0, lessons=lessons), effects(1)])}
    told = "+20.0 (+15.0 to +25.0); +21.0 (+15.0 to +25.0)"
    assert rows["stage 2 over stage 1"] == ("+15", told, "not measured")
    assert rows["pointing game, best map over the blob"] == ("+20", "+30.0 (+20.0 to +40.0)", "not measured")


def test_the_way_has_a_row_for_each_seed_and_one_for_the_control_and_a_dash_for_what_was_not_asked():
    control = {"row": "clean start", "seed": 0, "way": {"accuracy": {"untouched": 0.4, "both stages": 0.6}}}
    found = [effects(0, kind="fer2013"), control, effects(2), run("base", [1]), effects(0)]
    shares = ("–", "50.0%", "55.0%", "80.0%", "25.0%")
    assert list(experiment_tables.way(found)) == [
        ("puppets", "fer2013", 0, *shares),
        ("puppets", "fer2013", 2, *shares),
        ("FER-2013", "fer2013", 0, *shares),
        ("puppets", "photographs alone (control)", 0, "40.0%", "–", "–", "60.0%", "–"),
    ]


def judged(points, **more):
    return {"accuracy": 0.8, "interval": [0.78, 0.82], "points": points, "bytes": 8_740_000} | more


def test_what_int8_costs_stands_beside_float32_and_says_whether_it_can_be_told_from_nothing():
    files = {
        "float32": judged([0.0, 0.0, 0.0], same_label=1.0, bytes=30_801_184),
        "int8": judged([-0.65, -1.16, -0.14], same_label=0.9835),
    }
    photographs = {
        "row": "int8",
        "faces": "fer2013",
        "n": 3589,
        "size": 128,
        "files": {"int8": judged([0.1, -0.2, 0.4], same_label=1.0)},
    }
    puppets = {"row": "int8", "faces": "puppets", "n": 2000, "size": 96, "files": files}
    assert list(experiment_tables.int8([photographs, run("base", []), puppets])) == [
        ("puppets, 96 px (2,000)", "float32", "30.8", "80.00% (78.0% to 82.0%)", "", ""),
        (
            "puppets, 96 px (2,000)",
            "int8",
            "8.7",
            "80.00% (78.0% to 82.0%)",
            "-0.65 (-1.16 to -0.14): worse",
            "98.4%",
        ),
        (
            "FER-2013, 128 px (3,589)",
            "int8",
            "8.7",
            "80.00% (78.0% to 82.0%)",
            "+0.10 (-0.20 to +0.40): no clear difference",
            "100.0%",
        ),
    ]


def test_another_package_stands_beside_the_course_with_its_times_and_what_it_installs():
    one = {
        "row": "fer",
        "networks": {"the course, 128 px": judged([0.0, 0.0, 0.0]), "fer, Keras": judged([-4.3, -5.8, -2.8])},
        "installed": {"fer": {"bytes": 7_594_000_000, "for_a_gpu": 3_428_000_000, "packages": 75}},
    }
    assert [row[2] for row in experiment_tables.fer([one])] == ["", "-4.30 (-5.80 to -2.80): worse"]
    assert list(experiment_tables.installed([one])) == [("fer", 75, "7,594", "4,166")]
    assert list(experiment_tables.programs([one])) == []
    one["times"] = {"milliseconds": {"2": {"PyTorch": {"median": 14.25, "p95": 20.0}}}}
    assert list(experiment_tables.programs([one])) == [("PyTorch", "2", "14.2 (20.0)")]


def test_a_file_without_a_recipe_is_in_no_ablation():
    other = {"row": "int8", "seed": 0, "faces": "puppets"}
    assert len(list(experiment_tables.ablation([run("base", range(5)), other]))) == 1


def test_a_result_file_that_names_no_row_is_in_no_table(tmp_path):
    (tmp_path / "a.json").write_text('{"row": "reference"}')
    (tmp_path / "b.json").write_text('{"smoothing": {}}')
    assert experiment_tables.runs(tmp_path) == [{"row": "reference"}]


def test_a_moving_face_s_tables_tell_rates_shares_and_changes_with_their_intervals():
    middle = {part: {"median": float(k)} for k, part in enumerate(experiment_tables.STAGES)}
    change = {"accuracy_change": -0.01, "accuracy_change_low": -0.02, "accuracy_change_high": 0.0}
    change |= {"flips_change": -0.5, "flips_change_low": -0.7, "flips_change_high": -0.3}
    change |= {"delay_change": 1.0, "delay_change_low": 0.5, "delay_change_high": 1.5}
    run = {
        "row": "motion",
        "speed": {"commit": "abc", "frames": 90, "one way": {"frames_a_second": 7.2, "milliseconds": middle}},
        "following": {
            "clips": 2,
            "dials": {"dim": {}},
            "dim": {"found": {"one way": {"mean": 0.5, "low": 0.4, "high": 0.6}}},
        },
        "smoothing": {"clips": 2, "good light": {"none": change, "majority 3": change}},
    }
    other = {"row": "finding"}
    (row,) = experiment_tables.frames([other, run])
    assert row == ("one way", 7.2, "0.0", "1.0", "2.0", "3.0", "4.0", "5.0", "6.0")
    assert list(experiment_tables.followed([other, run])) == [("dim", "one way", "50.0% (40.0% to 60.0%)")]
    (row,) = experiment_tables.smoothing([other, run])
    assert row == ("majority 3", "-1.0 (-2.0 to +0.0)", "-0.50 (-0.70 to -0.30)", "+1.0 (+0.5 to +1.5)")


def test_what_is_found_and_how_it_is_cut_out_is_told_as_far_as_it_was_measured():
    cut = {"margin": 0.1, "shift": -0.05, "accuracy": 0.625, "change": [-1.0, -2.0, 0.0]}
    bound = {"what": "turned", "how": "0 to 10 degrees", "found": 0.5, "interval": [0.25, 0.75], "n": 8}
    run = {"row": "finding", "margins": {"puppets": {"cuts": [cut]}}, "limits": {"puppets": [bound]}}
    run["photographs"] = {"cuts": [cut]}
    partly, other = {"row": "finding"}, {"row": "motion"}
    assert list(experiment_tables.margins([other, partly, run])) == [
        (faces, "0.1", "-0.05", "62.5%", "-1.0 (-2.0 to +0.0)")
        for faces in ("puppets", "PublicTest, the default")
    ]
    assert list(experiment_tables.limits([other, partly, run])) == [
        ("turned", "0 to 10 degrees", 8, "50.0% (25.0% to 75.0%)")
    ]
