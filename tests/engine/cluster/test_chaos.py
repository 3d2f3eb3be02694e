"""Whatever happens to a cluster, a deterministic search ends with the log of an undisturbed one."""

import random
from functools import partial

import pytest

from engine.cluster import registry as clusters
from engine.runs.service import RunService
from tests.engine.cluster.cluster_processes import ClusterProcesses, freeze, until
from tests.engine.cluster.test_faults import count, search_on, undisturbed, with_troubled
from tests.engine.runs.test_deterministic import told

BUDGET = 500
WORKERS = 4
KILL_EVERY = 25  # evaluations: every few seconds
FROZEN_AFTER, RESTARTED_AFTER = 150, 300  # evaluations

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture
def processes(tmp_path):
    """A scheduler that gives up workers after ten silent seconds, and four of these."""
    with with_troubled(tmp_path / "package"):
        processes = ClusterProcesses(tmp_path / "package", {"SCHEDULER__WORKER_TTL": "10s"})
        processes.start_scheduler()
        for _ in range(WORKERS):
            processes.start_worker()
        yield processes
        clusters.close_all()
        processes.close()


def replace_ended(processes):
    """Start a worker for each that has ended, as a service manager does again and again."""
    for worker in [worker for worker in processes.workers if worker.poll() is not None]:
        processes.workers.remove(worker)
    while len(processes.workers) < WORKERS:
        processes.start_worker()


def test_killed_and_frozen_workers_and_a_new_scheduler_change_nothing(processes, tmp_path):
    config = search_on(processes.address, tmp_path, BUDGET, "slow", "evolutionary", 50)
    service, chance = RunService(tmp_path / "data"), random.Random(0)
    run_id = service.start(config)
    frozen = None

    def has(target):
        replace_ended(processes)
        assert service.history(run_id).state not in ("failed", "stopped")
        return count(service, run_id) >= target

    for target in range(KILL_EVERY, BUDGET, KILL_EVERY):
        until(partial(has, target), 900)
        if target == FROZEN_AFTER:
            frozen = chance.choice(processes.workers)
            freeze(frozen)
        elif target == RESTARTED_AFTER:
            processes.kill(processes.scheduler)
            until(lambda: service.history(run_id).state == "queued")
            processes.start_scheduler()
        else:
            processes.kill(chance.choice([w for w in processes.workers if w is not frozen]))
    until(partial(has, BUDGET), 900)
    service.wait(run_id, 60)
    history = service.history(run_id)
    service.close()
    assert history.state == "finished"
    assert len({e.genotype for e in history.evaluations}) == len(history.evaluations) == BUDGET
    assert told(history) == undisturbed(tmp_path / "other", config)
