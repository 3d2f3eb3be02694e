"""A page as one script: its Python blocks as they are, its shell commands between them."""

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.documents.not_run import reason_not_to_run
from tests.documents.page_blocks import Block, blocks
from tests.documents.page_settings import EVERYWHERE, PageSettings

_IMPORTS = "from tests.documents.page_commands import check_yaml, run_command\n"
_SHOWS_FIGURES = """\
import plotly.io
plotly.io.renderers.default = ""  # `show` opens no browser
"""


def substituted(text: str, substitutions: Iterable[tuple[str, str]]) -> str:
    """The text with each regular expression replaced."""
    for pattern, value in substitutions:
        text = re.sub(pattern, value, text)
    return text


def script(page: str, settings: PageSettings) -> str:
    """The text of the script, without commands that no test runs and files of `examples/`."""
    replaced = (*settings.substitutions, *EVERYWHERE)
    parts = [
        "from tests.documents.page_commands import check_yaml, run_command\n",
        settings.prelude,
    ]
    if any(".show()" in block.text for block in blocks(page)):
        parts.append(_SHOWS_FIGURES)
    for block in blocks(page):
        if block.example:
            continue
        parts.append(f"# {block}\n")
        if block.language == "python":
            parts.append(substituted(block.text, replaced))
        elif block.language == "yaml":
            text = substituted(block.text, replaced)
            parts.append(f"check_yaml({text!r}, {settings.yaml_file!r})")
        parts.extend(_commands(block, replaced, settings.refusals))
    parts.append(settings.afterwards)
    return "\n".join(parts)


def _commands(
    block: Block, replaced: Iterable[tuple[str, str]], refusals: Mapping[str, str]
) -> Iterable[str]:
    for command, shown in block.steps:
        if reason_not_to_run(command) is None:
            refusal = next((text for part, text in refusals.items() if part in command), None)
            yield f"run_command({substituted(command, replaced)!r}, {refusal!r}, {shown!r})"


def has_something_to_run(page: str) -> bool:
    """Whether a page has Python, YAML, or a command that is run."""
    return any(
        (block.language in ("python", "yaml") and not block.example)
        or any(reason_not_to_run(command) is None for command in block.commands)
        for block in blocks(page)
    )


def run_script(text: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Run the script of a page in `folder`; fails with the end of what it prints."""
    path, printed = folder / "page.py", folder / "printed.txt"
    path.write_text(text)
    with printed.open("w") as output:
        done = subprocess.run(
            ["python", "-u", path], cwd=folder, env=dict(environment), stdout=output, stderr=output,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, printed.read_text()[-4_000:]
