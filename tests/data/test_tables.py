"""FER-2013 as CSV and as Parquet."""

import json
import sys
import tracemalloc
import zipfile

import pytest
from fer2013 import fails, load, same, sorted_by_pixels, subset

from fer_course.data.tables import Table, read_tables
from fer_course.labels import EXPRESSIONS

pytestmark = subset


def test_icml_face_data_has_spaces_in_its_header_and_another_order(sample, tmp_path):
    plain = load(sample.csv(tmp_path / "fer2013.csv"))
    other = load(sample.csv(tmp_path / "icml_face_data.csv", header=("emotion", " Usage", " pixels")))
    assert same(plain, other, names=False)


def test_train_csv_without_usage_is_all_training_and_says_so(sample, tmp_path, capsys):
    faces = load(sample.csv(tmp_path / "train.csv", header=("emotion", "pixels")))
    assert set(faces.usage) == {"Training"} and faces.labels.tolist() == sample.labels
    assert "train.csv (no column Usage) as Training (14)." in capsys.readouterr().out


def test_a_csv_is_sorted_by_official_split_and_keeps_its_rows_within(sample, tmp_path):
    sample.usage = ["PrivateTest", "Training"] * 7
    faces = load(sample.csv(tmp_path / "fer2013.csv"))
    assert faces.labels.tolist() == sample.labels[1::2] + sample.labels[0::2]
    assert faces.names[0] == "fer2013 row 00001"


def test_parquet_files_of_the_splits_are_read_together(sample, tmp_path):
    whole = load(sample.parquet(tmp_path / "whole" / "faces.parquet"))
    sample.parquet(tmp_path / "shards" / "train-00000-of-00002.parquet", range(6))
    sample.parquet(tmp_path / "shards" / "train-00001-of-00002.parquet", range(6, 10))
    sample.parquet(tmp_path / "shards" / "public_test.parquet", range(10, 14))
    assert same(whole, load(tmp_path / "shards"))


def test_parquet_without_image_names_takes_the_split_from_the_file(sample, tmp_path):
    data = tmp_path / "mirror" / "data"
    sample.parquet(data / "train-00000-of-00001.parquet", range(10), paths=False)
    sample.parquet(data / "valid-00000-of-00001.parquet", range(10, 12), paths=False)
    sample.parquet(data / "test-00000-of-00001.parquet", range(12, 14), paths=False)
    faces = sorted_by_pixels(load(tmp_path / "mirror"))
    assert same(faces, sorted_by_pixels(load(sample.csv(tmp_path / "fer2013.csv"))), names=False)


def test_a_parquet_file_that_numbers_its_labels_otherwise_is_put_in_the_official_order(sample, tmp_path):
    alphabet = sorted(EXPRESSIONS)
    info = {"info": {"features": {"label": {"names": alphabet, "_type": "ClassLabel"}}}}
    labels = [alphabet.index(EXPRESSIONS[label]) for label in sample.labels]
    other = sample.parquet(tmp_path / "b.parquet", labels=labels, metadata={"huggingface": json.dumps(info)})
    assert same(load(sample.parquet(tmp_path / "a.parquet")), load(other))
    gaps = [float(label) for label in labels]  # what pandas makes of a column that once had gaps
    other = sample.parquet(tmp_path / "c.parquet", labels=gaps, metadata={"huggingface": json.dumps(info)})
    assert same(load(tmp_path / "a.parquet"), load(other))


def table(tmp_path, *rows, header="emotion,pixels,Usage", name="fer2013.csv"):
    good = "0," + " ".join(["7"] * 2304) + ",Training"
    (tmp_path / name).write_text("\n".join([header, good, *rows]) + "\n")
    return tmp_path / name


