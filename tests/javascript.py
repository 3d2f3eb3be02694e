"""Collects JavaScript tests for pytest: node runs each file `NAME.test.js` as one test."""

import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NODE = Path(sysconfig.get_path("scripts")) / "node"
SUFFIX = ".test.js"


class JavaScriptTestError(Exception):
    """A JavaScript test failed; the message is the output of node's test runner."""


class JavaScriptFile(pytest.File):
    """A file of JavaScript tests."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one test for the file: node starts once per file."""
        yield JavaScriptTest.from_parent(self, name=self.path.name.removesuffix(SUFFIX))


class JavaScriptTest(pytest.Item):
    """The tests of one file."""

    def runtest(self) -> None:
        """Run node; raise JavaScriptTestError unless all tests pass."""
        process = subprocess.run(
            [NODE, "--test", "--test-reporter=spec", self.path],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if process.returncode:
            raise JavaScriptTestError(process.stdout + process.stderr)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """Return the output of node; for other errors, the report of pytest."""
        if isinstance(excinfo.value, JavaScriptTestError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the path and the name of the test."""
        return self.path, 0, f"{self.name}{SUFFIX}"
