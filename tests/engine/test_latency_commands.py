"""Latencies go to a machine and back on the command line."""

import csv
import io

import pytest

from engine.runs.service import RunService
from engine.supernets.registry import DEFAULT
from tests.engine.export.bundle.small_bundle import write_bundle
from tests.engine.meters.test_subnetwork_latencies import row, text
from tests.engine.runs.fakes import InstantEvaluator


def test_latencies_of_bundles_go_to_a_machine_and_back(
    command, finished_run, tmp_path, brief_timing
):
    service = RunService(tmp_path, InstantEvaluator)
    evaluations = service.history(finished_run).evaluations[:2]
    service.close()
    folders = [
        write_bundle(tmp_path / f"bundle-{e.number}", DEFAULT, e.config, e.number)
        for e in evaluations
    ]
    out = tmp_path / "rows.csv"
    arguments = ["--threads", "1", "--runtime", "openvino", "--out", str(out)]
    status, printed, _ = command("measure", *map(str, folders), *arguments)
    assert status == 0
    assert printed == out.read_text()
    assert [row["evaluation"] for row in csv.DictReader(io.StringIO(printed))] == ["1", "2"]
    status, said, _ = command(
        "import-latencies", finished_run, str(out), "--name", "here", "--check"
    )
    assert (status, said.partition(":")[0]) == (0, "2 sub-networks with lat_here_openvino_1t")
    assert "lat_here" not in command("csv", finished_run)[1]
    command("import-latencies", finished_run, str(out), "--name", "here")
    rows = list(csv.DictReader(io.StringIO(command("csv", finished_run)[1])))
    assert [bool(row["lat_here_openvino_1t"]) for row in rows] == [True] * 2 + [False] * 6
    assert rows[0]["lat_here_openvino_1t_source"] == "imported"


def test_a_file_of_which_no_row_is_used_is_a_failure(command, finished_run, tmp_path):
    (tmp_path / "rows.csv").write_bytes(text(row(supernet="other")))
    for check in ([], ["--check"]):
        status, said, _ = command(
            "import-latencies", finished_run, str(tmp_path / "rows.csv"), *check
        )
        assert (status, said.splitlines()[0]) == (1, "No row of rows.csv is used.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--runtime", "tvm"], "no runtime 'tvm'"),
        (["--precision", "fp8"], "no precision 'fp8' of bundles. Choose from fp32, int8"),
        (["--out", "search.yaml"], "search.yaml cannot be written: its first line is not the"),
    ],
)
def test_what_measure_cannot_do_is_said(command, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "search.yaml").write_text("nas:\n")
    write_bundle(tmp_path / "bundle")
    status, _, err = command("measure", "bundle", "--threads", "1", *arguments)
    assert status == 1
    assert sentence in err
    assert (tmp_path / "search.yaml").read_text() == "nas:\n"
