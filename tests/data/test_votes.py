"""FER+ votes find their images, or are left out."""

import numpy as np
import pytest
from fer2013 import LAYOUTS, fails, load, subset

from fer_course.data import votes as room
from fer_course.data.votes import VOTE_LABELS, VOTES, agreement, majority_labels, match_votes

pytestmark = subset


def test_votes_beside_a_csv_attach_by_its_rows(sample, tmp_path):
    sample.usage = sample.usage[:10] + ["PrivateTest", "PublicTest"] * 2
    sample.votes(tmp_path / "fer2013new.csv")
    faces = load(sample.csv(tmp_path / "fer2013.csv"))
    assert faces.votes.shape == (14, 10) and faces.votes.dtype == np.int64
    assert majority_labels(faces.votes).tolist() == faces.labels.tolist()
    assert agreement(faces.labels, faces.votes) == 1.0


@pytest.mark.parametrize("layout", ["folder", "zip", "parquet"])
def test_votes_attach_to_file_names_where_a_table_says_their_rows(sample, tmp_path, layout):
    sample.votes(tmp_path / "ferplus_fer2013new.csv")
    rows = [f"{name},{i}" for i, name in enumerate(sample.names) if i != 5]
    (tmp_path / "csv_rows.csv").write_text("\n".join(["path,csv_row", *rows]))
    path = tmp_path / LAYOUTS[layout]
    faces = load(getattr(sample, layout)(path))
    assert faces.votes[5].tolist() == [0] * 10
    assert np.delete(majority_labels(faces.votes) == faces.labels, 5).all()


def test_votes_that_go_by_rows_are_left_out_of_a_folder_and_this_is_said(sample, tmp_path, capsys):
    votes = sample.votes(tmp_path / "fer2013new.csv")
    root = sample.folder(tmp_path / "fer2013")
    assert load(root).votes is None
    assert "FER+ votes in fer2013new.csv are left out" in capsys.readouterr().out
    fails(root, "fer2013new.csv", "csv_rows.csv", votes=votes)


def test_votes_of_other_images_are_refused_or_left_out_with_a_warning(sample, tmp_path):
    file = sample.csv(tmp_path / "fer2013.csv")
    wrong = sample.votes(tmp_path / "fer2013new.csv", usage=["PublicTest"] * 14)
    with pytest.warns(
        UserWarning, match="FER\\+ votes are left out. The votes in fer2013new.csv belong to other"
    ):
        assert load(file).votes is None
    fails(file, "belong to other images", "12 of 14 rows name another split", votes=wrong)


def test_votes_of_the_same_splits_in_another_order_are_told_by_their_agreement(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "ENOUGH", 10)
    file, labels = sample.csv(tmp_path / "fer2013.csv"), sample.labels
    sample.labels = [(label + 1) % 7 for label in labels]
    wrong = sample.votes(tmp_path / "other.csv")
    fails(file, "belong to other images", "agree on as few as 0%", votes=wrong)


def test_a_missing_or_wrong_votes_file_is_named(sample, tmp_path):
    file = sample.csv(tmp_path / "fer2013.csv")
    fails(file, "nothing at missing.csv", votes="missing.csv", error=FileNotFoundError)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    fails(file, "other.csv", "Usage", "contempt", votes="other.csv")


def test_a_majority_of_contempt_unknown_no_face_or_no_votes_is_no_label():
    votes = np.zeros((5, 10), int)
    votes[[0, 1, 2, 4], [7, 8, 9, 0]] = 10
    assert majority_labels(votes).tolist() == [-1, -1, -1, -1, 6]


def test_every_column_of_votes_stands_for_its_own_label():
    assert VOTES[:7] == ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear")
    assert majority_labels(np.eye(10, dtype=int)).tolist() == [6, 3, 5, 4, 0, 1, 2, -1, -1, -1]


def test_real_labels_agree_with_about_65_percent_of_the_votes(real_faces):
    assert real_faces.votes is not None
    assert 0.62 < agreement(real_faces.labels, real_faces.votes) < 0.72
    assert np.mean(real_faces.votes.sum(axis=1) > 0) > 0.99


def test_votes_behind_a_missing_row_belong_to_other_images_and_are_refused():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 7, 2000)
    table = np.zeros((2000, 10), int)
    table[np.arange(2000), [VOTE_LABELS.index(label) for label in labels]] = 10
    usage = np.full(2000, "Training")
    columns = {"labels": labels, "usage": usage, "rows": np.arange(2000)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "read_votes", lambda _: (table, usage))
        assert (match_votes("fer2013new.csv", columns) == table).all()
        # The table of faces lacks its 1,400th row, so that the last 600 are one too early.
        shifted = {"labels": np.delete(labels, 1400), "usage": usage[:-1], "rows": np.arange(1999)}
        with pytest.raises(ValueError, match=r"belong to other images: 0 of 1,999 rows.*or a row is missing"):
            match_votes("fer2013new.csv", shifted)


def test_votes_without_an_image_name_stay_with_their_row(sample, tmp_path):
    sample.csv(tmp_path / "fer2013.csv")
    file = sample.votes(tmp_path / "fer2013new.csv")
    expected = load(tmp_path).votes
    # FER+ leaves the name out if the image shows no face.
    file.write_text(file.read_text().replace("fer0000004.png", ""))
    assert (load(tmp_path).votes == expected).all() and expected[4].any()
