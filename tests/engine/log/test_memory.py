"""How much memory the evaluations of a long log take, of a space as large as those in use."""

import gc
import tracemalloc

import pytest

from engine.log.evaluation_log import DiskLog
from tests.long_log import write_long_log

EVALUATIONS = 2_000
MAX_RECORD_BYTES = (
    900  # bytes that an evaluation of 45 genes may take, its config and predictions with it
)


@pytest.fixture(scope="module")
def bytes_per_evaluation(tmp_path_factory):
    """Bytes an evaluation, once all are read and at most while they were being read."""
    folder = tmp_path_factory.mktemp("long")
    run_id = write_long_log(folder, EVALUATIONS, "ofa_mbv3_d234_e346_k357_w1.0")
    log = DiskLog.open(folder / "runs" / run_id / "log")
    log.read(after=EVALUATIONS - 1)  # what is made once is made
    tracemalloc.start()
    try:
        evaluations = log.read()
        gc.collect()
        current, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(evaluations) == EVALUATIONS
    return current / EVALUATIONS, peak / EVALUATIONS


def test_evaluations_take_little_memory(bytes_per_evaluation):
    assert bytes_per_evaluation[0] < MAX_RECORD_BYTES


def test_reading_them_takes_little_more_at_any_moment(bytes_per_evaluation):
    assert bytes_per_evaluation[1] < 1.2 * bytes_per_evaluation[0]
