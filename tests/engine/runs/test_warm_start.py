from dataclasses import replace

import numpy as np
import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.evaluation.record import WARM_START_CYCLE
from engine.export.table import run_csv
from engine.meters.computed_metrics import computed_metrics
from engine.runs.service import RunService
from engine.supernets.registry import load
from tests.engine.meters.test_computed_metrics import written_table
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.imported import import_text
from tests.engine.runs.test_service import finished, wait_for


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path / "data", InstantEvaluator)
    yield service
    service.close()


def config(num_evals=12, approach="dynas", stop=None, **dynas):
    return NASConfig(
        approach=approach,
        stop=stop or {},
        dynas={"population": 16, "num_evals": num_evals, "workers": 1, **dynas},
    )


@pytest.mark.parametrize("approach", ["dynas", "evolutionary", "one_shot", "random"])
def test_what_an_earlier_run_measured_is_known_and_never_measured_again(service, approach):
    first = finished(service, config(14, "random"))
    second = finished(service, config(10, approach, warm_start=first.id))
    assert second.state == "finished"
    assert (len(second.evaluations), second.warm_start_count, second.budget) == (24, 14, 24)
    assert [e.genotype for e in second.evaluations[:14]] == [e.genotype for e in first.evaluations]
    assert all(e.cycle == WARM_START_CYCLE and e.reused for e in second.evaluations[:14])
    assert len({e.genotype for e in second.evaluations}) == 24
    assert not any(e.reused for e in second.evaluations[14:])


def test_the_predictors_learn_from_what_is_known(service):
    first = finished(service, config(14, "random"))
    second = finished(service, config(10, warm_start=first.id))
    assert all("acc" in e.predicted for e in second.evaluations[14:])


def test_what_the_search_computes_is_computed_for_what_is_known(service, tmp_path):
    """A run with another second objective is a start, if that follows from genotypes."""
    first = finished(service, config(14, "random"))
    table = written_table(tmp_path / "table.yaml", first.config.dynas.supernet)
    warm = {"metrics": ["acc", "lat"], "latency_table": str(table), "warm_start": first.id}
    second = finished(service, config(6, **warm))
    known = second.evaluations[:14]
    assert second.warm_start_count == 14
    assert [e.metrics["acc"] for e in known] == [e.metrics["acc"] for e in first.evaluations]
    assert {e.sources["lat"] for e in second.evaluations} == {"lookup table"}
    supernet = load(first.config.dynas.supernet)
    latency = computed_metrics(supernet, second.config.settings).only(["lat"])
    expected = latency(np.array([e.genotype for e in known]))["lat"]
    np.testing.assert_allclose([e.metrics["lat"] for e in known], expected)


@pytest.mark.parametrize("approach", ["dynas", "evolutionary"])
def test_a_warm_run_that_was_stopped_goes_on_from_its_log(service, approach):
    first = finished(service, config(14, "random"))
    uninterrupted = finished(service, config(12, approach, warm_start=first.id))
    run_id = service.start(config(5, approach, warm_start=first.id))
    service.wait(run_id, 120)
    service.extend(run_id, 7)
    service.wait(run_id, 120)
    again = service.history(run_id)
    assert len(again.evaluations) == 26
    assert [e.genotype for e in again.evaluations[:19]] == [
        e.genotype for e in uninterrupted.evaluations[:19]
    ]
    assert len({e.genotype for e in again.evaluations}) == 26


def told(evaluation):
    """What the searches record; `size` follows from the sub-network, too."""
    return {name: evaluation.metrics[name] for name in ("acc", "macs", "params")}


def test_a_results_file_is_a_warm_start_too(service, tmp_path):
    first = finished(service, config(6, "random"))
    path = tmp_path / "earlier.csv"
    path.write_text(run_csv(first))
    second = finished(service, config(4, warm_start=str(path)))
    assert second.warm_start_count == 6
    assert second.evaluations[0].worker == "earlier.csv"
    assert told(second.evaluations[0]) == told(first.evaluations[0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"warm_start": "nowhere.csv"}, "there is no run and no file 'nowhere.csv'"),
        ({"warm_start": "{run}", "metrics": ["acc", "lat"]}, "has no sub-network with lat"),
        ({"warm_start": "{run}", "constraints": ["lat <= 9"]}, "has no sub-network with lat"),
    ],
)
def test_a_warm_start_that_cannot_be_is_refused_before_anything_starts(service, changes, message):
    first = finished(service, config(4, "random"))
    changes = {**changes, "warm_start": changes["warm_start"].format(run=first.id)}
    with pytest.raises(ConfigError, match=message):
        service.start(config(4, **changes))
    assert len(service.list()) == 1


