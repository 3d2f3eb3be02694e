"""What a worker keeps of runs, and what its errors say."""

import pytest
from distributed import KilledWorker

from engine.cluster import dask_errors, dask_worker, local_run
from engine.errors import EvaluationError
from engine.evaluation.job import EvaluationJob
from engine.supernets.base import EvaluationSettings
from tests.engine.cluster.cluster_processes import until
from tests.engine.runs.fakes import InstantEvaluator

SUPERNET = "ofa_mbv3_fashion_d234_e346_k357"


class _Processes(InstantEvaluator):
    """Stands for the processes of a run."""

    def __init__(self, supernet, workers, threads, job):
        super().__init__(supernet, workers)


class _LastWorker:
    address = "tcp://10.0.0.7:4001"


@pytest.fixture
def measurements(monkeypatch):
    monkeypatch.setattr(local_run, "ProcessEvaluator", _Processes)
    monkeypatch.setattr(dask_worker, "MAX_IDLE", 0.2)
    return dask_worker._Measurements()


def begun(measurements, run_id):
    """The job of a run that measures, and its processes."""
    job = EvaluationJob(run_id, SUPERNET, EvaluationSettings(), "digest")
    smallest = _Processes(SUPERNET, 1, 1, job).supernet.space
    run, _ = measurements.begin(job, smallest.to_config(smallest.smallest), ["acc"], "tcp://worker")
    return job, run._evaluator


def test_the_processes_of_a_run_that_was_killed_end_after_a_while(measurements):
    ended_job, ended = begun(measurements, "killed")
    _, measuring = begun(measurements, "measuring")
    measurements.end(ended_job)
    until(lambda: ended.closed, 10)
    assert not measuring.closed
    _, again = begun(measurements, "killed")
    assert again is not ended


@pytest.mark.parametrize(
    ("allowed_failures", "beginning"),
    [(0, "A worker of the cluster ended"), (3, "4 workers of the cluster ended")],
)
def test_a_measurement_that_ends_its_workers_fails_with_a_sentence(allowed_failures, beginning):
    error = dask_errors.error_of(KilledWorker("dynas-1", _LastWorker(), allowed_failures))
    assert isinstance(error, EvaluationError)
    assert str(error) == (
        f"{beginning} while measuring it, at last tcp://10.0.0.7:4001. See the log of that worker."
    )
