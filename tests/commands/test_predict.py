"""The command ``predict``: pictures of any kind in, labels out, and no file overwritten."""

import json

import numpy as np
import pytest
from networks import TINY, tiny_model, with_random_head
from PIL import Image

from fer_course.__main__ import main
from fer_course.camera.find import Box
from fer_course.camera.label import Labelled
from fer_course.evaluation.predict import predict, softmax
from fer_course.labels import EXPRESSIONS
from fer_course.model.trained import open_network
from fer_course.model.weights import save_weights
from fer_course.puppets.draw import draw_puppet

FACE = Labelled(Box(10, 12, 40, 40), np.array([0.1, 0, 0, 0.7, 0.2, 0, 0]), "happy")


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    file = tmp_path_factory.mktemp("weights") / "best.safetensors"
    recipe = json.dumps({"backbone": TINY, "image_size": 32})
    save_weights(with_random_head(tiny_model()), file, recipe=recipe)
    return str(file)


@pytest.fixture
def one_face(monkeypatch):
    """One happy face in every picture; whether faces are found is the business of tests/camera."""
    monkeypatch.setattr("fer_course.commands.predict.label_faces", lambda model, picture: [FACE])


@pytest.fixture
def picture(tmp_path):
    file = tmp_path / "me.jpg"
    Image.new("RGB", (80, 60), "grey").save(file)
    return file


def test_each_face_is_told_with_its_label_and_the_next_one(one_face, picture, weights, capsys):
    assert main(["predict", str(picture), "--weights", weights]) == 0
    said = capsys.readouterr()
    assert "me.jpg: 1 face\n" in said.out and "happy 70% (next: sad 20%), 40×40 pixels at 10, 12" in said.out
    assert "somebody who has agreed" in said.err and "not what anybody feels" in said.err


def test_a_picture_without_a_face_says_so_and_what_to_do(picture, weights, capsys):
    assert main(["predict", str(picture), "--weights", weights]) == 0
    assert "no face found" in (out := capsys.readouterr().out) and "--cropped" in out


def test_a_picture_that_is_a_face_already_is_labelled_whole(tmp_path, weights, capsys):
    file = tmp_path / "face.png"
    Image.fromarray(draw_puppet({12: 1})).save(file)
    assert main(["predict", str(file), "--cropped", "--json", "--weights", weights]) == 0
    ((found,),) = [one["faces"] for one in json.loads(capsys.readouterr().out)]
    assert found["box"] == {"left": 0, "top": 0, "width": 48, "height": 48}
    assert list(found["probabilities"]) == list(EXPRESSIONS)
    assert sum(found["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    expected = softmax(predict(open_network(weights), draw_puppet({12: 1})))[0]
    assert list(found["probabilities"].values()) == pytest.approx(expected, abs=1e-4)
    assert found["label"] == max(found["probabilities"], key=found["probabilities"].get)


def test_a_file_that_is_no_picture_is_named_and_the_others_are_labelled(
    one_face, picture, tmp_path, weights, capsys
):
    broken = tmp_path / "notes.txt"
    broken.write_text("no picture")
    assert main(["predict", str(broken), str(picture), "--weights", weights, "--json"]) == 2
    said = capsys.readouterr()
    assert [one["file"] for one in json.loads(said.out)] == [str(picture)]
    assert "notes.txt" in said.err and "Traceback" not in said.err


def test_the_marked_picture_is_saved_and_the_one_given_is_left_alone(
    one_face, picture, tmp_path, weights, capsys
):
    before = picture.read_bytes()
    assert main(["predict", str(picture), "--weights", weights, "--save", str(tmp_path / "out.png")]) == 0
    with Image.open(tmp_path / "out.png") as saved:
        assert saved.size == (80, 60) and np.ptp(np.asarray(saved)) == 255, "black and white lines"
    assert picture.read_bytes() == before and "saved" in capsys.readouterr().out


def test_several_pictures_are_saved_into_a_folder(one_face, picture, tmp_path, weights):
    other = tmp_path / "you.png"
    Image.new("L", (64, 64)).save(other)
    folder = tmp_path / "marked"
    assert main(["predict", str(picture), str(other), "--weights", weights, "--save", str(folder)]) == 0
    assert sorted(file.name for file in folder.iterdir()) == ["me_labelled.png", "you_labelled.png"]


@pytest.mark.parametrize(
    ("save", "words"),
    [("me.jpg", "there already"), ("out.gif", "ends in .png"), ("out", "ends in .png")],
)
def test_nothing_is_overwritten_and_no_unknown_format_written(
    one_face, picture, tmp_path, weights, capsys, save, words
):
    before = sorted(file.name for file in tmp_path.iterdir())
    assert main(["predict", str(picture), "--weights", weights, "--save", str(tmp_path / save)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("fer_course: ") and words in said and said.count("\n") == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == before


def test_two_pictures_of_one_name_do_not_overwrite_each_other(one_face, picture, tmp_path, weights, capsys):
    arguments = [
        "predict",
        str(picture),
        str(picture),
        "--weights",
        weights,
        "--save",
        str(tmp_path / "marked"),
    ]
    assert main(arguments) == 2
    assert "there already" in capsys.readouterr().err and not (tmp_path / "marked").exists()
    assert main([*arguments[:-1], str(tmp_path / "one.png")]) == 2
    assert "Expected a folder" in capsys.readouterr().err
