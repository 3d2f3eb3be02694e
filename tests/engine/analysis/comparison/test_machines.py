from engine.analysis.comparison.series import Series
from engine.analysis.comparison.settings import differences, run_conditions
from engine.analysis.palette import LINE_STYLES
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
    first_machines = run_conditions(history).machines
    assert first_machines == {(("device", "cpu"), ("name", "A"))}
    assert run_conditions(history).machines == first_machines
    log.append_all([timed_evaluation("B")])
    history.refresh()
    assert {dict(machine)["name"] for machine in run_conditions(history).machines} == {"A", "B"}
    log.close()


def test_what_was_looked_at_is_not_looked_at_again(make):
    history = make("one", [(80.0, 7e6), (85.0, 6e6)])
    run_conditions(history)
    history.evaluations[0] = timed_evaluation("never looked at")
    assert run_conditions(history).machines == frozenset()


def test_what_measured_the_quality_is_a_difference_of_runs(tmp_path):
    """A run of an older version, whose log does not say it, has a dash."""
    by_openvino = {
        "device": "cpu", "precision": "fp32", "runtime": "openvino", "runtime_version": "1.2",
    }  # fmt: skip
    series = []
    for name, conditions in (("new", by_openvino), ("old", {})):
        log = DiskLog(tmp_path / name)
        log.append_event("created", {"config": NASConfig().to_dict(), "name": name})
        log.append_all([evaluation(quality_conditions=conditions)])
        series.append(Series(name, name, (RunHistory(name, log),), LINE_STYLES[len(series)]))
        log.close()
    (row,) = (row for row in differences(series) if row.name == "quality measured with")
    assert row.values == ("OpenVINO 1.2 (cpu, fp32)", "–")
