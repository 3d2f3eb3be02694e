"""Logs of every format that there was are read exactly, for ever."""

import json
import shutil
from pathlib import Path

import pytest

from engine.log.evaluation_log import DiskLog
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator

FORMAT_1 = Path(__file__).resolve().parents[2] / "data" / "logs" / "format-1"
EXPECTED = json.loads((FORMAT_1 / "expected.json").read_text())


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    for name in EXPECTED:
        shutil.copytree(FORMAT_1 / name, tmp_path / "runs" / name / "log")
    yield service
    service.close()


@pytest.mark.parametrize("name", EXPECTED)
def test_records_of_format_1_are_read_as_they_were_written(service, name):
    log = DiskLog.open(service.data_dir / "runs" / name / "log")
    for records, expected in (
        (log.read(), EXPECTED[name]["evaluations"]),
        (log.events(), EXPECTED[name]["events"]),
    ):
        assert len(records) == len(expected)
        for record, fields in zip(records, expected, strict=True):
            assert {n: v for n, v in record.to_json().items() if n in fields} == fields


@pytest.mark.parametrize("name", ["finished", "extended", "imported"])
def test_a_run_of_format_1_looks_as_it_did(service, name):
    history, expected = service.history(name), EXPECTED[name]
    assert sorted(history.front_numbers) == expected["front"]
    assert list(history.hypervolume) == expected["hypervolume"]
    for name_of_field in ("state", "name", "budget"):
        assert getattr(history, name_of_field) == expected[name_of_field]
    labels = service.labels(name)
    for name_of_field in ("tags", "note", "archived", "shortlist"):
        value = getattr(labels, name_of_field)
        assert (list(value) if isinstance(value, tuple) else value) == expected[name_of_field]


def test_a_metric_of_a_package_that_is_not_here_is_described_in_the_log(service, install):
    assert service.history("own-metric").objectives[0].label == "Surprise"
    assert service.damaged.find("own-metric") is None


def test_a_run_of_format_1_goes_on(service):
    service.extend("extended", 3)
    service.wait("extended", 60)
    history = service.history("extended")
    assert history.state == "finished"
    assert [e.number for e in history.evaluations] == list(range(1, 12))
    assert service.damaged.find("extended") is None


def test_reading_a_run_changes_no_file(service):
    folder = service.data_dir / "runs"
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert len(service.list()) == len(EXPECTED)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
