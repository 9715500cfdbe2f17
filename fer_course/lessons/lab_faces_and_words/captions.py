"""Captions: words for what a puppet shows, with something missing or wrong here and there, as on the web.

No caption names an expression. FER+ votes serve as the captions of photographs.
"""

from dataclasses import dataclass

import numpy as np
import torch

from fer_course.data.votes import VOTE_LABELS, VOTES
from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.studio import draw_studio
from fer_course.puppets.units import ACTION_UNITS, PROTOTYPES

UNIT_WORDINGS = {
    1: ("inner brows lifted", "brows slanting", "inner brow ends high"),
    2: ("outer brows lifted", "arched brows", "brows high at the sides"),
    4: ("brows lowered", "frowning", "knitted brows"),
    5: ("upper lids raised", "wide eyes", "staring"),
    6: ("cheeks raised", "cheeks pushed upward", "crinkled eyes"),
    7: ("lids tightened", "narrowed eyes", "squinting"),
    9: ("nose wrinkled", "wrinkles beside the nose", "scrunched nose"),
    12: ("lip corners pulled up", "smiling", "a curved mouth"),
    15: ("lip corners pulled down", "mouth turned downward", "drooping mouth"),
    20: ("lips stretched", "mouth drawn sideways", "mouth pulled wide"),
    23: ("lips tightened", "pressed mouth", "thin lips"),
    25: ("lips apart", "open lips", "teeth showing"),
    26: ("jaw dropped", "mouth hanging open", "gaping"),
}
"""Three ways to say it, by action unit."""

OTHER_WORDINGS = {
    "glasses": ("wearing glasses", "with spectacles", "glasses on the nose"),
    "beard": ("a beard", "bearded", "whiskers"),
    "headscarf": ("a headscarf", "covered hair", "wearing a scarf"),
    "curly hair": ("curly hair", "curls", "frizzy hair"),
    "long hair": ("long hair", "hair to the shoulders", "flowing hair"),
}

AT_REST = ("a face at rest", "nothing moves", "a still face")

WORDINGS = (*UNIT_WORDINGS.values(), *OTHER_WORDINGS.values())
"""By fact: the action units in the order of ``ACTION_UNITS``, then what else a caption may tell."""

SEEN = 0.25
"""Intensity from which an action unit counts as there."""

FORGOTTEN, INVENTED = 0.2, 0.02
"""Chance that a caption leaves out what is there, and that it tells what is not."""

VOTED = 3
"""Votes that make the caption of a photograph."""

