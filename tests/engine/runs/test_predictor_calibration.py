"""A published predictor that is brought to the scale of measurements, from a CSV to the record."""

import io
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import sources
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.evaluation.measurement import Measurement
from engine.export import subnetwork
from engine.export.table import run_csv
from engine.log.evaluation_log import DiskLog
from engine.meters.pipeline import measure
from engine.python_api.front import Front
from engine.runs.comparison import why_not_comparable
from engine.runs.history import RunHistory
from engine.runs.service import RunService
from engine.supernets import registry
from engine.supernets.predictor_calibration import Calibration
from tests.engine.runs.imported import import_text
from tests.made_predictor import write_predictor

W10 = "ofa_mbv3_d234_e346_k357_w1.0"
SLOPE, SHIFT = 0.8, 10.0


class DirectEvaluator:
    """Asks the supernet here: a predictor needs no process of its own."""

    waiting_reason = ""
    machine = None

    def __init__(self, supernet: str, workers: Callable[[], int]) -> None:
        self.supernet, self.workers = registry.load(supernet), workers()

    def submit(self, config, metrics, settings):
        future: Future[Measurement] = Future()
        future.set_result(
            Measurement(measure(self.supernet, config, metrics, settings), 0.0, "here")
        )
        return future

    def close(self):
        pass


@pytest.fixture
def service(data_dir):
    service = RunService(data_dir, DirectEvaluator)
    yield service
    service.close()


@pytest.fixture
def predicted(tmp_path):
    """A search by a predictor that nobody has published measurements for."""
    return {
        "supernet": W10, "accuracy_source": "published predictor", "population": 4,
        "num_evals": 12, "workers": 1,
        "predictor_path": write_predictor(tmp_path / "predictor.pth"),
    }  # fmt: skip


def measured_csv(path: Path, predicted, rows=30, slope=SLOPE, source=None) -> str:
    """A results CSV whose accuracies lie on a line over what the predictor says."""
    supernet = registry.load(W10)
    genotypes = supernet.space.sample(rows, np.random.default_rng(0))
    settings = NASConfig(dynas=predicted).settings
    said = supernet.predictions(genotypes, settings)["acc"]
    table = pd.DataFrame(
        {
            "Sub-network": [supernet.space.to_config(g) for g in genotypes],
            "Top-1 Acc (%)": slope * said + SHIFT if slope > 0 else 100 - said,
        }
    )
    if source:
        table["acc_source"] = source
    table.to_csv(path, index=False)
    return str(path)


def finished(service, dynas) -> RunHistory:
    run = service.start(NASConfig(dynas=dynas))
    service.wait(run, timeout=120)
    history = service.history(run)
    assert history.state == "finished", history.message
    return history


def test_measured_rows_of_a_file_calibrate_and_both_numbers_are_kept(service, predicted, tmp_path):
    file = measured_csv(tmp_path / "mine.csv", predicted)
    history = finished(service, {**predicted, "calibration_path": file})
    line = registry.load(W10).options(history.config.settings).calibration
    assert (line.slope, line.intercept) == (pytest.approx(SLOPE), pytest.approx(SHIFT))
    assert (line.rows, line.origin, line.published) == (30, "mine.csv", False)
    for one in history.evaluations:
        assert one.metrics["acc"] == pytest.approx(SLOPE * one.uncalibrated["acc"] + SHIFT)
        assert one.sources["acc"].startswith(sources.CALIBRATED_ON_IMPORTED)
        low, high = line.predicted
        assert one.extrapolated == (not low <= one.uncalibrated["acc"] <= high)
    assert {e.extrapolated for e in history.evaluations} == {True, False}


def test_a_resumed_run_goes_on_with_its_line_whatever_became_of_the_file(
    service, predicted, tmp_path
):
    file = measured_csv(tmp_path / "mine.csv", predicted)
    history = finished(service, {**predicted, "calibration_path": file})
    Path(file).unlink()
    service.extend(history.id, 3)
    service.wait(history.id, timeout=120)
    newest = service.history(history.id).evaluations[-1]
    assert newest.metrics["acc"] == pytest.approx(SLOPE * newest.uncalibrated["acc"] + SHIFT)


@pytest.mark.parametrize("calibrate", [True, False])
def test_without_measurements_for_this_predictor_nothing_is_calibrated(
    service, predicted, calibrate
):
    history = finished(service, {**predicted, "calibrate": calibrate})
    assert {e.sources["acc"] for e in history.evaluations} == {sources.PREDICTED}
    assert not any(e.uncalibrated for e in history.evaluations)
    assert history.metric("acc").label == "Top-1 accuracy, predicted"
    assert history.provenance == "predicted"
    assert sources.source_remarks([history.metric("acc")]) == ["acc: predicted, not calibrated."]
    exported = subnetwork.to_dict(history.config, history.evaluations[0])["metrics"]
    assert exported["acc"]["calibrated"] is False
    assert "calibrated" not in exported["macs"]