def test_a_run_that_timed_something_else_is_no_warm_start(service, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    timed = {"metrics": ["acc", "lat"], "device": "cpu"}
    first = finished(service, config(4, "random", **timed))
    assert finished(service, config(2, warm_start=first.id, **timed)).warm_start_count == 4
    with pytest.raises(ConfigError, match=r"fp32, batch 1, and here .* batch 8: such"):
        service.start(config(4, warm_start=first.id, latency_batch=8, **timed))
    with pytest.raises(ConfigError, match=r"2 threads, fp32, batch 1, and here .* 1 thread, batch"):
        service.start(config(4, warm_start=first.id, threads=1, **timed))
    elsewhere = {"device": "cpu", "name": "Another processor", "threads": 4, "batch": 1}
    first.evaluations[0] = replace(first.evaluations[0], conditions=elsewhere)
    with pytest.raises(ConfigError, match=r"on Another processor \(cpu\), 4 threads, batch 1"):
        service.start(config(4, warm_start=first.id, **timed))
    assert (
        finished(service, config(2, warm_start=first.id, metrics=["acc", "macs"])).warm_start_count
        == 4
    )


def test_infeasible_sub_networks_are_kept_off_the_front(service):
    history = finished(service, config(20, "random", constraints=["acc >= 89", "macs <= 7M"]))
    assert history.reference == {"acc": 89.0, "macs": 7e6}
    assert all(e.metrics["macs"] <= 7e6 for e in history.evaluations)
    infeasible = [e for e in history.evaluations if e.metrics["acc"] < 89]
    assert infeasible
    assert not history.front_numbers & {e.number for e in infeasible}
    assert all(e.metrics["acc"] >= 89 for e in history.front())


def test_a_target_hypervolume_ends_the_search(service):
    history = finished(service, config(100, stop={"hypervolume": 0.2}))
    assert history.state == "finished"
    assert "the target 0.2" in history.message
    assert history.hypervolume[-1] >= 0.2 > history.hypervolume[-2]


def test_cycles_without_a_gain_end_the_search(service):
    history = finished(service, config(400, "random", stop={"cycles": 2}))
    assert history.message == "2 cycles in a row brought no gain in hypervolume."
    best, improved_in = 0.0, 0
    for e, value in zip(history.evaluations, history.hypervolume, strict=True):
        if value > best * 1.001:
            best, improved_in = value, e.cycle
    assert history.evaluations[-1].cycle == improved_in + 3


def test_a_time_limit_ends_the_search_and_an_extension_lifts_it(tmp_path):
    slow = RunService(tmp_path, lambda s, w: InstantEvaluator(s, w, seconds=0.1))
    history = finished(slow, config(300, "random", stop={"seconds": 0.5}))
    ended_at = len(history.evaluations)
    assert history.message == "The time limit of 0.5 s was reached."
    assert 1 <= ended_at < 300
    slow.extend(history.id, 1)
    wait_for(lambda: len(slow.history(history.id).evaluations) > ended_at + 3)
    slow.close()


def test_an_imported_file_is_a_run_that_can_be_extended(service):
    first = finished(service, config(6, "random"))
    run_id = import_text(service, run_csv(first), "earlier.csv", config(50), "mine")
    imported = service.history(run_id)
    summary = imported.summary()
    assert (summary.name, summary.state, summary.message) == (
        "mine", "finished", "6 sub-networks were imported from earlier.csv."
    )  # fmt: skip
    assert (summary.evaluations, summary.budget) == (6, 6)
    assert imported.hypervolume[-1] == pytest.approx(first.hypervolume[-1])
    assert [told(e) for e in imported.front()] == [told(e) for e in first.front()]
    service.extend(run_id, 4)
    service.wait(run_id, 60)
    extended = service.history(run_id)
    assert (extended.state, len(extended.evaluations)) == ("finished", 10)
    assert len({e.genotype for e in extended.evaluations}) == 10


def test_a_file_that_cannot_be_read_makes_no_run(service):
    with pytest.raises(ConfigError, match=r"wrong.csv is no results file"):
        import_text(service, "a,b\n1,2\n", "wrong.csv", config(50))
    assert service.list() == []


def mixed_file(first):
    """The results of a run with a row that is repeated otherwise, and one that cannot be."""
    header, *lines = run_csv(first).splitlines()
    accuracy = header.split(",").index("acc")
    row = lines[0].split(",")
    other = [*row[:accuracy], "12.5", *row[accuracy + 1 :]]
    wrong = [*row[:accuracy], "1e300", *row[accuracy + 1 :]]
    return "\n".join([header, *lines, ",".join(other), ",".join(wrong)]) + "\n"


def test_what_became_of_the_rows_of_a_file_is_in_the_log_of_the_run(service, tmp_path):
    first = finished(service, config(6, "random"))
    path = tmp_path / "earlier.csv"
    path.write_bytes(b"\xef\xbb\xbf" + mixed_file(first).encode())
    warm = finished(service, config(2, warm_start=str(path)))
    imported = service.history(import_text(service, path.read_bytes(), path.name, config(50)))
    for history in (warm, imported):
        (told,) = [event.data for event in history.events if event.kind == "imported"]
        assert (told["rows"], told["distinct"], told["repeated"], told["conflicting"]) == (
            8,
            6,
            1,
            1,
        )
        assert told["refusals"][0]["lines"] == [9]
        assert any("12.5 % in line 8" in sentence for sentence in told["sentences"])
    assert imported.message == (
        "6 sub-networks were imported from earlier.csv. 8 rows: 6 distinct, 1 repeated, 1 refused. "
        "1 repeated row with other numbers."
    )


def test_the_supernet_of_a_file_is_found_unless_one_was_set(service):
    first = finished(service, config(4, "random"))
    text = run_csv(first)
    found = service.history(import_text(service, text, "a.csv", NASConfig()))
    assert found.supernet_name == first.supernet_name
    with pytest.raises(ConfigError, match=r"4 of 4 rows do not fit"):
        import_text(service, text, "a.csv", NASConfig(dynas={"supernet": "ofa_resnet50"}))
    without = text.replace("macs", "other", 1)
    with pytest.raises(
        ConfigError, match=r"a.csv: .* gives no MACs .* Say which supernet it is of"
    ):
        import_text(service, without, "a.csv", NASConfig())
    chosen = NASConfig(dynas={"supernet": first.supernet_name})
    run_id = import_text(service, without, "a.csv", chosen)
    assert len(service.history(run_id).evaluations) == 4


@pytest.mark.parametrize("path", ["/dev/zero", "/tmp"])
def test_only_a_regular_file_is_a_warm_start(service, path):
    with pytest.raises(
        ConfigError, match=rf"warm_start: {path} cannot be read: it is a .*, not a regular file"
    ):
        service.start(config(4, warm_start=path))