def pixels(*last, n=2304):
    return " ".join(["7"] * (n - len(last)) + [str(value) for value in last])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"3,{pixels(n=2303)},Training", "expected 2,304 pixels (48×48), found 2,303"),
        (f"3,{pixels(n=2305)},Training", "found 2,305"),
        ("3,,Training", "found 0"),
        (f"3,{pixels(256)},Training", "pixel values from 0 to 255, found 256"),
        (f"3,{pixels(-1)},Training", "found -1"),
        (f"3,{pixels('12.5')},Training", "whole numbers, found '12.5'"),
        (f"3,{pixels('nan', 5)},Training", "whole numbers, found 'nan'"),
        (f"7,{pixels()},Training", "label from 0 (angry) to 6 (neutral), found '7'"),
        (f"-1,{pixels()},Training", "found '-1'"),
        (f"0.5,{pixels()},Training", "found '0.5'"),
        (f"nan,{pixels()},Training", "found 'nan'"),
        (f"contempt,{pixels()},Training", "found 'contempt'"),
        (f",{pixels()},Training", "found ''"),
        (f"3,{pixels()},later", "PrivateTest, found 'later'"),
        ("emotion,pixels,Usage", "PrivateTest, found 'Usage'"),
        ("3,[  7   7 ...   7   7],Training", "whole numbers, found '...'"),
        (f"3,{pixels('0.5')},Training", "found '0.5' (pixels from 0 to 1? multiply them by 255)"),
        (f"3,{pixels()}", "expected at least 3 columns, found 2"),
    ],
)
def test_a_wrong_row_of_a_csv_is_named_with_its_line(tmp_path, row, problem):
    file = table(tmp_path, "", row)
    fails(file, f"{file}, line 4:", problem)


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("emotion,Usage", "expected the columns emotion, pixels and Usage, found emotion, Usage"),
        ("a,b,c", "found a, b, c"),
        ("pixels", "no column emotion, so its images have no labels"),
    ],
)
def test_a_csv_without_a_column_says_which(tmp_path, header, problem):
    fails(table(tmp_path, header=header), tmp_path / "fer2013.csv", problem)


def test_the_unlabelled_test_csv_is_told_apart(tmp_path):
    fails(table(tmp_path, header="pixels", name="test.csv"), "test.csv", "no labels", "icml_face_data.csv")
    fails(tmp_path, "test.csv", "no labels")


def test_a_csv_without_rows_is_refused(tmp_path):
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n")
    fails("fer2013.csv", "fer2013.csv", "holds no images")
    (tmp_path / "fer2013.csv").write_bytes(b"")
    fails("fer2013.csv", "found nothing")


def test_a_file_that_only_calls_itself_csv_is_refused(sample, tmp_path):
    (tmp_path / "fer2013.csv").write_bytes(sample.jpegs[0] * 300)
    fails("fer2013.csv", "fer2013.csv", error=ValueError)


def test_a_damaged_zip_with_the_csv_is_named(sample, tmp_path):
    csv_file = sample.csv(tmp_path / "fer2013.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(csv_file, "fer2013.csv")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(data)
    fails(tmp_path / "a.zip", "fer2013.csv", error=ValueError)


def test_a_parquet_file_with_other_columns_or_none_is_refused(sample, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"img": [1], "labels": [1]}), tmp_path / "a.parquet")
    fails("a.parquet", "a.parquet", "image and label, found img, labels")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 nonsense")
    fails("b.parquet", "b.parquet", "damaged")
    fails(sample.parquet(tmp_path / "c.parquet", labels=[0] * 13 + [7]), "c.parquet, row 13", "found '7'")
    words = [*[EXPRESSIONS[label] for label in sample.labels[1:]], "contempt"]
    fails(sample.parquet(tmp_path / "w.parquet", labels=words), "w.parquet, row 13", "found 'contempt'")
    info = {"info": {"features": {"label": {"names": [*EXPRESSIONS[:6], "contempt"]}}}}
    other = sample.parquet(tmp_path / "d.parquet", metadata={"huggingface": json.dumps(info)})
    fails(other, "d.parquet", "the labels contempt")


def test_parquet_without_pyarrow_names_the_package_to_install(sample, tmp_path, monkeypatch):
    file = sample.parquet(tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    fails(file, "needs pyarrow", 'pip install "fer-course[data]"', error=ImportError)


@pytest.mark.parametrize(
    "words",
    [("train", "validation", "test"), ("TRAINING", "publictest", "private_test"), ("train", "dev", "eval")],
)
@pytest.mark.parametrize("column", ["Usage", "split"])
def test_other_words_for_the_splits_are_understood_and_said(sample, tmp_path, capsys, words, column):
    known, official = dict(zip(("Training", "PublicTest", "PrivateTest"), words, strict=True)), sample.usage
    sample.usage = [known[usage] for usage in official]
    text = sample.csv(tmp_path / "fer2013.csv").read_text().replace("Usage", column, 1)
    (tmp_path / "fer2013.csv").write_text(text)
    assert load("fer2013.csv").usage.tolist() == official
    assert f"the split {words[1]!r} as PublicTest (2)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("test.csv", "PublicTest"),
        ("my_train.csv", "Training"),
        ("val.csv", "PublicTest"),
        ("a.csv", "Training"),
    ],
)
def test_a_labelled_table_without_splits_takes_that_of_its_name_and_says_so(
    sample, tmp_path, capsys, name, usage
):
    faces = load(sample.csv(tmp_path / name, ("emotion", "pixels")))
    assert set(faces.usage) == {usage}
    assert f"{name} (no column Usage) as {usage} (14)" in capsys.readouterr().out


