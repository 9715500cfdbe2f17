"""Write the repository's address, kept in pyproject.toml alone, into the places that need it.

Python's own library is enough to run it:

    python tools/stamp.py                                                  # after a change in pyproject.toml
    python tools/stamp.py --repository https://github.com/you/your-fork    # changes pyproject.toml first

It writes the Colab badge and the install line of every notebook, the badge and the commands of the README, and the
address in CITATION.cff. While the owner is the placeholder OWNER it writes no badge: a dead link is worse than none.
"""

import argparse
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BRANCH = "main"
IN_PYPROJECT = re.compile(r'^(Repository = ")([^"]*)(")', re.M)
BADGE_LINE = re.compile(r"^\[!\[Open in Colab[^\n]*\n\n?", re.M)


def clean(address: str) -> str:
    """Return the address as it is written everywhere: https, no trailing slash, no ``.git``."""
    address = address.strip().rstrip("/").removesuffix(".git")
    if not re.fullmatch(r"https://[^\s/\"]+/[^\s\"]*[^\s/\"]", address):
        raise ValueError(
            f"Expected an address like https://github.com/you/fer-course, found {address!r}; "
            "give the one that your browser shows for the repository."
        )
    return address


def read_repository(root: Path = ROOT) -> str:
    """Return the address in pyproject.toml."""
    found = IN_PYPROJECT.search((root / "pyproject.toml").read_text(encoding="utf-8"))
    if not found:
        raise ValueError(
            'Expected a line Repository = "https://…" in pyproject.toml, found none; put it back.'
        )
    return clean(found[2])


def badge(repository: str, notebook: str) -> str:
    """Return the Markdown of a Colab badge, or nothing where Colab could not follow it."""
    found = re.fullmatch(r"https://github\.com/([^/]+/[^/]+)", repository)
    if not found or found[1].startswith("OWNER/"):
        return ""
    page = f"https://colab.research.google.com/github/{found[1]}/blob/{BRANCH}/notebooks/{notebook}"
    return f"[![Open in Colab: {notebook}](https://colab.research.google.com/assets/colab-badge.svg)]({page})\n\n"


def stamp_notebook(text: str, repository: str, name: str) -> str:
    """Return the notebook's JSON with its badge first and its install line pointing to the repository."""
    notebook = json.loads(text)
    first = next((cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"), None)
    if first:
        source = "".join(first["source"])
        first["source"] = (badge(repository, name) + BADGE_LINE.sub("", source)).splitlines(keepends=True)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "from fer_course import setup" in "".join(cell["source"]):
            source = re.sub(r"git\+https://[^\"'\s]+", f"git+{repository}", "".join(cell["source"]))
            cell["source"] = source.splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def stamp_readme(text: str, repository: str) -> str:
    """Return the README with its badge under the title and the repository in its commands."""
    title, rest = BADGE_LINE.sub("", text).split("\n\n", 1)
    rest = re.sub(r"(git clone |git\+)https://[^\"'\s`]+", rf"\g<1>{repository}", rest)
    return f"{title}\n\n{badge(repository, '00_start_here.ipynb')}{rest}"


def stamp_citation(text: str, repository: str) -> str:
    """Return CITATION.cff with the repository as the code's address."""
    return re.sub(r"^repository-code: .*$", f'repository-code: "{repository}"', text, flags=re.M)


def stamp(root: Path = ROOT, repository: str | None = None) -> list[str]:
    """Stamp every place.

    Parameters
    ----------
    root : Path
        The repository's folder.
    repository : str, optional
        A new address, written into pyproject.toml first.

    Returns
    -------
    list of str
        The files that changed, relative to ``root``; none on a second run.
    """
    address = clean(repository) if repository else read_repository(root)
    jobs = {
        root / "pyproject.toml": lambda text: IN_PYPROJECT.sub(rf"\g<1>{address}\g<3>", text),
        root / "README.md": lambda text: stamp_readme(text, address),
        root / "CITATION.cff": lambda text: stamp_citation(text, address),
    }
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        jobs[path] = lambda text, name=path.name: stamp_notebook(text, address, name)
    # All texts are made before the first is written: a broken file leaves every other as it was.
    texts = {path: (path.read_text(encoding="utf-8"), job) for path, job in jobs.items() if path.is_file()}
    new = {path: job(old) for path, (old, job) in texts.items() if job(old) != old}
    for path, text in new.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return [path.relative_to(root).as_posix() for path in new]


def main():
    parser = argparse.ArgumentParser(
        description="Write the repository's address into the places that need it."
    )
    parser.add_argument("--repository", help="a new address, such as https://github.com/you/your-fork")
    changed = stamp(repository=parser.parse_args().repository)
    repository = read_repository()
    print(f"{repository}: " + (", ".join(changed) if changed else "every place has it already"))
    if not badge(repository, ""):
        print("No Colab badges: they need a repository on GitHub with its real owner in pyproject.toml.")


if __name__ == "__main__":
    main()
