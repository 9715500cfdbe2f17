"""The whole way from a source to faces: puppets, downloads, real photographs, and how many there should be."""

import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from fer2013 import cached, fails, load, same, sorted_by_pixels, subset
from repository import ROOT

from fer_course.data import load as room
from fer_course.data.load import check_counts, load_faces
from fer_course.labels import FER2013_COUNTS

pytestmark = subset


def test_folder_zip_csv_and_parquet_give_the_same_faces_bit_by_bit(sample, tmp_path):
    folder = load(sample.folder(tmp_path / "fer2013"))
    assert folder.images.dtype == np.uint8 and folder.labels.dtype == np.int64
    np.testing.assert_array_equal(folder.images, sample.images)
    assert folder.labels.tolist() == sample.labels
    assert folder.usage.tolist() == sample.usage
    assert folder.names.tolist() == sample.names
    assert same(folder, load(sample.zip(tmp_path / "archive.zip")))
    assert same(folder, load(sample.parquet(tmp_path / "faces.parquet")))
    assert same(folder, load(sample.csv(tmp_path / "fer2013.csv")), names=False)


def test_the_environment_decides_where_no_source_is_given(sample, tmp_path, monkeypatch):
    monkeypatch.setenv("FER_DATA", str(sample.folder(tmp_path / "fer2013")))
    assert len(load(None)) == 14


def test_a_folder_named_like_a_keyword_is_meant_when_written_as_a_path(sample, tmp_path):
    sample.folder(tmp_path / "kaggle")
    assert len(load("./kaggle")) == len(load(Path("kaggle"))) == 14


@pytest.fixture
def few_puppets(monkeypatch):
    monkeypatch.setattr(room, "PUPPET_SIZES", {"quick": (12, 4, 3), "full": (20, 5, 5)})


def test_puppets_are_the_default_and_have_all_three_splits(few_puppets):
    faces = load(None)
    assert faces.is_puppets and len(faces) == 19 and faces.source.startswith("puppets")
    assert [len(faces.of(usage)) for usage in FER2013_COUNTS] == [12, 4, 3]
    assert len(set(faces.names)) == 19 and len(set(faces.twins())) == 19
    assert len(load("Puppets", profile="full")) == 30


def test_progress_is_not_shown_where_errors_are(few_puppets, sample, tmp_path, capsys):
    sources = ("puppets", sample.csv(tmp_path / "fer2013.csv"), sample.parquet(tmp_path / "a.parquet"))
    for source in sources:  # Jupyter shows stderr in red
        load_faces(source, cache=False)
        out, err = capsys.readouterr()
        assert err == ""
        assert "Drawing puppets: 100%" in out or f"Reading {source.name}" in out


def test_every_module_of_the_wing_that_draws_puppets_is_in_the_key_of_their_cache():
    wing = ROOT / "fer_course" / "puppets"
    drawing = {path for path in wing.rglob("*.py") if path.name != "__init__.py"}
    assert drawing and set(room.DRAWING) == drawing, "data/load.py: DRAWING names all modules in puppets/"


@pytest.mark.parametrize("module", [path.name for path in room.DRAWING])
def test_puppets_are_drawn_anew_when_a_module_that_draws_them_has_changed(
    few_puppets, monkeypatch, tmp_path, module
):
    drawn, draw = [], room.draw_puppets
    monkeypatch.setattr(room, "draw_puppets", lambda *given, **more: drawn.append(1) or draw(*given, **more))
    copies = [tmp_path / path.name for path in room.DRAWING]
    for copy, path in zip(copies, room.DRAWING, strict=True):
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(room, "DRAWING", copies)
    for _ in range(2):
        load("puppets")
    assert len(drawn) == 3, "once for each split, and then from the cache"
    with (tmp_path / module).open("a") as code:
        code.write("# a change")
    load("puppets")
    assert len(drawn) == 6 and len(cached(tmp_path)) == 2


def test_puppets_from_the_cache_are_the_same_with_all_their_truth(few_puppets, monkeypatch):
    first = load("puppets")
    monkeypatch.setattr(room, "draw_puppets", None)
    again = load("puppets")
    assert same(first, again) and first.source == again.source
    for truth in ("clean_labels", "action_units", "parts", "people", "scenes"):
        np.testing.assert_array_equal(getattr(first, truth), getattr(again, truth))


def test_the_quick_profile_is_7_000_puppets_and_the_full_one_as_many_as_fer2013():
    assert room.PUPPET_SIZES["quick"] == (5_000, 1_000, 1_000)
    assert room.PUPPET_SIZES["full"] == tuple(sum(counts) for counts in FER2013_COUNTS.values())


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match='"quick" or "full", found \'fast\''):
        load("puppets", profile="fast")


def stand_in(monkeypatch, module, function, result):
    def download(*_, **__):
        if isinstance(result, Exception):
            raise result
        return str(result)

    monkeypatch.setitem(sys.modules, module, types.SimpleNamespace(**{function: download}))


DOWNLOADS = [
    ("kaggle", "kagglehub", "dataset_download"),
    ("huggingface", "huggingface_hub", "snapshot_download"),
]