VOCABULARY = tuple(
    sorted(
        {
            word
            for some in (*WORDINGS, AT_REST, VOTES, EXPRESSIONS)
            for text in some
            for word in text.lower().split()
        }
    )
)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Faces with captions.

    Attributes
    ----------
    faces : Faces
    captions : list of str
    told, true : ndarray of bool, shape (N, F), optional
        Puppets only. What each caption tells, and what is there, of the facts in ``WORDINGS``.
    """

    faces: Faces
    captions: list
    told: np.ndarray | None = None
    true: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.faces)

    def __getitem__(self, chosen) -> "Pairs":
        """Return the pairs of a slice."""
        facts = (None if some is None else some[chosen] for some in (self.told, self.true))
        return Pairs(self.faces[chosen], self.captions[chosen], *facts)

    @property
    def words(self) -> torch.Tensor:
        """The captions as bags of words: float32, shape (N, V)."""
        return bags_of_words(self.captions)


def bags_of_words(captions) -> torch.Tensor:
    """Return how often every word of the vocabulary occurs in each caption: float32, shape (N, V).

    Raises
    ------
    ValueError
        If a word is not in the vocabulary, or a caption is empty.
    """
    places = {word: k for k, word in enumerate(VOCABULARY)}
    bags = np.zeros((len(captions), len(VOCABULARY)), np.float32)
    for row, caption in zip(bags, captions, strict=True):
        words = caption.replace(",", " ").lower().split()
        if not words:
            raise ValueError("Expected a caption of one word or more, found an empty one.")
        for word in words:
            if word not in places:
                raise ValueError(
                    f"Expected words that the captions use, found {word!r}; captions.VOCABULARY lists all."
                )
            row[places[word]] += 1
    return torch.from_numpy(bags)


def facts_of(faces: Faces) -> np.ndarray:
    """Return what is there in each puppet, of the facts in ``WORDINGS``: bool, shape (N, F)."""
    people = faces.people
    others = (
        people["glasses"],
        np.isin(people["beard"], ("moustache", "goatee", "full")),
        people["hair"] == "headscarf",
        people["hair"] == "curly",
        people["hair"] == "long",
    )
    return np.concatenate([faces.action_units >= SEEN, np.stack(others, 1)], 1)


def describe(told: np.ndarray, rng) -> str:
    """Return a caption of some facts, in any order and any wording."""
    facts = np.flatnonzero(told)
    texts = [WORDINGS[k][rng.integers(3)] for k in rng.permutation(facts)]
    if not (facts < len(ACTION_UNITS)).any():
        texts.insert(0, AT_REST[rng.integers(3)])
    return ", ".join(texts)


def caption_puppets(faces: Faces, seed: int = 0) -> Pairs:
    """Write a caption for every puppet.

    One fact in five is left out, and two in a hundred of those that are not there are told.
    """
    rng = np.random.default_rng([15, seed])
    true = facts_of(faces)
    draw = rng.random(true.shape)
    told = np.where(true, draw >= FORGOTTEN, draw < INVENTED)
    return Pairs(faces, [describe(row, rng) for row in told], told, true)


def caption_photographs(faces: Faces, seed: int = 0) -> Pairs:
    """Write a caption for every photograph: the words of three of its FER+ votes, or its label without votes."""
    rng = np.random.default_rng([15, seed])
    captions = []
    for k, label in enumerate(faces.labels):
        votes = np.zeros(len(VOTES)) if faces.votes is None else faces.votes[k].astype(float)
        if votes.sum():
            chosen = rng.choice(len(VOTES), VOTED, p=votes / votes.sum())
            captions.append(", ".join(VOTES[vote] for vote in chosen))
        else:
            captions.append(EXPRESSIONS[label])
    return Pairs(faces, captions)


def pairs_for(course, n: int = 2800, tests: int = 700) -> tuple[Pairs, Pairs]:
    """Return pairs to learn and pairs to be examined on: puppets, or photographs if the course has them."""
    if course.faces.is_puppets:
        return puppet_pairs(course.seed, n, tests)
    rng = np.random.default_rng(course.seed)
    learn = course.train[rng.permutation(len(course.train))[:n]]
    new = course.validation[rng.permutation(len(course.validation))[:tests]]
    return caption_photographs(learn, course.seed), caption_photographs(new, course.seed + 1)


def puppet_pairs(seed: int, n: int = 2800, tests: int = 700) -> tuple[Pairs, Pairs]:
    """Draw puppets with captions, to learn and to be examined on."""
    return (
        caption_puppets(draw_studio(n, 23_000 + seed), seed),
        caption_puppets(draw_studio(tests, 24_000 + seed), 1000 + seed),
    )


def prompts_for(pairs: Pairs) -> list[list[str]]:
    """Return the captions that stand for each expression in an examination: three wordings of its prototype.

    For photographs, the words of the votes and of the labels that mean it.
    """
    if pairs.told is None:
        votes = {label: vote for vote, label in zip(VOTES, VOTE_LABELS, strict=True) if label >= 0}
        # Who was captioned with votes never met the labels' own words, and the other way round.
        known = {word for caption in pairs.captions for word in caption.replace(",", " ").split()}
        return [
            [text for text in (votes[k], name) if text in known] or [name]
            for k, name in enumerate(EXPRESSIONS)
        ]
    return [
        [", ".join(UNIT_WORDINGS[unit][k] for unit in PROTOTYPES[name]) or AT_REST[k] for k in range(3)]
        for name in EXPRESSIONS
    ]
