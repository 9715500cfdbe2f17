"""The tool that measures what notebook 09 tells without measuring."""

import json

import numpy as np
import pytest
from samples import noise_faces

from fer_course.puppets.draw import draw_puppets
from research import audit


def test_voters_who_agree_are_counted_on_images_with_ten_votes():
    votes = np.array([[10, 0], [6, 4], [5, 5], [3, 4]])
    found = audit.agreement(np.pad(votes, ((0, 0), (0, 8))))
    assert found["n"] == 3
    assert found["images"] == [0, 0, 0, 0, 1, 1, 0, 0, 0, 1]


def test_images_are_evenly_spaced_and_all_unless_asked():
    assert audit.spaced(10, None).tolist() == list(range(10)) == audit.spaced(10, 20).tolist()
    assert audit.spaced(9, 3).tolist() == [0, 4, 8]


def test_parts_are_kept_beside_each_other(tmp_path):
    out = tmp_path / "audit.json"
    audit.keep(out, "votes", {"n": 1})
    audit.keep(out, "biased", [])
    held = json.loads(out.read_text())
    assert held["votes"] == {"n": 1} and held["biased"] == [] and held["commit"]
    assert audit.held(out, "votes") == {"n": 1} and audit.held(tmp_path / "none.json", "votes") == {}


def test_every_condition_is_measured_once_and_kept(tmp_path, monkeypatch):
    faces, asked = noise_faces(7), []

    def predict(model, images):
        asked.append(len(images))
        return np.eye(7)[[0] * len(images)]

    monkeypatch.setattr(audit, "predict", predict)
    monkeypatch.setattr(audit, "CORRUPTIONS", ("dark", "fog"))
    out = tmp_path / "audit.json"
    audit.conditions(None, faces, out, "fer2013")
    held = audit.held(out, "fer2013")
    assert held["n"] == 7 and held["right"]["clean, 0"] == 1 and len(held["right"]) == 11 == len(asked)
    rows = audit.conditions(None, faces, out, "fer2013")
    assert len(asked) == 11 == len(rows) and rows.iloc[0].tolist() == ["clean", "0", 1, 7]
    audit.conditions(None, faces[:5], out, "fer2013")
    assert len(asked) == 22 and audit.held(out, "fer2013")["n"] == 5


def test_groups_are_measured_against_clean_labels():
    faces = draw_puppets(20, seed=1, label_noise=1)
    rows = {(row["asked"], row["group"]): row for row in audit.by_group(np.eye(7)[faces.clean_labels], faces)}
    assert all(row["accuracy"] == 1 for row in rows.values())
    assert rows["glasses", "glasses"]["n"] == faces.people["glasses"].sum()
    json.dumps(list(rows.values()))


def test_puppets_are_no_photographs(monkeypatch):
    puppets = noise_faces(7, clean_labels=np.arange(7))
    monkeypatch.setattr(audit, "load_faces", lambda _: puppets)
    with pytest.raises(ValueError, match="Expected photographs, found noise"):
        audit.main(["--data", "somewhere"])
