"""Measure how faces are found and cut out: python -m research.finding --data path/to/fer2013

Writes research/results/finding.json. A part that is not measured again stays as it was.

margins        How a face is to be cut out so that its label is predicted as well as from the face itself: puppets in
               rooms, by clean labels and the network of notebook 04; photographs of the validation split in rooms, by
               the reference model. It is there to choose the default of ``crop_face`` by.
photographs    What the default costs on PublicTest, on which nothing is chosen.
limits         Which puppets are found: turned, dim, small, hidden, of dark skin; and what is found in empty rooms.
milliseconds   A frame of 640×480. Run alone, with OMP_NUM_THREADS=1 and =2: each adds its own figures.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np

from benchmarks.measure import commit, machine
from fer_course.camera.find import MARGIN, SHIFT, crop_face, find_faces
from fer_course.course import setup
from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.predict import predict
from fer_course.faces import Faces
from fer_course.lessons.real_time.finding import Search, search_rooms
from fer_course.model.trained import open_network
from fer_course.puppets.scene import draw_room
from research.effects import paired, write
from research.experiments import RESULTS

OUT = RESULTS / "finding.json"

PARTS = ("margins", "photographs", "limits", "milliseconds")

MARGINS = (-0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
SHIFTED = (0.0, 0.1, 0.2)
SHIFTS = (-0.1, -0.05, 0.05)
"""Of the margins before."""

CUTS = [(margin, 0.0) for margin in MARGINS] + [(margin, shift) for shift in SHIFTS for margin in SHIFTED]

AT_ONCE = 200
"""Rooms that are kept in memory."""

PLAIN = {"low_light": 0, "blur": 0, "occlusion": 0, "pose": 0}
"""Puppets of any skin, hair and age, from the front and in good light; then one thing is changed."""

SIZES = (48, 64, 80, 96, 128, 192)
"""Height and width of a puppet's picture, in pixels."""


def searches(n: int, *, faces: Faces | None = None, seed: int = 0, **options):
    """Yield searches of rooms, some at a time, for ``n`` puppets or photographs in all."""
    for k, start in enumerate(range(0, n, AT_ONCE)):
        count = min(AT_ONCE, n - start)
        some = None if faces is None else faces[start : start + count]
        yield search_rooms(count, seed + k, faces=some, **options)


def crops(search: Search, margin: float, shift: float) -> np.ndarray:
    """Return the found faces cut out with a margin and a shift, uint8 of shape (M, 48, 48)."""
    pairs = zip(search.rooms, search.boxes, strict=True)
    each = [crop_face(room, box, margin, shift=shift) for room, box in pairs if box]
    return np.stack(each) if each else np.zeros((0, 48, 48), np.uint8)


def measured_crops(model, many, cuts) -> dict:
    """Return, for each way to cut faces out, accuracy and what it changes face by face.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    many : iterable of Search
    cuts : sequence of (float, float)
        Margins and shifts.

    Returns
    -------
    dict
        Of the found faces: how many, the accuracy of the faces themselves, and for each cut ``accuracy`` with
        ``interval``, and ``change`` in points, with the 95 % interval of the paired mean.
    """
    whole, cut_out, n = [], {cut: [] for cut in cuts}, 0
    for search in many:
        faces, found = search.faces, search.found
        truth = (faces.clean_labels if faces.is_puppets else faces.labels)[found]
        n += len(found)
        whole.append(predict(model, faces.images[found]).argmax(1) == truth)
        for cut, rights in cut_out.items():
            rights.append(predict(model, crops(search, *cut)).argmax(1) == truth)
    before = np.concatenate(whole)
    rows = []
    for (margin, shift), rights in cut_out.items():
        right = np.concatenate(rights)
        row = {"margin": margin, "shift": shift, **share(int(right.sum()), len(right), "accuracy")}
        rows.append(row | {"change": paired(right, before)})
    itself = share(int(before.sum()), len(before), "accuracy")
    return {"faces": n, **share(len(before), n, "found"), "the face itself": itself, "cuts": rows}


def share(k: int, n: int, name: str = "share") -> dict:
    """Return a share with its interval, rounded for a file."""
    return {
        name: round(k / n, 4) if n else None,
        "interval": [round(float(end), 4) for end in wilson_interval(k, n)],
        "n": n,
    }


