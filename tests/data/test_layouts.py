"""Which layout lies at a path is found out, and what is no layout is said plainly."""

import gzip
import tarfile
import zipfile

import numpy as np
import pytest
from fer2013 import LAYOUTS, Sample, fails, load, same, subset

from fer_course.data.layouts import resolve
from fer_course.labels import EXPRESSIONS

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
    fails(tmp_path, "holds no FER-2013")
    expected = load(sample.zip(tmp_path / "b.zip"))
    assert same(expected, load(tmp_path))
    sample.zip(tmp_path / "c.zip")
    fails(tmp_path, "several archives (b.zip, c.zip)")


def test_an_archive_of_other_things_does_not_hide_the_faces_in_a_folder_beside_it(sample, tmp_path):
    expected = load(sample.folder(tmp_path / "copy" / "fer2013"))
    with tarfile.open(tmp_path / "copy" / "backup.tar.gz", "w:gz") as archive:
        archive.add(sample.folder(tmp_path / "holidays") / "train" / "happy", "holidays/beach")
    assert same(expected, load(tmp_path / "copy"))


def test_an_archive_of_pictures_in_unknown_folders_names_one(sample, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("train/joyful/1.jpg", sample.jpegs[0])
    fails("a.zip", "train/joyful/1.jpg", "'joyful' is no class folder")


def test_a_file_in_another_format_is_refused(tmp_path):
    (tmp_path / "fer2013.rar").write_bytes(b"Rar!")
    fails("fer2013.rar", "fer2013.rar", "in no format that is known")
    (tmp_path / "fer2013.tar.gz").write_bytes(b"")
    fails("fer2013.tar.gz", "in no format that is known")


@pytest.mark.parametrize("name", ["fer2013", "fer2013 (1).csv", "download", "fer2013.txt"])
def test_a_table_is_known_by_its_header_and_not_by_its_ending(sample, tmp_path, name):
    folder = tmp_path / "downloads"
    folder.mkdir()
    expected = load(sample.csv(tmp_path / "fer2013.csv"))
    sample.csv(folder / name)
    assert same(expected, load(folder / name), names=False) and same(expected, load(folder), names=False)


def test_a_table_may_be_packed(sample, tmp_path):
    table = sample.csv(tmp_path / "fer2013.csv")
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / "fer2013.csv.gz").write_bytes(gzip.compress(table.read_bytes()))
    with tarfile.open(tmp_path / "fer2013.tar.gz", "w:gz") as archive:
        archive.add(table, "fer2013/fer2013.csv")
        archive.add(sample.csv(tmp_path / "README"), "fer2013/fer2013.bib")
    expected = load(table)
    for source in ("packed", "packed/fer2013.csv.gz", "fer2013.tar.gz"):
        assert same(expected, load(source), names=False)


def test_another_csv_of_the_same_name_is_no_table_of_faces(sample, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "fer2013.csv").write_text("epoch,loss\n1,2\n")
    fails("a", "holds no FER-2013")
    sample.csv(tmp_path / "a" / "other.csv")
    assert len(load("a")) == 14


def test_tables_of_the_splits_are_read_together_and_one_that_has_everything_alone(sample, tmp_path, capsys):
    header, *rows = sample.csv(tmp_path / "all.csv", ("emotion", "pixels")).read_text().splitlines()
    (tmp_path / "splits").mkdir()
    for name, some in {"train": rows[:10], "val": rows[10:12], "test": rows[12:]}.items():
        (tmp_path / "splits" / f"{name}.csv").write_text("\n".join([header, *some]))
    faces = load("splits")
    assert faces.usage.tolist() == sample.usage and faces.labels.tolist() == sample.labels
    assert "val.csv (no column Usage) as PublicTest (2)" in capsys.readouterr().out
    sample.csv(tmp_path / "splits" / "fer2013.csv")
    assert load("splits").names[0] == "fer2013 row 00000"


@pytest.mark.parametrize("source", ["", "  ", 5, None])
def test_what_is_no_source_is_refused(source, tmp_path):
    with pytest.raises(ValueError, match='Expected a path, "puppets", "kaggle" or "huggingface", found'):
        resolve(source)


def test_a_user_who_is_not_there_is_no_stack_trace():
    fails("~nobodyatall/faces", "nothing at ~nobodyatall/faces", error=FileNotFoundError)


def test_a_pointer_of_git_lfs_in_the_place_of_an_archive_is_called_so(tmp_path):
    (tmp_path / "fer2013.zip").write_text("version https://git-lfs.github.com/spec/v1\n")
    fails("fer2013.zip", "is a Git LFS pointer", "git lfs pull")


def test_a_path_with_the_quotes_that_windows_copies_is_found(sample, tmp_path, monkeypatch):
    file = sample.csv(tmp_path / "fer2013.csv")
    monkeypatch.setenv("FER_DATA", f'"{file}"')
    assert same(load(None), load(file))


def test_numbered_class_folders_are_not_guessed(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    for split in ("train", "test"):
        for folder in sorted((root / split).iterdir()):
            folder.rename(folder.with_name(str(EXPRESSIONS.index(folder.name))))
    fails(root, "holds no FER-2013", "named after each expression")


def test_the_folders_that_ferplus_writes_have_no_class_folders_and_are_refused(sample, tmp_path):
    folder = tmp_path / "data" / "FER2013Train"
    folder.mkdir(parents=True)
    for i, jpeg in enumerate(sample.jpegs):
        (folder / f"fer{i:07d}.png").write_bytes(jpeg)
    (folder / "label.csv").write_text('fer0000000.png,"(0, 0, 48, 48)",4,0,0,1,3,2,0,0,0,0\n')
    fails("data", "holds no FER-2013", "named after each expression")


@pytest.mark.parametrize("name", ["archive.zip", "fer2013.csv", "fer2013.tar.gz"])
def test_a_page_that_asks_to_sign_in_saved_in_the_place_of_the_data_is_called_a_web_page(tmp_path, name):
    (tmp_path / name).write_text("\n<!DOCTYPE html><html><title>Sign in</title></html>")
    fails(name, name, "is a web page", "sign in and download it again")


def test_a_file_in_no_known_format_is_not_told_about_folders(tmp_path):
    (tmp_path / "fer2013.zip").write_bytes(b"0" * 600)
    with pytest.raises(ValueError, match="expected a zip, a tar, a Parquet file, or a CSV") as raised:
        load("fer2013.zip")
    assert "folder" not in str(raised.value)
