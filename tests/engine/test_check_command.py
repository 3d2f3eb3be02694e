"""The command that says what a search would find."""

import sys

import pytest

from engine import __main__ as command_line
from engine.config import NASConfig

UNKNOWN = "Duration: not known before a first search like it here."


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    """Check a configuration; its exit status, output and errors."""

    def run(**dynas):
        path = tmp_path / "search.yaml"
        path.write_text(NASConfig(dynas=dynas).to_yaml())
        monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
        monkeypatch.setattr(sys, "argv", ["engine", "check", str(path)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        written = capsys.readouterr()
        return ended.value.code, written.out, written.err

    return run


def test_a_check_refuses_what_a_search_would(check):
    status, out, err = check(constraints=["acc >= 900"])
    assert (status, out) == (1, "")
    assert "no sub-network keeps to Top-1 accuracy ≥ 900 %. Top-1 accuracy is 100 % at most" in err


def test_a_check_says_what_a_search_would_find(check):
    status, out, _ = check()
    assert status == 0
    weights, images, duration = out.splitlines()
    assert weights.startswith("Weights: All ")
    assert images.startswith("Images: 5,000 validation, 2,000 calibration and 10,000 test images")
    assert duration == UNKNOWN


def test_a_check_refuses_a_warm_start_that_a_search_would_refuse(check, tmp_path):
    status, out, err = check(warm_start="nosuch")
    assert (status, out) == (1, "")
    assert "warm_start: there is no run and no file 'nosuch'. Give the id of a run of" in err
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    status, out, err = check(warm_start=str(tmp_path / "other.csv"))
    assert (status, out) == (1, "")
    assert err.startswith("warm_start: ")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("made", "out"),
    [
        ("WithoutOrigin", "Data: part of the package that brings the supernet.\n"),
        ("SayingNothing", ""),
    ],
)
def test_a_check_has_no_line_without_words(check, install, made, out):
    where = "tests.engine.offered"
    install({"without_origin": f"{where}:{made}"}, {"energy": f"{where}:ENERGY"})
    assert check(supernet="without_origin") == (0, f"{out}{UNKNOWN}\n", "")


def test_a_check_names_all_that_is_missing(check):
    status, out, err = check(supernet="ofa_resnet50")
    assert (status, out) == (1, "")
    weights, images = err.splitlines()
    assert "with the weights of ofa_resnet50" in weights
    assert "set dataset_path" in images