def limits(n: int) -> list[dict]:
    """Return the share of puppets that is found under each condition, the same puppets in the same rooms.

    Parameters
    ----------
    n : int
        Puppets of each condition that is set; where a condition is drawn (turned, hidden) they are divided.
    """
    rows = []

    def add(what, how, found):
        rows.append({"what": what, "how": how, **share(int(np.sum(found)), len(found), "found")})

    def look(**options):
        several = list(searches(n, **{**PLAIN, **options}))
        found = np.concatenate([search.found for search in several])
        scenes = np.concatenate([search.faces.scenes for search in several])
        return found, scenes, sum(search.false for search in several)

    found, _, false = look()
    add("nothing", "from the front, in good light", found)
    rows[-1]["false boxes"] = false
    found, _, false = look(low_light=0.2, blur=0.3, occlusion=0.12, pose=0.35)
    add("everything", "as the course's puppets are drawn", found)
    rows[-1]["false boxes"] = false
    found, scenes, _ = look(pose=1)
    degrees = abs(np.degrees(scenes["yaw"]))
    for low, high in ((0, 10), (10, 20), (20, 30), (30, 40), (40, 90)):
        how = f"{low} to {high} degrees" if high < 90 else f"{low} degrees or more"
        add("turned", how, found[(degrees >= low) & (degrees < high)])
    found, scenes, _ = look(low_light=1)
    for low, high in ((0.35, 0.45), (0.45, 0.55), (0.55, 0.65), (0.65, 0.8)):
        dim = (scenes["dark"] >= low) & (scenes["dark"] < high)
        add("dim", f"{low} to {high}" if high < 0.8 else f"{low} or more", found[dim])
    add("blurred", "as far as puppets are", look(blur=1)[0])
    for size in SIZES:
        add("small", f"{size} pixels", look(size=size)[0])
    found, scenes, _ = look(occlusion=1)
    for kind in np.unique(scenes["occlusion"]):
        add("hidden", str(kind), found[scenes["occlusion"] == kind])
    for dim in (0, 1):
        for skin in (90, 150, 210):
            how = f"{skin}, {'dim' if dim else 'good'} light"
            add("skin", how, look(who={"skin": skin}, low_light=dim)[0])
    return rows


def empty_rooms(n: int) -> dict:
    """Return how many boxes are found in rooms without anybody."""
    found = [len(find_faces(draw_room(10_000 + seed))) for seed in range(n)]
    return {"boxes": sum(found), **share(sum(k > 0 for k in found), n, "rooms with a box")}


def milliseconds(n: int) -> dict:
    """Return how long one frame of 640×480 takes, after one that is not counted."""
    rooms = search_rooms(n, 7, size=192).rooms
    table = {}
    for smallest in (48, 80):
        find_faces(rooms[0], smallest=smallest)
        times = []
        for room in rooms:
            began = time.perf_counter()
            find_faces(room, smallest=smallest)
            times.append(1e3 * (time.perf_counter() - began))
        median, high = np.percentile(times, (50, 95))
        table[f"smallest {smallest}"] = {
            "median": round(median, 1),
            "95th percentile": round(high, 1),
            "n": n,
        }
    return table


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="FER-2013, as for load_faces; without it, puppets alone")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--faces", type=int, default=1000, help="for margins and photographs")
    parser.add_argument("--puppets", type=int, default=200, help="of each condition")
    parser.add_argument("--rooms", type=int, default=40, help="to be timed")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    found = json.loads(options.out.read_text(encoding="utf-8")) if options.out.is_file() else {}
    found["row"] = "finding"

    def keep(part, figures):
        found.setdefault(part, {}).update(figures)
        found[part] |= {"commit": commit(), "machine": machine("cpu")}
        write(options.out, found)
        print(part, json.dumps(figures), flush=True)

    if options.data and {"margins", "photographs"} & set(options.parts):
        photographs, reference = setup(options.data, "quick"), open_network("fer2013")
        if photographs.faces.is_puppets:
            parser.error("expected FER-2013 in --data, found puppets")
    if "margins" in options.parts:
        course = setup("puppets", "quick")
        own = course.trained().model
        keep("margins", {"puppets": measured_crops(own, searches(options.faces), CUTS)})
        if options.data:
            some = shuffled(photographs.validation, options.faces)
            figures = measured_crops(reference, searches(len(some), faces=some, seed=100), CUTS)
            keep("margins", {"validation photographs": figures})
    if "photographs" in options.parts and options.data:
        some = shuffled(photographs.faces.of("PublicTest"), options.faces)
        figures = measured_crops(reference, searches(len(some), faces=some, seed=200), [(MARGIN, SHIFT)])
        keep("photographs", figures)
    if "limits" in options.parts:
        keep("limits", {"puppets": limits(options.puppets), "empty rooms": empty_rooms(options.puppets)})
    if "milliseconds" in options.parts:
        threads = os.environ.get("OMP_NUM_THREADS", "all")
        keep("milliseconds", {f"{threads} threads": milliseconds(options.rooms)})
    return 0


def shuffled(faces: Faces, n: int) -> Faces:
    """Return ``n`` of some faces, at random, or all if there are fewer."""
    return faces[np.random.default_rng(0).permutation(len(faces))[:n]]


if __name__ == "__main__":
    raise SystemExit(main())
