"""Ten thousand evaluations in worker processes: all recorded, and no memory lost."""

import json
import subprocess
import sys

import pytest

EVALUATIONS = 10_000
SETTLED = 2_000  # evaluations after which the memory has to stay as it is
TOLERATED = 0.05  # of it


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_memory_of_a_long_search_stays_flat(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.runs.soak", str(tmp_path), str(EVALUATIONS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["state"], told["evaluations"]) == ("finished", EVALUATIONS)
    used = {int(number): megabytes for number, megabytes in told["used"].items()}
    later = [megabytes for number, megabytes in used.items() if number >= SETTLED]
    assert max(later) <= (1 + TOLERATED) * used[SETTLED], used
