"""Write the tables of benchmarks and training runs, from their result files, into the texts that show them.

    python -m tools.tables           # writes
    python -m tools.tables --check   # fails where a text and the files disagree

A table stands between two comments, ``<!-- bench NAME -->`` and ``<!-- /bench -->``, in docs/benchmarks.md, in
docs/real_time.md, in docs/labs.md, in docs/from_paper_to_lab.md, in the README, in notebooks and in a model card. What
has not been measured has no row. The rows come from benchmarks/results/, from research/results/
(``tools/experiment_tables.py``) and from the labs' tables that ship with the course (``tools/lab_tables.py``,
``tools/papers.py``).
"""

import argparse
import json
import re
import sys
from pathlib import Path

from tools import experiment_tables, lab_tables, papers

ROOT = Path(__file__).resolve().parent.parent
TEXTS = (
    "docs/benchmarks.md",
    "docs/real_time.md",
    "docs/labs.md",
    "docs/from_paper_to_lab.md",
    "README.md",
    "notebooks/04_two_stage_training.ipynb",
    "fer_course/weights/fer2013.md",
)
BLOCK = re.compile(r"(<!-- bench ([a-z0-9]+) -->\n)(.*?)(<!-- /bench -->)", re.S)


def results(folder: Path) -> dict[str, list[dict]]:
    """Return the result files by row, those of one machine after the other."""
    found = {}
    for path in sorted(folder.glob("*/*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault(result["row"], []).append(result)
    found["experiments"] = experiment_tables.runs(folder.parents[1] / "research" / "results")
    return found


def figure(cell) -> str:
    """Return a text as it is, and a spread as its median with its range: three digits that count."""
    if not isinstance(cell, dict):
        return cell or ""
    form = ",.0f" if cell["median"] >= 20 else ".3f" if cell["median"] < 1.5 else ".2f"
    middle, low, high = (format(cell[name], form) for name in ("median", "low", "high"))
    return f"{middle} ({low}–{high})"


def named(machine: dict) -> str:
    """Return a machine's name; of cores, whose they are too, since two makes differ by half and more."""
    maker = re.sub(r"\(R\)|\(TM\)| Processor.*", "", machine.get("cpu", ""))
    return f"{machine['name']}, {maker}" if maker and "CPU cores" in machine["name"] else machine["name"]


def table(head: list[str], rows: list[list]) -> str:
    """Return a Markdown table, or a sentence where there are no rows."""
    if not rows:
        return "Not measured yet.\n"
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def feed(result):
    """Yield the real loop beside one that never waits for data, a row a size."""
    for size, found in result["sizes"].items():
        yield (
            f"{size} px, batches of {result['batch_size']}",
            found["real"],
            found["fixed"],
            found["efficiency"],
        )


def usual(result):
    """Yield the course beside the usual loader, in training and alone."""
    for what, sizes in (("training", result["training"]), ("input alone", result["pipelines"])):
        for size, found in sizes.items():
            yield f"{what}, {size} px", found["course"], found["usual"], found["times"]


def ladder(result):
    """Yield a row for each thing that makes training faster, one upon the other."""
    for rung in result["rungs"]:
        yield f"{result['size']} px: {rung['rung']}", rung["images_per_second"], rung.get("times")


def allocator(result):
    """Yield training with freed memory given back, and with it kept."""
    yield (
        f"{result['size']} px, batches of {result['batch_size']}",
        *(result[k] for k in ("usual", "kept", "times")),
    )


def neighbours(result):
    """Yield how fast several trainings at once are together."""
    for row in result["rows"]:
        many = "one alone" if row["at_once"] == 1 else f"{row['at_once']} at once"
        yield f"{result['size']} px, {many}: {row['way']}", row["images_per_second"], row["times"]


def precision(result):
    """Yield float32 beside shorter numbers."""
    kind = "with AMX" if result["amx"] else "without AMX"
    for size, found in result["sizes"].items():
        for name, one in found.items():
            times = one["times"] if name != "float32" else None
            yield f"{kind}, {size} px: {name}", one["images_per_second"], times


def growth(result):
    """Yield how speed changes with the number of images, and of processes."""
    for found in result["images"].values():
        memory = f"{found['data_bytes'] / 1e6:,.0f} MB"
        yield f"{found['faces']:,} images", found["images_per_second"], memory
    for n, found in result["processes"].items():
        yield f"{n} process{'es' if n != '1' else ''}", found, None


def limit(result):
    """Yield the speed of a step beside what the memory allows."""
    for size, found in result["sizes"].items():
        for kind in ("eager", "compiled"):
            rate, share = found[kind]["images_per_second"], found[kind]["share"]
            yield f"{size} px, {kind}", rate, found["reachable"], share


def accuracy(result):
    """Yield the seconds until the paper's accuracy."""
    seconds = f"{result['seconds']:.0f} s" if result["seconds"] else "not reached"
    yield (
        f"{result['recipe']['image_size']} px",
        result["recipe"]["weights"],
        seconds,
        f"{result['compile_seconds']:.0f} s",
        f"{result['best']:.2%}",
    )


def networks(result):
    """Yield size, work and speed of each network, a row a size of the input."""
    for size, found in result["sizes"].items():
        for name, one in found.items():
            yield (
                f"{size} px: {name}",
                f"{one['parameters'] / 1e6:.1f} M",
                f"{one['multiply_adds'] / 1e6:,.0f} M",
                one["milliseconds"],
                one["times"] if name != "tf_efficientnet_b2" else None,
                one["images_per_second"],
            )


def lightweight(result):
    """Yield the same of the seven networks of notebook 10."""
    yield from networks(result)


def promised(one: dict) -> str:
    """Return the median of single calls, and below which 95 of 100 stayed, in milliseconds."""
    form = ".0f" if one["median"] >= 20 else ".1f"
    return f"{one['median']:{form}} ({one['p95']:{form}})"


def latency(result):
    """Yield the milliseconds for one face by size and program, on one thread and on two."""
    for (size, way), by_threads in _by_threads(result, "size", "way").items():
        yield f"{size} px: {way}", *(promised(one) for one in by_threads.values())


def batches(result):
    """Yield the milliseconds for a face of a batch by size and program, on one thread and on two."""
    for (size, way), rows in _by_threads(result, "size", "way", also="batch").items():
        yield f"{size} px: {way}", *(row["milliseconds"] for row in rows.values())


def deployment(result):
    """Yield what other networks take beside B2."""
    for (name, way), by_threads in _by_threads(result, "network", "way").items():
        one = next(iter(by_threads.values()))
        counted = f"{one['parameters'] / 1e6:.1f} M", f"{one['bytes'] / 1e6:,.1f}"
        times = (promised(each) for each in by_threads.values())
        yield f"{result['size']} px: {name}, {way}", *counted, *times


def _by_threads(result, *names, also="threads") -> dict:
    """Return the rows that differ in threads alone, or in one thing more, by what they have in common."""
    found = {}
    for row in result["rows"]:
        found.setdefault(tuple(row[name] for name in names), {})[row["threads"], row[also]] = row
    return found


HEADS = {
    latency: ["one thread, ms", "two threads, ms"],
    batches: [f"{threads}, batches of {n}, ms" for threads in ("one thread", "two threads") for n in (8, 32)],
    deployment: ["parameters", "MB", "one thread, ms", "two threads, ms"],
    feed: ["real loop, images/s", "one fixed batch, images/s", "efficiency"],
    usual: ["the course, images/s", "ImageFolder + PIL, images/s", "times as fast"],
    ladder: ["images/s", "times the row before"],
    allocator: ["glibc as it is, images/s", "memory kept, images/s", "times as fast"],
    neighbours: ["images/s of all together", "times the first row"],
    precision: ["images/s", "times float32"],
    growth: ["images/s", "memory of the data"],
    networks: ["parameters", "multiply-adds", "one face, ms", "times B2's", "in batches, images/s"],
    lightweight: ["parameters", "multiply-adds", "one face, ms", "times B2's", "in batches, images/s"],
    limit: ["images/s", "what the memory allows, images/s", "share"],
    accuracy: ["start", "until 68.78 % of PublicTest", "compilation, not counted", "best"],
}
"""The columns after machine and measurement, by the function that yields them."""

TABLES = {cells.__name__: cells for cells in HEADS}


def made(name: str, everything: dict[str, list[dict]]) -> str:
    """Return the table of a row of the benchmark, from its results on all machines, or one of training runs."""
    if name in experiment_tables.TABLES:
        cells = experiment_tables.TABLES[name]
        return table(experiment_tables.HEADS[cells], list(cells(everything.get("experiments", []))))
    of_labs = lab_tables.TABLES | papers.TABLES
    if name in of_labs:
        return table(*of_labs[name]())
    found = everything.get(name, [])
    rows = [
        [named(result["machine"]), *(figure(cell) for cell in cells)]
        for result in found
        for cells in TABLES[name](result)
    ]
    return table(["machine", "measured", *HEADS[TABLES[name]]], rows)


def fill(text: str, found: dict[str, list[dict]]) -> str:
    """Return a text with every table made anew."""
    return BLOCK.sub(lambda m: m[1] + made(m[2], found) + m[4], text)


def fill_notebook(text: str, found: dict[str, list[dict]]) -> str:
    """Return a notebook's JSON with the tables in its prose made anew."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = fill("".join(cell["source"]), found).splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def stale(root: Path = ROOT) -> dict[Path, str]:
    """Return the texts whose tables differ from the files, as they should be."""
    found, new = results(root / "benchmarks" / "results"), {}
    for name in TEXTS:
        path = root / name
        text = path.read_text(encoding="utf-8")
        filled = fill_notebook(text, found) if path.suffix == ".ipynb" else fill(text, found)
        if filled != text:
            new[path] = filled
    return new


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a table is stale")
    options = parser.parse_args()
    new = stale()
    if options.check:
        sys.exit(
            "\n".join(
                f"{path}: its tables differ from the result files; run make bench-tables" for path in new
            )
            or 0
        )
    for path, text in new.items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
