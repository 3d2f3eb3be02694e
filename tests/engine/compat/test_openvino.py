import ast
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from engine.compat import openvino as door
from engine.compat.openvino import openvino_version
from tests.compat import changed

ROOT = Path(__file__).parents[3]
needs_openvino = pytest.mark.skipif(not openvino_version(), reason="openvino is not installed")

PROGRAM = """
import sys
from engine.compat.openvino import load_openvino, openvino_version
assert "openvino" not in sys.modules
assert openvino_version()
assert "openvino" not in sys.modules
openvino = load_openvino()
telemetry = sys.modules["openvino.tools.ovc.telemetry_utils"].tm
print(telemetry.__name__, sorted(m for m in sys.modules if m.startswith("openvino_telemetry")))
print(openvino.convert_model is not None)
"""


@needs_openvino
def test_openvino_is_imported_without_its_telemetry(tmp_path: Path) -> None:
    """Nothing is sent, nor written to the home folder."""
    process = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    expected = ["openvino.tools.ovc.telemetry_stub ['openvino_telemetry']", "True"]
    assert process.stdout.splitlines() == expected, changed("openvino") + process.stderr
    assert list(tmp_path.iterdir()) == [], changed("openvino")


def test_nothing_else_imports_openvino() -> None:
    """A direct import would report itself."""
    importers = set()
    for folder in ("engine", "app", "dynas_studio", "benchmarks", "examples"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            for node in ast.walk(ast.parse(text)) if "openvino" in text else ():
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                if any(name.partition(".")[0] == "openvino" for name in names):
                    importers.add(path.relative_to(ROOT).as_posix())
    assert importers == {"engine/compat/openvino.py"}


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ("2025.2.0", "2025.2.0"),
        ("2026.4.1", "2026.4.1"),
        ("2025.10", "2025.10"),
        ("2024.6.0", ""),
        ("2025.1.0", ""),
        (None, ""),
    ],
)
def test_a_version_that_graphs_were_not_made_for_counts_as_none(
    installed: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(package: str) -> str:
        if installed is None:
            raise PackageNotFoundError
        return installed

    monkeypatch.setattr(door, "find_spec", lambda name: object())
    monkeypatch.setattr(door, "version", version)
    assert openvino_version.__wrapped__() == expected


def test_the_oldest_version_is_that_of_the_optional_dependency() -> None:
    assert f'"openvino>={door.OLDEST},' in (ROOT / "pyproject.toml").read_text()
