"""What the script of a page calls for the shell commands and the YAML of the page."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import yaml

_folder = Path.cwd()
"""Where the next command runs: `cd` holds for the commands after it."""


def run_command(command: str, refusal: str | None = None, shown: str = "") -> None:
    """Run a command of a page in bash; exits with its output if it fails.

    With `refusal` the command must fail, and this text must be in what it prints. `shown` is a line
    that the page shows: it must be printed, with any numbers and any spaces.
    """
    global _folder
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary) / "folder"
        script = f"set -euo pipefail\n{command}\npwd > '{place}'\n"
        done = subprocess.run(
            ["bash", "-c", script], cwd=_folder, capture_output=True, text=True, check=False
        )
        if place.exists():
            _folder = Path(place.read_text().strip())
    output = done.stdout + done.stderr
    sys.stderr.write(f"$ {command}\n{output}[{time.monotonic() - started:.1f} s]\n")
    if refusal is None and done.returncode != 0:
        sys.exit(f"This command of the page failed with {done.returncode}: {command}")
    if refusal is not None and (done.returncode != 1 or refusal not in " ".join(output.split())):
        sys.exit(f"This command of the page should say {refusal!r}: {command}")
    if shown and _shape(shown) not in map(_shape, output.splitlines()):
        sys.exit(f"This command of the page should print {shown!r}: {command}")


def _shape(line: str) -> str:
    """A line without its numbers, ids of runs and spaces."""
    return re.sub(r"[0-9a-f]*\d[0-9a-f.,]*", "0", " ".join(line.split()))


def check_yaml(text: str, file_name: str) -> None:
    """Read YAML as what it is: a search configuration or a latency table.

    It is also written to `file_name`, unless that is empty. Raises the errors of the reader, and
    AssertionError for YAML that nothing reads.
    """
    if file_name:
        Path(file_name).write_text(text)
    data = yaml.safe_load(text)
    if "nas" in data:
        from dynas_studio import NASConfig

        NASConfig.from_yaml(text)
        return
    assert "blocks" in data or all(isinstance(value, Mapping) for value in data.values()), text
    from engine.meters import latency_table

    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        latency_table.read(file.name)
