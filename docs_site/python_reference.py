"""The reference of the Python API: one page for each row of the table of names in `docs/python.md`.

The generator takes signatures and docstrings from the source files.
"""

import re
from pathlib import PurePosixPath

import dynas_studio
from docs_site.pages import DOCS

_FOLDER = "reference/python"
_OVERVIEW = f"{_FOLDER}/index.md"
_INTRODUCTION = """# Python API

The names of the package `dynas_studio`, from their docstrings. [From Python](../../python.md)
introduces them with examples.

"""
_TABLE = re.compile(r"^## All names$(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| (.+?) \| (.+) \|$", re.MULTILINE)
_NAME = re.compile(r"`(\w+)`")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def groups() -> dict[str, list[str]]:
    """The public names by the first cell of their row, in the order of the table.

    Raises ValueError if the table leaves out a public name.
    """
    section = _TABLE.search((DOCS / "python.md").read_text())
    rows = _ROW.findall(section[1])[1:] if section else []
    public = set(dynas_studio.__all__) - {"__version__"}
    grouped = {
        _LINK.sub(r"\1", title): [name for name in _NAME.findall(cell) if name in public]
        for title, cell in rows
    }
    left_out = public - {name for names in grouped.values() for name in names}
    if left_out:
        raise ValueError(f"docs/python.md, 'All names', leaves out {', '.join(sorted(left_out))}.")
    return {title: list(dict.fromkeys(names)) for title, names in grouped.items() if names}


def titles() -> dict[str, str]:
    """The title of each page by its path: an overview, and a page for each group."""
    return {_OVERVIEW: "All names", **{_path(group): _title(group) for group in groups()}}


def pages() -> dict[str, str]:
    """The Markdown of each page by its path."""
    rows = "".join(
        f"| {group} | {', '.join(_link(group, name) for name in names)} |\n"
        for group, names in groups().items()
    )
    overview = f"{_INTRODUCTION}| for | names |\n|---|---|\n{rows}"
    return {
        _OVERVIEW: overview,
        **{_path(group): _group_page(group, names) for group, names in groups().items()},
    }


def _group_page(group: str, names: list[str]) -> str:
    return f"# {_title(group)}\n\n" + "\n".join(f"::: dynas_studio.{name}\n" for name in names)


def _link(group: str, name: str) -> str:
    return f"[`{name}`]({PurePosixPath(_path(group)).name}#dynas_studio.{name})"


def _path(group: str) -> str:
    slug = re.sub(r"\W+", "-", group.lower()).strip("-")
    return f"{_FOLDER}/{slug}.md"


def _title(group: str) -> str:
    """The group as a title that is read by itself; "their" spaces and tasks are of supernets."""
    text = re.sub(r"^their (.+)$", r"\1 of your supernets", group)
    return text[0].upper() + text[1:]
