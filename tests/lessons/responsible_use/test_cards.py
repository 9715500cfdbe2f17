"""Model cards."""

import pytest

from fer_course.lessons.responsible_use import cards

FACTS = {
    "faces": 2000,
    "accuracy": 0.8474,
    "interval": (0.8309, 0.8625),
    "worst group": "glasses",
    "worst group accuracy": 0.79,
}
CARD = dict.fromkeys(cards.WORDS, "A sentence that says enough about it.") | FACTS


def test_a_finished_card_has_no_problems():
    assert cards.problems(CARD, FACTS) == []
    rounded = CARD | {"accuracy": 0.847, "interval": [0.8309, 0.8625], "worst group": " Glasses"}
    assert cards.problems(rounded, FACTS) == []


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("caveats", ..., "caveats: still empty"),
        ("caveats", "   ", "caveats: still empty"),
        ("caveats", "none", "'none' says too little"),
        ("model", 3, "expected a sentence, found int 3"),
        ("accuracy", ..., "accuracy: still empty"),
        ("accuracy", 0.9, "accuracy: found 0.900, the run has 0.847"),
        ("accuracy", 84.74, "found 85, the run has 0.847"),
        ("faces", 625, "found 625, the run has 2,000"),
        ("interval", (0.83, 0.9), "the run has 0.831 to 0.863"),
        ("interval", 0.83, "interval: found 0.830"),
        ("worst group", "dark", "'dark', the run has 'glasses'"),
    ],
)
def test_a_problem_is_told_with_its_part(part, value, words):
    (sentence,) = cards.problems(CARD | {part: value}, FACTS)
    assert words in sentence and sentence.startswith(part)


def test_a_part_that_is_missing_is_named():
    (sentence,) = cards.problems({k: v for k, v in CARD.items() if k != "conditions"}, FACTS)
    assert sentence.startswith("conditions: this part is missing")
    assert cards.problems("a card", FACTS) == ["Expected a dict with the parts of a card, found 'a card'."]


def test_a_card_is_written_only_when_it_is_finished(tmp_path):
    path = tmp_path / "runs" / "card.md"
    with pytest.raises(ValueError, match="found 1 problems, first: caveats"):
        cards.write(CARD | {"caveats": ...}, FACTS, path)
    assert not path.exists()
    assert cards.write(CARD, FACTS, path) == path
    text = path.read_text()
    assert all(f"## {part.capitalize()}\n" in text for part in cards.WORDS)
    assert "2,000 faces, accuracy 84.7% (95 % interval 83.1% to 86.2%)" in text
    assert "glasses, 79.0%" in text
