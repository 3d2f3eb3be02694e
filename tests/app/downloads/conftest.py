"""Bundles that are written at once, for tests of what is made of them."""

import threading
from dataclasses import replace

import pytest

from app.downloads import archive
from engine.errors import CancelledError, EvaluationError
from engine.export.bundle.request import BundleReport
from tests.engine.export.bundle.bundles import request_for

FILES = ("README.md", "model.onnx")
STEPS = 4


class InstantBundles:
    """Takes the place of `export_bundle`; the sub-networks in `failing` cannot be exported.

    A bundle waits for `gate`, if there is one, and reports its progress before.
    """

    def __init__(self):
        self.failing, self.made, self.gate = set(), [], None
        self.has_begun = threading.Event()

    def __call__(self, request, folder, progress, cancelled):
        number = request.evaluation.number
        progress("Reading", 0, STEPS)
        self.has_begun.set()
        while self.gate is not None and not self.gate.wait(0.01):
            if cancelled.is_set():
                raise CancelledError("Cancelled.")
        if number in self.failing:
            raise EvaluationError("No file could be written.")
        self.made.append(number)
        folder.mkdir()
        for name in FILES:
            (folder / name).write_text(f"{name} of {number}")
        progress("Writing", STEPS, STEPS)
        return BundleReport(folder, FILES, ("model.pt2 is not written.",), ("Accuracy differs.",))


@pytest.fixture
def bundles(monkeypatch):
    bundles = InstantBundles()
    monkeypatch.setattr(archive, "export_bundle", bundles)
    yield bundles
    if bundles.gate is not None:
        bundles.gate.set()


@pytest.fixture(scope="session")
def requests():
    """Requests for the sub-networks 1, 2 and 3."""
    request = request_for()
    return [
        replace(request, evaluation=replace(request.evaluation, number=number))
        for number in (1, 2, 3)
    ]
