"""What the log says of how many sub-networks can be measured at a time."""

from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.runs.worker_count import WorkerCountLog, worker_counts


def counts(log):
    return [event.data["count"] for event in log.events()]


def test_a_change_is_logged_once_and_not_too_often(tmp_path):
    log = DiskLog(tmp_path / "log")
    changes = WorkerCountLog(log, 2, 0.0)
    changes.note(2, 0.0)
    assert counts(log) == []
    for count, ran in ((3, 0.0), (4, 0.5), (5, 1.5), (5, 9.0), (6, 1000.0), (7, 1004.0)):
        changes.note(count, ran)
    assert counts(log) == [3, 5, 6]
    changes.note(7, 1005.0)
    assert counts(log) == [3, 5, 6, 7]
    log.close()


class CountedLog:
    """Counts events and keeps none."""

    count = 0

    def append_event(self, kind, data):
        self.count += 1


def test_a_cluster_that_changes_all_the_time_adds_little_to_the_log_of_a_week():
    log, week = CountedLog(), 7 * 86_400
    changes = WorkerCountLog(log, 0, 0.0)
    for second in range(week):
        changes.note(second + 1, float(second))
    assert 1000 < log.count < 2000


def test_the_count_begins_with_that_of_the_configuration(tmp_path):
    log = DiskLog(tmp_path / "log")
    event = log.append_event("workers", {"count": 7})
    here, cluster = ({"workers": 3}, {"cluster": "tcp://scheduler:8786"})
    assert list(worker_counts(NASConfig(dynas=here), [])) == [(0.0, 3)]
    assert list(worker_counts(NASConfig(dynas=cluster), [event])) == [(0.0, 0), (event.time, 7)]
    log.close()
