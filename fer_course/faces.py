"""A set of face images with their labels, and how to split it."""

from dataclasses import dataclass, fields, replace

import numpy as np

from fer_course.labels import EXPRESSIONS, USAGES

SIZE = 48
"""Height and width of a FER-2013 image, in pixels."""

PARTS = ("brows", "eyes", "nose", "mouth")
"""Parts of a face that puppets keep masks of; bit ``i`` of ``Faces.parts`` belongs to ``PARTS[i]``."""


@dataclass(frozen=True, eq=False, repr=False)
class Faces:
    """Face images with labels, split names, and whatever ground truth their source has.

    Attributes
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
        Grayscale, 0 black to 255 white.
    labels : ndarray of int64, shape (N,)
        Indices into ``EXPRESSIONS``: what the data set says, mistakes included.
    names : ndarray of str, shape (N,)
        File names, or rows of the file that the images came from.
    usage : ndarray of str, shape (N,)
        ``"Training"``, ``"PublicTest"`` or ``"PrivateTest"``.
    source : str
        Where the faces came from, in words.
    votes : ndarray of int64, shape (N, 10), optional
        FER+ votes: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, no face.
    clean_labels : ndarray of int64, shape (N,), optional
        Puppets only: the label before label noise.
    action_units : ndarray of float32, shape (N, A), optional
        Puppets only: intensities from 0 to 1, in the order of ``puppets.units.ACTION_UNITS``.
    parts : ndarray of uint8, shape (N, 48, 48), optional
        Puppets only: bit ``i`` is set where a pixel belongs to ``PARTS[i]``.
    people : structured ndarray, shape (N,), optional
        Puppets only: who each puppet is; ``people["skin"]``, ``["age"]``, ``["hair"]``, ``["beard"]``, ``["glasses"]``
        (see ``puppets.people.PEOPLE``).
    scenes : structured ndarray, shape (N,), optional
        Puppets only: how each is seen; ``scenes["dark"]``, ``["blur"]``, ``["yaw"]``, ``["occlusion"]`` (see
        ``puppets.people.SCENES``).

    Raises
    ------
    ValueError
        If a shape, a type, a label or a split name is not as above.
    """

    images: np.ndarray
    labels: np.ndarray
    names: np.ndarray
    usage: np.ndarray
    source: str
    votes: np.ndarray | None = None
    clean_labels: np.ndarray | None = None
    action_units: np.ndarray | None = None
    parts: np.ndarray | None = None
    people: np.ndarray | None = None
    scenes: np.ndarray | None = None

    def __post_init__(self):
        for field in fields(self):
            values = getattr(self, field.name)
            if field.name != "source" and values is not None and not isinstance(values, np.ndarray):
                raise ValueError(
                    f"Expected {field.name} as a NumPy array, found {type(values).__name__}; make it one with np.array."
                )
        n = len(self.images)
        if self.images.shape != (n, SIZE, SIZE) or self.images.dtype != np.uint8:
            raise ValueError(
                f"Expected images as uint8 of shape (N, {SIZE}, {SIZE}), found {self.images.dtype} of shape "
                f"{self.images.shape}; load them with load_faces, which converts what it can."
            )
        for name in (field.name for field in fields(self)):
            if name in ("images", "source"):
                continue
            values = getattr(self, name)
            if values is not None and len(values) != n:
                raise ValueError(f"Expected {n:,} {name}, one for each image, found {len(values):,}.")
        for name in ("labels", "clean_labels"):
            values = getattr(self, name)
            if values is None or not n:
                continue
            if not np.issubdtype(values.dtype, np.integer):
                raise ValueError(f"Expected {name} as whole numbers, found {values.dtype}.")
            if values.min() < 0 or values.max() >= len(EXPRESSIONS):
                raise ValueError(
                    f"Expected {name} from 0 to {len(EXPRESSIONS) - 1}, found {values.min()} to {values.max()}."
                )
        for name, shape in (("votes", (n, 10)), ("parts", (n, SIZE, SIZE))):
            values = getattr(self, name)
            if values is not None and values.shape != shape:
                raise ValueError(f"Expected {name} of shape {shape}, found {values.shape}.")
        unknown = sorted(set(np.unique(self.usage).tolist()) - set(USAGES))
        if unknown:
            raise ValueError(f"Expected the splits {', '.join(USAGES)}, found {', '.join(unknown)}.")

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{n:,} {name}" for name, n in zip(EXPRESSIONS, self.counts().tolist(), strict=True)
        )
        return f"Faces: {len(self):,} images ({self.source}); {counts}"

    def __getitem__(self, index) -> "Faces":
        """Return the faces at an index array, a mask, a slice or a single position."""
        if isinstance(index, (int, np.integer)):
            index = [index]
        return self._map(lambda values: values[index])

    def _map(self, function) -> "Faces":
        changed = {}
        for field in fields(self):
            values = getattr(self, field.name)
            if isinstance(values, np.ndarray):
                changed[field.name] = function(values)
        return replace(self, **changed)

    @property
    def is_puppets(self) -> bool:
        """Whether the faces are drawn, so that their truth is known."""
        return self.clean_labels is not None

    @property
    def test(self) -> "Faces":
        """The official test set: both halves together."""
        return self[self.usage != "Training"]

    def of(self, usage: str) -> "Faces":
        """Return the faces of one official split.

        Raises
        ------
        ValueError
            If ``usage`` is not one of the three splits.
        """
        if usage not in USAGES:
            raise ValueError(f"Expected one of {', '.join(USAGES)}, found {usage!r}.")
        return self[self.usage == usage]

    def counts(self) -> np.ndarray:
        """Return the number of images per label, int64 of shape (7,), in the order of ``EXPRESSIONS``."""
        return np.bincount(self.labels, minlength=len(EXPRESSIONS)).astype(np.int64)

    def part(self, name: str) -> np.ndarray:
        """Return where a part of the face is, bool of shape (N, 48, 48).

        Raises
        ------
        ValueError
            If the part is not one of ``PARTS``, or the faces are photographs, whose parts nobody marked.
        """
        if name not in PARTS:
            raise ValueError(f"Expected one of {', '.join(PARTS)}, found {name!r}.")
        if self.parts is None:
            raise ValueError(
                f"Expected puppets, found {self.source}: only puppets know where their {name} is."
            )
        return (self.parts >> PARTS.index(name) & 1).astype(bool)

    def twins(self) -> np.ndarray:
        """Return a group number for each image, int64 of shape (N,), equal where all pixels are equal.

        Groups are numbered in the order in which they first appear.
        """
        seen = {}
        return np.array([seen.setdefault(image.tobytes(), len(seen)) for image in self.images], np.int64)

    @classmethod
    def concatenate(cls, several: "list[Faces]") -> "Faces":
        """Return several sets as one; ground truth is kept where all of them have it."""
        first = several[0]
        joined = {}
        for field in fields(cls):
            values = [getattr(faces, field.name) for faces in several]
            if field.name == "source":
                joined["source"] = first.source
            else:
                joined[field.name] = None if any(v is None for v in values) else np.concatenate(values)
        return cls(**joined)


def check_faces(faces, what: str = "faces", least: int = 1):
    """Raise ``ValueError`` unless ``faces`` is a ``Faces`` with at least ``least`` images."""
    if not isinstance(faces, Faces):
        raise ValueError(f"Expected {what} as Faces, such as course.train, found {type(faces).__name__}.")
    if len(faces) < least:
        raise ValueError(
            f"Expected {what}, one at least, found none. (Labels are numbers: faces.labels == "
            'EXPRESSIONS.index("happy") selects the happy ones.)'
        )