def test_calibrated_and_uncalibrated_numbers_are_not_taken_for_one_another(
    service, predicted, tmp_path
):
    raw = finished(service, predicted)
    file = measured_csv(tmp_path / "mine.csv", predicted)
    line = finished(service, {**predicted, "calibration_path": file})
    assert raw.fingerprint != line.fingerprint
    assert not any(e.reused for e in line.evaluations)
    assert "predicted, calibrated on imported measurements, not predicted" in why_not_comparable(
        raw, line
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rows": 4}, "has 4 measured sub-networks.*at least 10"),
        ({"slope": -1}, "do not rise with what the predictor says"),
        ({"source": "published predictor"}, "no sub-network with a measured top-1 accuracy"),
        ({"gone": True}, "cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_calibrate_is_refused_in_a_sentence_and_starts_nothing(
    service, predicted, tmp_path, changes, message
):
    made = {name: changes.pop(name) for name in ("rows", "slope", "source") if name in changes}
    file = measured_csv(tmp_path / "mine.csv", predicted, **made)
    if changes.pop("gone", False):
        Path(file).unlink()
    config = NASConfig(dynas={**predicted, "calibration_path": file, **changes})
    with pytest.raises(ConfigError, match=f"calibration_path.*{message}"):
        service.start(config)
    assert not list(service.list())


def test_a_supernet_without_a_predictor_has_nothing_to_calibrate(service, tmp_path):
    name = "ofa_mbv3_fashion_d234_e346_k357"
    space = registry.load(name).space
    rows = [space.to_config(g) for g in space.sample(12, np.random.default_rng(0))]
    table = pd.DataFrame({"config": rows, "acc": np.linspace(80, 90, len(rows))})
    table.to_csv(tmp_path / "mine.csv", index=False)
    dynas = {"supernet": name, "accuracy_source": "published predictor",
             "calibration_path": str(tmp_path / "mine.csv")}  # fmt: skip
    for option in ("accuracy_source", "calibration_path"):
        with pytest.raises(ConfigError, match=rf"dynas.{option}: there are no options to set here"):
            NASConfig(dynas=dynas).check()


def test_what_is_no_file_is_not_read(service, predicted):
    config = NASConfig(dynas={**predicted, "calibration_path": "/dev/zero"})
    with pytest.raises(ConfigError, match="/dev/zero cannot be read: it is a device"):
        service.start(config)


def test_a_run_of_before_calibration_stays_as_it_was(service, predicted, data_dir):
    folder = data_dir / "runs" / "older"
    folder.mkdir(parents=True)
    log = DiskLog(folder / "log")
    config = NASConfig(dynas=predicted).to_dict()
    nested = config["nas"]["dynas"].pop("supernet_options")
    config["nas"]["dynas"] |= nested  # as logs of then hold them, without `calibrate`
    assert "calibrate" not in config["nas"]["dynas"]
    log.append_event("created", {"config": config, "name": "older"})
    log.append_event("state", {"state": "stopped", "message": ""})
    log.close()
    assert not service.history("older").config.dynas.calibrate
    service.resume("older")
    service.wait("older", timeout=120)
    assert {e.sources["acc"] for e in service.history("older").evaluations} == {sources.PREDICTED}


def test_tables_name_the_source_at_their_end_and_keep_what_the_predictor_said(
    service, predicted, tmp_path
):
    file = measured_csv(tmp_path / "mine.csv", predicted)
    history = finished(
        service,
        {**predicted, "calibration_path": file, "results_csv_path": str(tmp_path / "out.csv")},
    )
    whole = pd.read_csv(io.StringIO(run_csv(history)))
    assert list(whole.columns)[-4:] == [
        "acc_source", "macs_source", "params_source", "acc_uncalibrated",
    ]  # fmt: skip
    assert list(whole.acc_source) == [e.sources["acc"] for e in history.evaluations]
    front = Front(history)
    assert list(front.to_dataframe().columns) == [
        "acc", "macs", "params", "config", "acc_source", "macs_source", "params_source",
        "acc_uncalibrated",
    ]  # fmt: skip
    (remark,) = front.remarks
    assert remark.startswith("acc: predicted, calibrated on imported measurements")
    written = pd.read_csv(tmp_path / "out.csv")
    assert list(written.columns)[-2:] == [
        "MACs", "Top-1 Acc (%), published predictor, calibrated on imported measurements",
    ]  # fmt: skip
    assert list(written[written.columns[-1]]) == list(whole.acc)


@pytest.mark.parametrize("door", ["run_csv", "neural_compressor", "dynast", "full"])
def test_numbers_that_were_predicted_are_still_so_after_an_import(
    service, predicted, tmp_path, door
):
    path = tmp_path / "out.csv"
    results_format = {} if door == "run_csv" else {"results_csv_format": door}
    history = finished(service, {**predicted, "results_csv_path": str(path), **results_format})
    text = run_csv(history) if door == "run_csv" else path.read_text()
    config = NASConfig(dynas={"supernet": W10})
    again = service.history(import_text(service, text, "theirs.csv", config))
    assert again.metric("acc").label == "Top-1 accuracy, predicted"
    assert {e.sources["acc"] for e in again.evaluations} == {"published predictor, imported"}


def test_the_line_is_part_of_what_decides_a_number(predicted, tmp_path):
    supernet = registry.load(W10)
    settings = NASConfig(dynas=predicted).settings
    other = NASConfig(dynas={**predicted, "calibration": _line(0.9), "calibrate": True}).settings
    third = replace(other, calibration=_line(0.8))
    prints = {supernet.fingerprint(one) for one in (settings, other, third)}
    assert len(prints) == 3
    assert supernet.fingerprint(replace(other, calibrate=False)) == supernet.fingerprint(settings)


def _line(slope):
    return Calibration(slope, 1.0, 10, 0.1, 0.9, (70.0, 77.0), (75.0, 83.0), (224,), "x", False)
