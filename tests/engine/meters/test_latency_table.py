import os

import pytest

from engine.errors import DataError
from engine.meters import latency_table


def _read(tmp_path, text: str) -> latency_table.LatencyTable:
    path = tmp_path / "table.yaml"
    path.write_text(text)
    return latency_table.read(str(path))


def test_both_formats_are_read(tmp_path):
    generic = _read(tmp_path, "base: 1.8\nblocks:\n  ks[0]=3 e[0]=3: 0.41\n  w[0]=1: 1e-3\n")
    assert (generic.base, generic.parts) == (1.8, {"ks[0]=3 e[0]=3": 0.41, "w[0]=1": 0.001})
    published = _read(tmp_path, "Conv-input:4x4x3-output:2x2x16: {mean: 2.1, count: 500}\n")
    assert published.is_by_shape
    assert published.parts == {"Conv-input:4x4x3-output:2x2x16": 2.1}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("blocks:\n  a: 1\n  b: -1", "line 3: 'b' is -1, below the lowest possible value of 0 ms"),
        ("blocks:\n  a: .nan", "line 2: 'a' is nan, which is not a finite number"),
        ("blocks:\n  a: 1e400", "line 2: 'a' is inf, which is not a finite number"),
        ("blocks:\n  a: true", "line 2: 'a' is True of type bool, which is not a number"),
        ("blocks:\n  a: fast", "line 2: 'a' is 'fast' of type str, which is not a number"),
        ("blocks:\n  a: 1.0e+300", "line 2: 'a' is 1e\\+300, beyond 1e\\+30"),
        ("base: -1\nblocks: {a: 1}", "line 1: 'base' is -1, below"),
        ("b: {mean: 1}\nc: {mean: -2}", "line 2: 'c' is -2, below"),
        ("blocks:\n  a: 1\n  a: 2", "line 3, column 3: the key 'a' is given twice"),
        ("blocks: {a: 1}\nbsae: 3", "beside base and blocks it has the key 'bsae'"),
        ("blocks:\n", "its blocks are no mapping"),
        ("a: 3", "its entry 'a' has no mean"),
        ("", "it is no mapping of entries"),
    ],
)
def test_a_number_that_no_latency_can_be_is_told_with_its_line(tmp_path, text, why):
    with pytest.raises(DataError, match=rf"The latency table .*table.yaml cannot be read \({why}"):
        _read(tmp_path, text)


def test_only_regular_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="it is a pipe, not a regular file"):
        latency_table.read(str(tmp_path / "pipe"))
    with pytest.raises(DataError, match="it is a device, not a regular file"):
        latency_table.read("/dev/zero")
