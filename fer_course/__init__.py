"""FER Course: facial expression recognition, taught hands on.

The front door: what a notebook needs most often. Everything else is imported from the room that it is about; the plan
of the house is docs/architecture.md.
"""

from importlib import import_module

ROOMS = {
    "setup": "course",
    "EXPRESSIONS": "labels",
    "Faces": "faces",
    "load_faces": "data.load",
    "draw_puppet": "puppets.draw",
    "draw_puppets": "puppets.draw",
    "build_model": "model.network",
    "prepare": "model.inputs",
    "Recipe": "training.recipe",
    "fit": "training.fit",
    "predict": "evaluation.predict",
    "evaluate": "evaluation.metrics",
    "explain": "saliency.maps",
    "show_faces": "show.walls",
}
"""Where each name is at home."""

__all__ = list(ROOMS)


def __getattr__(name: str):
    """Import a name when it is first asked for: torch alone takes seconds, and not every use needs it."""
    if name not in ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{ROOMS[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *ROOMS})
