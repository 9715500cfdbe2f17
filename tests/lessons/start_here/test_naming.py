"""A game: name the expression of some faces."""

from fer_course.lessons.start_here import controls
from fer_course.lessons.start_here.naming import NameFaces
from fer_course.puppets.draw import draw_puppets


def test_faces_are_named_one_by_one_and_scored_at_the_end():
    faces = draw_puppets(3, seed=1, label_noise=0)
    game = NameFaces(faces)
    assert [button.description for button in game.buttons][3] == "happy"
    assert "Face 1 of 3" in game.area.value and game.answers == []
    right = faces.clean_labels.tolist()
    for label in (right[0], right[1], (right[2] + 1) % 7):
        game.buttons[label].click()
    assert "right: you 2 of 3" in game.area.value
    assert game.answers == [right[0], right[1], (right[2] + 1) % 7]
    assert all(button.disabled for button in game.buttons)
    game.name(0)
    assert len(game.answers) == 3
    game.again.click()
    assert "Face 1 of 3" in game.area.value and game.answers == [] and not game.buttons[0].disabled


def test_a_page_without_widgets_shows_all_faces_to_name(monkeypatch):
    bundles = []
    monkeypatch.setattr("fer_course.show.controls.display", lambda bundle, raw: bundles.append(bundle))
    game = controls.name_faces(draw_puppets(4, seed=1))
    game._ipython_display_()
    assert "4 faces to name: angry" in bundles[0]["text/html"] and "<img" in bundles[0]["text/html"]
    assert bundles[0]["application/vnd.jupyter.widget-view+json"]["model_id"] == game.model_id
