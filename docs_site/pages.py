"""The pages of the site, and the Markdown of each as the site generator reads it.

A document of the repository keeps its text. Only what a code host and the site treat differently is
changed: links to documents outside `docs/`, links to files that have no page, the list of contents
at the beginning, which the site shows beside the text, and pictures in two colour schemes.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
_OUTSIDE = {"SECURITY.md": "security.md", "CHANGELOG.md": "changelog.md"}

_FENCE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[((?:[^\[\]`]|`[^`]*`)*)\]\(([^)\s]+)\)")
_CONTENTS = re.compile(r"\A(# .+\n\n(?:(?!- ).+\n+)*?)(?:- \[[^\]\n]+\]\(#[^)\n]+\)\n)+\n?")
_PICTURE = re.compile(
    r'<picture>\s*<source [^>]*srcset="(?P<dark>[^"]+)">\s*'
    r'<img src="(?P<light>[^"]+)" alt="(?P<alt>[^"]*)">\s*</picture>'
)


def documents() -> dict[str, str]:
    """The page of each document, both as paths with slashes: of the repository, and of the site."""
    inside = {f"docs/{name}": name for name in sorted(_names_in_docs())}
    examples = {
        path.relative_to(ROOT).as_posix(): f"examples/{path.parent.name}.md"
        for path in sorted(ROOT.glob("examples/*/README.md"))
    }
    return {**inside, **_OUTSIDE, **examples}


def _names_in_docs() -> list[str]:
    return [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]


def page_text(document: str, pages: Mapping[str, str]) -> str:
    """The Markdown of a document for the site; `pages` are those of `documents`."""
    text = (ROOT / document).read_text()
    text = _CONTENTS.sub(r"\1", text)
    parts = _FENCE.split(text)
    return "".join(
        part if part.startswith("```") else _with_site_links(part, document, pages)
        for part in parts
    )


def _with_site_links(text: str, document: str, pages: Mapping[str, str]) -> str:
    def link(match: re.Match[str]) -> str:
        label, target = match.groups()
        path, hash_sign, anchor = target.partition("#")
        if not path or re.match(r"(https?|mailto):", target):
            return match[0]
        linked = _repository_path(document, path)
        if linked in pages:
            here = PurePosixPath(pages[document]).parent
            return f"[{label}]({os.path.relpath(pages[linked], here)}{hash_sign}{anchor})"
        if linked.startswith("docs/"):
            return match[0]  # a picture, or a fault that the generator reports
        return f"{label} (`{linked}`)" if linked not in label else label

    return _PICTURE.sub(_both_pictures, _LINK.sub(link, text))


def _repository_path(document: str, path: str) -> str:
    return os.path.normpath(PurePosixPath(document).parent / path)


def _both_pictures(match: re.Match[str]) -> str:
    return "\n".join(
        f'<img src="{match[scheme]}" alt="{match["alt"]}" class="only-{scheme}" loading="lazy">'
        for scheme in ("light", "dark")
    )
