"""Ten thousand evaluations in worker processes: all recorded, no memory used but for records."""

import json
import subprocess
import sys

import pytest

EVALUATIONS = 10_000
SETTLED = 2_000  # evaluations after which nothing but records may take more memory
RECORD = 2.0  # kB that an evaluation and its proposal may take


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_memory_of_a_long_search_grows_by_its_records_alone(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.runs.soak", str(tmp_path), str(EVALUATIONS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["state"], told["evaluations"]) == ("finished", EVALUATIONS)
    used = {int(number): megabytes for number, megabytes in told["used"].items()}
    for number, megabytes in used.items():
        assert megabytes <= used[SETTLED] + max(number - SETTLED, 0) * RECORD / 1e3, used
