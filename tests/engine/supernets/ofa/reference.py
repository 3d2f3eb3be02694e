"""Published files that are not in the repository; tests that need them skip without."""

import os
from pathlib import Path

import pytest

REFERENCE = Path(os.environ.get("DYNAS_REFERENCE", Path(__file__).parents[5] / "shared/reference"))
LOG = REFERENCE / "published/mbnv3w10_linasnsga2_acc_macs.csv"
PREDICTOR = REFERENCE / "published/ofa_mbv3_acc_predictor.pth"
NOTE10 = REFERENCE / "published/note10"

needs_reference = pytest.mark.skipif(
    not LOG.exists(), reason="the published files are not there; DYNAS_REFERENCE names the folder"
)
