"""Which layout lies at a path is found out, and what is no layout is said plainly."""

import zipfile

import numpy as np
import pytest
from fer2013 import LAYOUTS, Sample, fails, load, same, subset

pytestmark = subset


def test_a_zip_may_hold_the_csv(sample, tmp_path):
    table = sample.csv(tmp_path / "icml_face_data.csv", header=("emotion", " Usage", " pixels"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(table, "inside/icml_face_data.csv")
    assert same(load(table), load(tmp_path / "a.zip"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_folder_that_contains_the_data_set_is_as_good(sample, tmp_path, layout):
    outer = tmp_path / "downloads" / "faces"
    outer.mkdir(parents=True)
    direct = load(getattr(sample, layout)(outer / LAYOUTS[layout]))
    assert same(direct, load(outer)) and same(direct, load(outer.parent))


def test_a_relative_path_is_looked_for_in_the_working_folder_then_in_the_repository(
    sample, tmp_path, monkeypatch
):
    sample.csv(tmp_path / "fer2013.csv")
    Sample(seed=1).folder(tmp_path / "home" / "data" / "fer2013")
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(load("fer2013.csv").images, sample.images)
    np.testing.assert_array_equal(load("data/fer2013").images, Sample(seed=1).images)


def test_the_home_folder_may_be_written_as_a_tilde(sample, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    sample.csv(tmp_path / "fer2013.csv")
    assert len(load("~/fer2013.csv")) == 14


def test_a_picture_beside_the_table_in_a_zip_does_not_make_it_a_zip_of_folders(sample, tmp_path):
    table = sample.csv(tmp_path / "fer2013.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(table, "fer2013/fer2013.csv")
        archive.writestr("docs/preview.jpg", sample.jpegs[0])
    assert same(load(tmp_path / "a.zip"), load(table))


def test_a_missing_path_says_where_it_was_looked_for(tmp_path):
    fails(
        "nowhere/fer2013", "nothing at nowhere/fer2013", tmp_path, "home", "puppets", error=FileNotFoundError
    )
    fails("kagle", "nothing at kagle", '"kaggle"', error=FileNotFoundError)


def test_an_empty_folder_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    fails(tmp_path / "empty", tmp_path / "empty", "is an empty folder")


def test_a_folder_with_something_else_says_what_was_expected(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("hello")
    fails("other", "holds no FER-2013", "train/", "fer2013.csv", ".parquet")


def test_a_zip_without_faces_and_several_zips_say_what_to_do(sample, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("notes.txt", "hello")
    fails("a.zip", "a.zip", "holds no FER-2013")
    sample.zip(tmp_path / "b.zip")
    fails(tmp_path, "several zips (a.zip, b.zip)")


def test_a_file_in_another_format_is_refused(tmp_path):
    (tmp_path / "fer2013.rar").write_bytes(b"Rar!")
    fails("fer2013.rar", "fer2013.rar", "in no format that is known")
    (tmp_path / "fer2013.tar.gz").write_bytes(b"")
    fails("fer2013.tar.gz", "in no format that is known")
