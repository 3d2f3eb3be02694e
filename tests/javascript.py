"""Tests in JavaScript as pytest sees them: a file `NAME.test.js` is one test, run by node."""

import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NODE = Path(sysconfig.get_path("scripts")) / "node"
SUFFIX = ".test.js"


class JavaScriptTestError(Exception):
    """The message is what node's test runner printed."""


class JavaScriptFile(pytest.File):
    """A file of tests for node's test runner."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test for the whole file: node is started once for it."""
        yield JavaScriptTest.from_parent(self, name=self.path.name.removesuffix(SUFFIX))


class JavaScriptTest(pytest.Item):
    """All tests of a file."""

    def runtest(self) -> None:
        """Raise JavaScriptTestError unless all of them pass."""
        done = subprocess.run(
            [NODE, "--test", "--test-reporter=spec", self.path],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise JavaScriptTestError(done.stdout + done.stderr)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """What node printed; of any other failure what pytest says."""
        if isinstance(excinfo.value, JavaScriptTestError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test is, and what it is called."""
        return self.path, 0, f"{self.name}{SUFFIX}"
