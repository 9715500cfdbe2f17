"""Execute the notebooks in order, without a browser, and leave pages to read. ``make course`` runs it.

    python -m tools.run_notebooks                    # all of them, into build/course/
    python -m tools.run_notebooks --only 03 04       # some of them
    FER_DATA=~/fer2013 FER_PROFILE=full python -m tools.run_notebooks

build/course/ then holds an executed copy and a page of each notebook, and index.html with the table printed at the end.
"""

import argparse
import copy
import html
import json
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import zmq
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import HTMLExporter

# A kernelspec "python3" of the user's own may start another environment than the one this runs in.
os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")

ROOT = Path(__file__).resolve().parent.parent
SOURCES_BY_NAME = ("puppets", "kaggle", "huggingface")
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass
class Result:
    """What came of one notebook."""

    name: str
    title: str
    seconds: float
    slowest: float
    """Seconds of the slowest cell."""
    gigabytes: float
    """The kernel's peak memory, in 10⁹ bytes; 0 if it could not be read."""
    headline: str
    effects: dict
    """What ``course.effect`` printed: the value and, if there is one, its interval, by name."""
    error: str = ""


def peak_memory(pid: int) -> int:
    """Return the largest memory the process ever held, in bytes; where the system keeps no peak, what it holds now."""
    status = Path(f"/proc/{pid}/status")
    if status.is_file():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.M)
        return int(found[1]) * 1024 if found else 0
    memory = psutil.Process(pid).memory_info()
    return getattr(memory, "peak_wset", memory.rss)


def headline(notebook) -> str:
    """Return the figure that ``course.headline`` printed, or nothing."""
    for cell in reversed(notebook.cells):
        for output in cell.get("outputs", []):
            found = re.search(r"^Headline · (.+)$", output.get("text", ""), re.M)
            if found:
                return found[1].strip()
    return ""


def effects(notebook) -> dict[str, list[float]]:
    """Return the effects that ``course.effect`` printed: value, and low and high if there were any."""
    texts = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])]
    lines = re.findall(r"^Effect · (.+?): ([^\n]+)$", "\n".join(texts), re.M)
    return {name: [float(number) for number in re.findall(r"[+-][\d.]+", told)] for name, told in lines}


def title(notebook) -> str:
    """Return the notebook's first heading, without its mark."""
    found = re.search(
        r"^# +(.+)$", "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown"), re.M
    )
    return found[1].strip() if found else ""


class Client(NotebookClient):
    """A client that misses no answer of the kernel.

    If a cell writes into an ``ipywidgets.Output``, nbclient tells the kernel so while it waits for the cell's reply. A
    reply that comes in that moment lies there unseen, and it waits for ever (github.com/jupyter/nbclient, issue 312).
    """

    def process_message(self, msg, cell, cell_index):
        """Process a message as nbclient does, then look whether a reply has come."""
        try:
            return super().process_message(msg, cell, cell_index)
        finally:
            self.kc.shell_channel.socket.get(zmq.EVENTS)


def execute(path: Path, out: Path) -> Result:
    """Execute one notebook, beside its source, and write the executed copy and the page, whole or not.

    Parameters
    ----------
    path : Path
        The notebook; it is not changed. Its kernel is this Python, its working folder its own.
    out : Path
        A folder for ``<name>.ipynb`` and ``<name>.html``.

    Returns
    -------
    Result
    """
    notebook = nbformat.read(path, as_version=4)
    seconds, started, peak = {}, {}, [0]

    def on_start(cell, cell_index):
        started[cell_index] = time.perf_counter()

    def on_executed(cell, cell_index, execute_reply):
        seconds[cell_index] = time.perf_counter() - started[cell_index]
        peak[0] = max(peak[0], peak_memory(client.km.provisioner.pid))

    client = Client(
        notebook,
        timeout=None,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=on_start,
        on_cell_executed=on_executed,
    )
    error, begin = "", time.perf_counter()
    try:
        client.execute()
    except (CellExecutionError, DeadKernelError) as problem:
        cell = max(started, default=0)
        what = (
            f"{problem.ename}: {problem.evalue}"
            if isinstance(problem, CellExecutionError)
            else "the kernel died"
        )
        error = f"cell {cell + 1} of {len(notebook.cells)}, {notebook.cells[cell].id}: {what}"
    took = time.perf_counter() - begin
    out.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, out / path.name)
    (out / f"{path.stem}.html").write_text(page(notebook, title(notebook) or path.stem), encoding="utf-8")
    slowest = max(seconds.values(), default=0.0)
    return Result(
        path.stem,
        title(notebook),
        took,
        slowest,
        peak[0] / 1e9,
        headline(notebook),
        effects(notebook),
        " ".join(error.split()),
    )


def still_life(view: dict, state: dict) -> list:
    """Return what a control showed when the notebook was saved: its text and the outputs inside it, in order."""
    model = state.get(view.get("model_id", ""), {}).get("state", {})
    found = list(model.get("outputs", []))
    if model.get("_model_name") == "HTMLModel":
        found.append(nbformat.v4.new_output("display_data", {"text/html": model.get("value", "")}))
    for child in model.get("children", []):
        found += still_life({"model_id": child.removeprefix("IPY_MODEL_")}, state)
    return found


