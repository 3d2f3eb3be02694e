"""Latencies of whole sub-networks from a CSV: how it is read, and as the table of a search."""

import json

import numpy as np
import pytest

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import pipeline, registry
from engine.meters.latency_file import read_latency_file
from engine.meters.latency_rows import COLUMNS, rows_text
from engine.meters.subnetwork_latencies import read
from engine.supernets.registry import DEFAULT, load


def row(**changes):
    config = load(DEFAULT).space.to_config(load(DEFAULT).space.smallest)
    cells = {
        "run": "r", "evaluation": 1, "supernet": DEFAULT, "config": json.dumps(config),
        "lat": 3.5, "lat_spread": 0.25, "runtime": "onnxruntime", "runtime_version": "1.22.0",
        "precision": "fp32", "batch": 1, "threads": 4, "device": "Board", "host": "pi5",
        "disturbed": 0.0, "measured_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    return {**cells, **changes}


def text(*rows):
    return rows_text(rows).encode()


def test_a_row_is_read_with_its_conditions():
    (line,) = read_latency_file(text(row()), "a.csv").lines
    assert (line.line, line.supernet, line.lat) == (2, DEFAULT, 3.5)
    assert dict(line.conditions) == {
        "device": "pi5", "name": "Board", "host": "pi5", "threads": 4, "batch": 1,
        "runtime": "onnxruntime", "runtime_version": "1.22.0", "precision": "fp32",
        "measured_at": "2026-01-01T00:00:00Z", "lat_spread": 0.25,
    }  # fmt: skip


def test_a_file_that_a_spreadsheet_saved_is_read():
    saved = text(row(), row(lat=4)).decode().replace("\n", "\r\n")
    assert len(read_latency_file(b"\xef\xbb\xbf" + saved.encode(), "a.csv").lines) == 2
    quick = b'config;lat\n"{""ks"": [3]}";2\n'
    (line,) = read_latency_file(quick, "a.csv").lines
    assert (json.loads(line.config), line.lat) == ({"ks": [3]}, 2.0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lat": ""}, "lat is '', which is not a number"),
        ({"lat": "fast"}, "lat is 'fast', which is not a number"),
        ({"lat": "9" * 200}, "which is not a number"),
        ({"lat": "nan"}, "not a finite number"),
        ({"lat": "inf"}, "not a finite number"),
        ({"lat": -1}, "below the lowest possible value of 0 ms"),
        ({"lat": 0}, "lat is 0 ms, which no network takes"),
        ({"lat": "1e31"}, "beyond 1e+30"),
        ({"lat_spread": "x"}, "lat_spread is 'x'"),
        ({"disturbed": 2}, "above the highest possible value of 1"),
        ({"disturbed": -1}, "below the lowest possible value of 0"),
        ({"precision": "fp4"}, "precision is 'fp4', none of fp32, fp16, bf16, int8"),
        ({"measured_at": "yesterday"}, "no time such as 2026-01-31T12:00:00Z"),
        ({"threads": -3}, "threads is '-3', no whole number from 1 to 1024"),
        ({"threads": 2.5}, "no whole number from 1 to 1024"),
        ({"batch": 0}, "no whole number from 1 to 10000"),
        ({"device": "x" * 81}, "device is no printable text of at most 80"),
        ({"runtime": "a\x1bb"}, "runtime is no printable text"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_the_reason(changes, reason):
    file = read_latency_file(text(row(), row(**changes)), "a.csv")
    assert len(file.lines) == 1
    assert reason in file.problems[3]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no column config and no lat"),
        (b"a,b\n1,2\n", "has no column config and no lat"),
        (b"config,lat,lat\n1,2,3\n", "has the column lat twice"),
        (b"\xff\xfe\x00", "is no text in UTF-8"),
        (b"x" * (16 * 10**6 + 1), "larger than 16 MB"),
    ],
    ids=["empty", "other columns", "repeated", "bytes", "large"],
)
def test_a_file_that_is_no_such_table_is_refused(content, sentence):
    with pytest.raises(DataError, match=sentence):
        read_latency_file(content, "a.csv")


def test_a_row_with_too_many_entries_is_refused():
    content = ",".join(COLUMNS).encode() + b"\n" + b"1," * 40 + b"\n"
    assert "more entries" in read_latency_file(content, "a.csv").problems[2]


@pytest.mark.parametrize("config", ["", "[1]", "{", "[" * 5_000, "x" * 20_000, '{"ks": [99]}'])
def test_a_config_that_is_none_is_said_so(config):
    (line,) = read_latency_file(text(row(config=config)), "a.csv").lines
    with pytest.raises(ValueError, match=r"no configuration in JSON|no sub-network"):
        line.genotype(load(DEFAULT).space)


@pytest.fixture
def table(tmp_path):
    def write(*rows):
        path = tmp_path / "table.csv"
        path.write_bytes(text(*rows))
        return EvaluationSettings(latency_table=str(path))

    return write


def test_a_search_reads_the_latency_of_a_sub_network_from_the_table(table):
    supernet = load(DEFAULT)
    settings = table(row(lat=1), row(lat=2.5), row(lat=9, supernet="other"))
    config = supernet.space.to_config(supernet.space.smallest)
    assert pipeline.measure(supernet, config, ["lat"], settings) == {"lat": 2.5}
    assert registry.sources(supernet, settings)["lat"] == "lookup table"
    other = supernet.space.to_config(supernet.space.largest)
    with pytest.raises(DataError, match="has no row for this sub-network"):
        pipeline.measure(supernet, other, ["lat"], settings)


def test_a_table_that_changes_is_read_again_and_changes_the_key(table):
    supernet = load(DEFAULT)
    config = supernet.space.to_config(supernet.space.smallest)
    keys = []
    for lat in (1.0, 2.0):
        settings = table(row(lat=lat))
        assert pipeline.measure(supernet, config, ["lat"], settings) == {"lat": lat}
        keys.append(registry.determinants("lat", "net", "f", np.array([1]), settings))
    assert keys[0] != keys[1]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([row(), row(lat="x")], "line 3: its lat is 'x'"),
        ([], "has no row"),
        (
            [row(), row(threads=2)],
            r"of 2 machines or settings: Board \(pi5\), 4 threads, .*; Board",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_before_a_search(table, rows, sentence):
    with pytest.raises(DataError, match=sentence):
        registry.check(["lat"], table(*rows))


def test_a_table_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(DataError, match=r"nothing\.csv cannot be read \(No such file"):
        read(str(tmp_path / "nothing.csv"))
