"""The build: a staged project, checks of its navigation, and a strict run of the generator."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs_site import command_reference, configuration_reference, pages, python_reference

FOLDER = Path(__file__).resolve().parent
SITE = pages.ROOT / "build" / "documentation"
"""The folder with the site, for any web server."""

_CONFIGURATION = FOLDER / "zensical.toml"
_STATIC = {
    "assets/extra.css": FOLDER / "theme" / "extra.css",
    "assets/logo.svg": FOLDER / "theme" / "mark.svg",
    "assets/icon.png": pages.ROOT / "app" / "icon.png",
}

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class BuildError(Exception):
    """Why the site cannot be built, with the messages of the generator."""


def build_site(folder: Path, archive: Path) -> int:
    """Build the site into `folder` and `archive`, and return the number of pages.

    Raises BuildError for a link that leads nowhere, an entry of the navigation without a page, a
    page without an entry, and a public name that the reference leaves out.
    """
    with tempfile.TemporaryDirectory(prefix="dynas-docs-") as name:
        project = Path(name)
        texts = page_texts()
        if problems := navigation_problems(list(texts)):
            raise BuildError("\n".join(problems))
        _stage(project, texts)
        _run_generator(project)
        _replace_folder(project / "site", folder)
    _replace_archive(folder, archive)
    return len(texts)


def page_texts() -> dict[str, str]:
    """The Markdown of every page by its path in the site."""
    documents = pages.documents()
    try:
        generated = {
            **python_reference.pages(),
            "reference/configuration.md": configuration_reference.page(),
            "reference/commands.md": command_reference.page(),
        }
    except ValueError as error:
        raise BuildError(str(error)) from error
    written = {page: pages.page_text(document, documents) for document, page in documents.items()}
    return {**written, **generated}


def configuration() -> str:
    """The configuration of the generator, with the pages of the Python API and this repository."""
    python_pages = ", ".join(
        f'{{ "{title}" = "{path}" }}' for path, title in python_reference.titles().items()
    )
    text = _CONFIGURATION.read_text().replace("PYTHON_REFERENCE", python_pages)
    return text.replace("REPOSITORY", pages.ROOT.as_posix())


def navigation_problems(paths: list[str]) -> list[str]:
    """A sentence for each entry of the navigation without a page, and each page without an entry.

    The generator does not check this itself.
    """
    entries = list(_entries(tomllib.loads(configuration())["project"]["nav"]))
    missing = [f"The navigation names {entry}, which is no page." for entry in entries
               if entry not in paths]  # fmt: skip
    unlisted = [f"{path} is not in the navigation of {_CONFIGURATION.name}." for path in paths
                if path not in entries]  # fmt: skip
    return missing + unlisted


def _entries(items: list[Any]) -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            yield item
        else:
            for value in item.values():
                yield from [value] if isinstance(value, str) else _entries(value)


def _stage(project: Path, texts: dict[str, str]) -> None:
    """Write the project: the generator reads no file outside its folder."""
    docs = project / "docs"
    shutil.copytree(pages.DOCS / "images", docs / "images")
    for path, text in texts.items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(text)
    for path, source in _STATIC.items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, docs / path)
    (project / _CONFIGURATION.name).write_text(configuration())


def _run_generator(project: Path) -> None:
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(
        command, cwd=project, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_COLOR": "1", "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    if done.returncode != 0 or "Warning:" in done.stderr:
        messages = _COLOURS.sub("", done.stdout + done.stderr)
        raise BuildError(f"The documentation cannot be built.\n{messages}")


def _replace_folder(built: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(built, folder)


def _replace_archive(folder: Path, archive: Path) -> None:
    """Write the files of `folder`; a server that reads the archive never sees half of it."""
    fresh = archive.with_suffix(".new")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            opened.write(path, path.relative_to(folder).as_posix())
    fresh.replace(archive)