@pytest.mark.parametrize(("word", "module", "function"), DOWNLOADS)
def test_a_download_is_read_like_a_copy_on_disk(sample, tmp_path, monkeypatch, word, module, function):
    root = tmp_path / "versions" / "1"
    if word == "kaggle":
        sample.folder(root)
    else:
        sample.parquet(root / "data" / "train-00000-of-00001.parquet")
    stand_in(monkeypatch, module, function, root)
    faces = load(word)
    np.testing.assert_array_equal(faces.images, sample.images)
    assert "fer2013" in faces.source


@pytest.mark.parametrize(("word", "module", "function"), DOWNLOADS)
def test_a_download_without_network_says_what_else_there_is(monkeypatch, word, module, function):
    stand_in(monkeypatch, module, function, OSError("Name or service not known\nmore lines\nand more"))
    fails(word, "could not be downloaded", "Name or service not known", "puppets", error=ConnectionError)


@pytest.mark.parametrize(("word", "module", "function"), DOWNLOADS)
def test_a_download_without_its_package_names_it(monkeypatch, word, module, function):
    monkeypatch.setitem(sys.modules, module, None)
    fails(word, module, 'pip install "fer-course[data]"', "puppets", error=ImportError)


def columns_of(counts):
    usage = np.repeat(list(counts), [sum(numbers) for numbers in counts.values()])
    labels = np.concatenate([np.repeat(np.arange(7), numbers) for numbers in counts.values()])
    return {"labels": labels, "usage": usage}


def test_the_published_counts_pass_without_a_word(recwarn, capsys):
    check_counts(columns_of(FER2013_COUNTS), "FER-2013")
    assert not recwarn and not capsys.readouterr().out


def test_a_copy_without_privatetest_reads_calmly(recwarn, capsys):
    check_counts(columns_of({k: FER2013_COUNTS[k] for k in ("Training", "PublicTest")}), "FER-2013")
    assert not recwarn
    assert capsys.readouterr().out == (
        "This copy has no PrivateTest: the test set is PublicTest alone, 3,589 images.\n"
    )


def test_a_test_set_in_one_piece_is_complete(recwarn):
    both = np.add(FER2013_COUNTS["PublicTest"], FER2013_COUNTS["PrivateTest"])
    check_counts(columns_of({"Training": FER2013_COUNTS["Training"], "PublicTest": both}), "FER-2013")
    assert not recwarn


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        ((3995, 436, 4097, 7215, 4830, 3171, 4960), "Training has 28,704 images (published: 28,709)."),
        ((3995, 436, 4097, 7215, 4831, 3171, 4964), "Training has 4,831 sad (4,830), 4,964 neutral (4,965)"),
    ],
)
def test_other_counts_are_a_warning_that_says_what_differs(training, sentence):
    with pytest.warns(UserWarning) as caught:
        check_counts(columns_of(FER2013_COUNTS | {"Training": training}), "My copy")
    (warning,) = caught
    assert str(warning.message).startswith("My copy differs from the published FER-2013: ")
    assert sentence in str(warning.message)


@pytest.mark.filterwarnings("default")
def test_a_subset_is_one_warning_for_all_its_splits(sample, tmp_path):
    with pytest.warns(
        UserWarning, match="Training has 10 images .*; PublicTest has 2 .*; PrivateTest has 2"
    ) as caught:
        load_faces(sample.csv(tmp_path / "fer2013.csv"), progress=False)
    assert len(caught) == 1 and caught[0].filename == __file__


def test_real_images_are_the_same_through_four_layouts_bit_by_bit(real_data, real_faces, tmp_path):
    def expand(layout, out):
        command = [sys.executable, real_data / "expand.py", "--layout", layout, "--limit", "300", out]
        subprocess.run(command, check=True, capture_output=True)
        return load(out, cache=False)

    folder = expand("folder", tmp_path / "folder")
    assert len(folder) == 600
    assert same(folder, expand("zip", tmp_path / "a.zip"))
    table = expand("csv", tmp_path / "fer2013.csv")
    assert same(sorted_by_pixels(folder), sorted_by_pixels(table), names=False)
    where = {name: i for i, name in enumerate(real_faces.names)}
    assert same(folder, real_faces[[where[name] for name in folder.names]])


def test_real_counts_are_the_published_ones(real_faces):
    for usage in ("Training", "PublicTest"):
        assert tuple(real_faces.of(usage).counts()) == FER2013_COUNTS[usage]
    assert len(set(real_faces.names)) == len(real_faces) == 32_298


def test_2_271_training_images_and_280_of_publictest_have_a_twin_in_training(real_faces):
    training = real_faces.of("Training")
    twins = training.twins()
    assert np.sum(np.bincount(twins)[twins] > 1) == 2_271
    known = {image.tobytes() for image in training.images}
    assert sum(image.tobytes() in known for image in real_faces.of("PublicTest").images) == 280


def test_labels_that_a_split_lacks_are_named(recwarn):
    labels = np.array([0, 2, 3, 4, 5, 6] * 3)
    usage = np.repeat(["Training", "PublicTest", "PrivateTest"], 6)
    check_counts({"labels": labels, "usage": usage}, "My copy")
    assert "Training has 6 images (published: 28,709), none of them labelled disgust" in str(
        recwarn.pop().message
    )
