"""Ten thousand evaluations in worker processes: all recorded, in memory that stays flat."""

import json
import subprocess
import sys

import pytest

EVALUATIONS = 10_000
SETTLED = 2_000  # evaluations after which memory stays as it is, but for the records
GROWTH = 1_200  # bytes of memory for each further record


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_memory_of_a_long_search_is_flat(tmp_path):
    process = subprocess.run(
        [sys.executable, "-m", "tests.engine.runs.soak", str(tmp_path), str(EVALUATIONS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    report = json.loads(process.stdout)
    assert (report["state"], report["evaluations"]) == ("finished", EVALUATIONS)
    used = {int(number): megabytes for number, megabytes in report["used"].items()}
    later = [megabytes for number, megabytes in used.items() if number > SETTLED]
    assert len(later) == 8
    assert max(later) - used[SETTLED] <= GROWTH * (EVALUATIONS - SETTLED) / 1e6, used