def test_parquet_files_named_after_their_splits_in_any_place_of_the_name(sample, tmp_path):
    sample.parquet(tmp_path / "b" / "fer2013_train.parquet", range(10), paths=False)
    sample.parquet(tmp_path / "b" / "fer2013_test.parquet", range(10, 14), paths=False)
    assert load(tmp_path / "b").usage.tolist() == ["Training"] * 10 + ["PublicTest"] * 4


def test_parquet_with_plain_bytes_or_pixels_and_a_column_for_the_split(sample, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    plain = {"image": sample.jpegs, "label": sample.labels, "split": sample.usage}
    parquet.write_table(pyarrow.table(plain), tmp_path / "a.parquet")
    texts = [" ".join(map(str, image.ravel())) for image in sample.images]
    parquet.write_table(
        pyarrow.table({"pixels": texts, "emotion": sample.labels, "Usage": sample.usage}),
        tmp_path / "b.parquet",
    )
    expected = load(sample.csv(tmp_path / "fer2013.csv"))
    assert same(expected, load("a.parquet"), names=False) and same(expected, load("b.parquet"), names=False)


def test_one_endless_line_is_refused_before_it_fills_the_memory(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("fer2013.csv", "emotion,pixels,Usage\n0," + "7 " * 3_000_000)
    tracemalloc.start()
    fails("a.zip", "fer2013.csv", "a line of more than 65,535 characters")
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (",", "utf-16-be")]
)
@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_csv_as_spreadsheets_save_it_in_other_countries_is_read(sample, tmp_path, separator, encoding, end):
    plain = sample.csv(tmp_path / "fer2013.csv")
    other = tmp_path / "saved" / "fer2013.csv"
    other.parent.mkdir()
    text = plain.read_text().replace(",", separator).replace("\n", end) + separator * 2 + end
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    other.write_bytes((mark + text).encode(encoding))
    assert same(load(plain), load(other)) and same(load(plain), load(other.parent))


def test_labels_as_pandas_writes_them_and_as_words_are_read(sample, tmp_path):
    words = [EXPRESSIONS[label] for label in sample.labels]
    assert same(
        load(sample.parquet(tmp_path / "a.parquet")),
        load(sample.parquet(tmp_path / "b.parquet", labels=words)),
    )
    plain = load(sample.csv(tmp_path / "fer2013.csv"))
    for labels in (
        [f"{label}.0" for label in sample.labels],
        [EXPRESSIONS[i].title() for i in sample.labels],
    ):
        sample.labels = labels
        assert same(plain, load(sample.csv(tmp_path / "fer2013.csv")))


def test_pixels_as_lists_are_read_from_text_and_from_parquet(sample, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    plain = load(sample.csv(tmp_path / "fer2013.csv"))
    flat = [image.ravel().tolist() for image in sample.images]
    rows = zip(sample.labels, flat, sample.usage, strict=True)
    text = "".join(f'{label},"{pixels}",{usage}\n' for label, pixels, usage in rows)
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n" + text)
    assert same(plain, load("fer2013.csv"))
    columns = {
        "image": [image.tolist() for image in sample.images],
        "label": sample.labels,
        "split": sample.usage,
    }
    parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    assert same(plain, load("a.parquet"), names=False)
    columns["image"] = [(image / 255).tolist() for image in sample.images]
    parquet.write_table(pyarrow.table(columns), tmp_path / "b.parquet")
    fails("b.parquet", "row 0", "pixels as whole numbers", "multiply them by 255")


@pytest.mark.parametrize("image", [{"bytes": None, "path": "faces/3.png"}, None])
def test_parquet_that_was_saved_without_its_pictures_is_refused(sample, tmp_path, image):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    images = [{"bytes": jpeg, "path": None} for jpeg in sample.jpegs[1:]]
    parquet.write_table(
        pyarrow.table({"image": [*images, image], "label": sample.labels}), tmp_path / "a.parquet"
    )
    fails("a.parquet", "row 13", "has no image bytes")


@pytest.mark.parametrize("rows", [14, 56])
def test_a_table_is_opened_as_often_whatever_its_rows(sample, tmp_path, rows):
    header, *lines = sample.csv(tmp_path / "train.csv", ("emotion", "pixels")).read_text().splitlines()
    (tmp_path / "train.csv").write_text("\n".join([header, *(lines * (rows // 14))]))
    opened = []

    def watched():
        opened.append(1)
        return (tmp_path / "train.csv").open("rb")

    columns, _ = read_tables([Table("train.csv", watched)], progress=False)
    assert len(columns["labels"]) == rows and len(opened) == 3