def page(notebook, name: str) -> str:
    """Return the notebook as a page that reads well without a network.

    Controls stand still: they show what they last showed. Formulas are drawn by MathJax when there is a network, and
    stay as TeX when there is none. Nothing else is fetched.
    """
    notebook = copy.deepcopy(notebook)
    state = (
        notebook.metadata.pop("widgets", {})
        .get("application/vnd.jupyter.widget-state+json", {})
        .get("state", {})
    )
    notebook.metadata["title"] = name
    note = {"text/html": "<p><em>In the notebook there is a control here. This is what it showed:</em></p>"}
    for cell in notebook.cells:
        outputs = []
        for output in cell.get("outputs", []):
            view = output.get("data", {}).get(WIDGET)
            if view:
                outputs.append(nbformat.v4.new_output("display_data", note))
                outputs += [nbformat.from_dict(o) for o in still_life(view, state)]
            else:
                outputs.append(output)
        if "outputs" in cell:
            cell.outputs = outputs
    text, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook)
    text = re.sub(
        r'<script src="(https:[^"]*mathjax[^"]*)">\s*</script>', r'<script async src="\1"></script>', text
    )
    text = re.sub(r'<script src="https:[^"]*">\s*</script>', "", text)
    return re.sub(r'<script type="module">(?:(?!</script>).)*mermaid.*?</script>', "", text, flags=re.S)


HEAD = ("Notebook", "Seconds", "Slowest cell (s)", "Peak memory (GB)", "Headline")


def row(result: Result) -> tuple[str, ...]:
    """Return what stands in the table for one notebook, in the order of ``HEAD``."""
    figures = (f"{result.seconds:.0f}", f"{result.slowest:.0f}", f"{result.gigabytes:.2f}")
    return result.name, *figures, f"STOPPED at {result.error}" if result.error else result.headline


def table(results: list[Result]) -> str:
    """Return the results as lines of text, figures to the right, with a last line for the sum."""
    worst = [max((getattr(r, key) for r in results), default=0) for key in ("slowest", "gigabytes")]
    total = ("together", f"{sum(r.seconds for r in results):.0f}", f"{worst[0]:.0f}", f"{worst[1]:.2f}", "")
    rows = [HEAD, *map(row, results), total]
    widths = [max(len(r[i]) for r in rows) for i in range(4)]
    return "\n".join(
        f"{r[0]:<{widths[0]}}  " + "  ".join(f"{r[i]:>{widths[i]}}" for i in (1, 2, 3)) + f"  {r[4]}".rstrip()
        for r in rows
    )


def index(results: list[Result], data: str, profile: str) -> str:
    """Return a plain page that leads to the others; with real photographs it says not to publish them."""
    body = "".join(
        f'<tr><th scope="row"><a href="{r.name}.html">{html.escape(r.title or r.name)}</a></th>'
        + "".join(f'<td class="figure">{c}</td>' for c in row(r)[1:4])
        + f"<td>{html.escape(row(r)[4])}</td></tr>\n"
        for r in results
    )
    warning = (
        ""
        if data == "puppets"
        else "<p><strong>These pages show photographs of real people, who were not asked. Read them, and do not "
        "publish them or pass them on.</strong></p>\n"
    )
    head = "".join(f'<th scope="col">{h}</th>' for h in HEAD)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>FER Course</title>
<style>
body {{ font: 1.05rem/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; padding: .45rem .7rem; border-bottom: 1px solid #ccc; vertical-align: top }}
.figure {{ text-align: right; font-variant-numeric: tabular-nums }}
</style>
</head>
<body>
<main>
<h1>FER Course</h1>
<p>The notebooks as they ran here, in reading order. Data: {html.escape(data)}. Profile: {html.escape(profile)}.</p>
{warning}<table>
<caption>What each notebook took and found</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}</tbody>
</table>
</main>
</body>
</html>
"""


def absolute(data: str) -> str:
    """Return a path as an absolute one, since the notebooks run in a folder of their own; a source's name as it is."""
    return data if data in SOURCES_BY_NAME else str(Path(data).expanduser().resolve())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Execute the notebooks in order and write pages of them.")
    parser.add_argument(
        "--only", nargs="+", default=[""], metavar="NN", help="notebooks that begin so, such as 03"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "course", help="a folder for the pages")
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks", help="where the notebooks are")
    options = parser.parse_args(arguments)
    paths = [p for p in sorted(options.notebooks.glob("*.ipynb")) if p.name.startswith(tuple(options.only))]
    if not paths:
        parser.error(
            f"Expected a notebook that begins with {' or '.join(options.only)}, found none in notebooks/."
        )
    data = os.environ["FER_DATA"] = absolute(os.environ.get("FER_DATA", "").strip() or "puppets")
    profile = os.environ["FER_PROFILE"] = os.environ.get("FER_PROFILE", "").strip() or "quick"
    print(f"{len(paths)} notebooks · data {data} · profile {profile}", flush=True)

    results = []
    for path in paths:
        print(f"{path.stem} …", end=" ", flush=True)
        results.append(execute(path, options.out))
        result = results[-1]
        print(f"STOPPED at {result.error}" if result.error else f"{result.seconds:.0f} s", flush=True)
    (options.out / "index.html").write_text(index(results, data, profile), encoding="utf-8")
    shown = {name: value for result in results for name, value in result.effects.items()}
    (options.out / "effects.json").write_text(json.dumps(shown, indent=1) + "\n", encoding="utf-8")
    print(f"\n{table(results)}\n\nRead them: {options.out / 'index.html'}")
    if data != "puppets":
        print("The pages show photographs of real people: do not publish them.")
    return int(any(result.error for result in results))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped. The notebooks finished so far are in the output folder.")
