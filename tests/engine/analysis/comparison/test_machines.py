from engine.analysis.comparison.settings import machines
from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.runs.history import RunHistory
from tests.engine.records import evaluation


def timed_evaluation(name):
    return evaluation(conditions={"device": "cpu", "name": name})


def test_every_machine_is_found_however_the_run_grows(tmp_path):
    log = DiskLog(tmp_path / "log")
    log.append_event("created", {"config": NASConfig().to_dict(), "name": "timed"})
    log.append_all([evaluation(), timed_evaluation("A"), timed_evaluation("A")])
    history = RunHistory("timed", log)
    first_machines = machines(history)
    assert first_machines == {(("device", "cpu"), ("name", "A"))}
    assert machines(history) == first_machines
    log.append_all([timed_evaluation("B")])
    history.refresh()
    assert {dict(machine)["name"] for machine in machines(history)} == {"A", "B"}
    log.close()


def test_what_was_looked_at_is_not_looked_at_again(make):
    history = make("one", [(80.0, 7e6), (85.0, 6e6)])
    machines(history)
    history.evaluations[0] = timed_evaluation("never looked at")
    assert machines(history) == frozenset()
