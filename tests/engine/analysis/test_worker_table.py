"""What each worker has done and does, from the log and from the cluster."""

from engine.analysis.worker_table import host_rows, worker_rows
from engine.cluster.base import ClusterState, ClusterWorker
from engine.evaluation.measurement_future import worker_name
from engine.runs.work_times import WorkTimes
from engine.runs.workers_now import RunningMeasurement, WorkersNow
from tests.engine.records import evaluation

FIRST, SECOND = "gpu01 · job-1 · tcp://10.0.0.1:4312", "gpu02 · job-2 · tcp://10.0.0.2:4312"


def work(*evaluations):
    return WorkTimes(evaluations).arrays()


def measured(worker, seconds=1.0, **changes):
    return evaluation(worker=worker, seconds=seconds, finished=1000.0, **changes)


def measuring(worker, began=990.0, lost_workers=()):
    return RunningMeasurement((0, 1, 2), 3, worker, began, lost_workers)


def cluster(*workers):
    return ClusterState(tuple(workers), "http://10.0.0.9:8787/status")


def member(host, number, **changes):
    fields = {"address": f"tcp://10.0.0.{number}:4312", "name": f"job-{number}", "slots": 1}
    return ClusterWorker(host=host, **{**fields, **changes})


def by_name(rows):
    return {row.name: row for row in rows}


def test_the_log_tells_what_each_worker_has_done():
    rows = by_name(
        worker_rows(
            work(
                measured(FIRST, 1.0), measured(FIRST, 5.0), measured(FIRST, 2.0),
                measured(SECOND, 3.0, ok=False), measured(FIRST, 4.0, reused=True),
            ),
            None,
        )
    )  # fmt: skip
    first, second = rows["job-1"], rows["job-2"]
    assert (first.host, first.done, first.failed, first.median_seconds) == ("gpu01", 3, 0, 2.0)
    assert (second.done, second.failed, second.median_seconds) == (0, 1, None)
    assert not first.is_gone, "nobody knows"


def test_a_worker_that_ended_is_counted_with_what_was_lost():
    lost_twice = measured(SECOND, lost_workers=(FIRST, FIRST))
    rows = by_name(worker_rows(work(lost_twice, measured(SECOND, lost_workers=(FIRST,))), None))
    assert rows["job-1"].lost == 3
    assert rows["job-2"].done == 2
    now = WorkersNow((measuring(SECOND, lost_workers=(FIRST,)),), 2)
    rows = by_name(worker_rows(work(), now))
    assert rows["job-1"].lost == 1


def test_workers_of_the_cluster_have_the_names_of_their_owner_and_those_that_left_are_gone():
    now = WorkersNow(
        (measuring(FIRST), measuring(SECOND), measuring("", None)), 2, cluster(member("gpu01", 1))
    )
    present, gone = worker_rows(work(measured(SECOND)), now)
    assert (present.name, present.host, present.is_gone) == ("job-1", "gpu01", False)
    assert [m.began for m in present.now] == [990.0]
    assert (gone.name, gone.is_gone, gone.now) == ("job-2", True, ())


def test_while_the_scheduler_is_gone_nobody_measures():
    now = WorkersNow((measuring(FIRST),), 0, ClusterState((), "", "It has not answered."))
    (row,) = worker_rows(work(measured(FIRST)), now)
    assert (row.now, row.is_gone) == ((), False)


def test_a_worker_that_is_not_used_says_why_and_stands_last():
    bad = member("gpu01", 1, problem="It has torch 1.0.")
    now = WorkersNow((), 1, cluster(bad, member("gpu02", 2)))
    used, unused = worker_rows(work(), now)
    assert (used.name, unused.problem) == ("job-2", "It has torch 1.0.")
    assert [row.name for row in host_rows([used, unused])] == ["gpu02"]


def test_hosts_are_the_sums_of_their_workers():
    members = [member(f"gpu{number % 10}", number) for number in range(1000)]
    names = [worker_name(one.host, one.address, one.name) for one in members]
    rows = worker_rows(
        work(*(measured(name, 1.0 + i % 10) for i, name in enumerate(names))),
        WorkersNow(tuple(map(measuring, names)), 1000, cluster(*members[10:])),
    )
    hosts = by_name(host_rows(rows))
    assert len(rows) == 1000
    assert len(hosts) == 10
    assert (hosts["gpu3"].workers, hosts["gpu3"].done, len(hosts["gpu3"].now)) == (99, 100, 99)
    assert hosts["gpu3"].median_seconds == 4.0
