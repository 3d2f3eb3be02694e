"""Transfer, parallel searches and searches under a limit, on a landscape that takes no time."""

import numpy as np
import pytest

from benchmarks import in_flight, limited, transfer
from benchmarks.kept_searches import KeptSearches
from engine.search.dynas import Dynas
from engine.search.one_shot import OneShot
from tests.benchmarks.test_suite import SPACE, tiny, truth


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(Dynas, "rounds", 2)
    monkeypatch.setattr(OneShot, "generations", 20)


def made_up(monkeypatch):
    monkeypatch.setattr(transfer, "_landscape", lambda name: tiny())


def test_a_search_that_begins_with_a_sibling_is_compared_with_one_from_nothing(
    monkeypatch, tmp_path, capsys
):
    made_up(monkeypatch)
    monkeypatch.setattr(transfer, "EVALUATIONS", 24)
    monkeypatch.setattr(transfer, "WARM_EVALUATIONS", 14)
    transfer.main(["--pairs", "sibling,latency", "--seeds", "2", "--results", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "sibling: 2 seeds" in printed
    assert "latency: 2 seeds" in printed
    assert printed.count("of 2 seeds reach their own") == 2
    made = (tmp_path / "transfer.jsonl").read_text()
    transfer.main(["--pairs", "sibling,latency", "--seeds", "2", "--results", str(tmp_path)])
    assert (tmp_path / "transfer.jsonl").read_text() == made
    assert capsys.readouterr().out == printed


def test_numbers_of_a_sibling_do_not_count_and_those_of_the_same_supernet_do(monkeypatch, tmp_path):
    made_up(monkeypatch)
    kept = KeptSearches("transfer", tmp_path)
    sibling = transfer.Pair("sibling", kept, 24, 10).warm(0)
    same = transfer.Pair("latency", kept, 24, 10).warm(0)
    assert (len(sibling), len(same)) == (11, 11)
    assert sibling[0] == 0.0
    assert same[0] > 0.8
    assert sibling == sorted(sibling)


def test_what_is_needed_is_the_first_that_has_the_level():
    assert transfer.needed([0.1, 0.5, 0.7], 0.5) == 1
    assert transfer.needed([0.1, 0.5, 0.7], 0.8) is None


def test_a_report_has_medians_and_who_reaches_the_level():
    text = transfer.report("p", [[0.1, 0.6], [0.2, 0.8]], [[0.0, 0.5, 0.7], [0.0, 0.7, 0.7]])
    assert "from nothing      70.0 after 2" in text
    assert "the median has the level after 2; 1 of 2 seeds reach their own: [2]" in text


@pytest.mark.parametrize("workers", [1, 4, 12])
def test_as_many_are_measured_at_a_time_as_there_are_workers(workers):
    search = in_flight.Search(tiny(), workers, 0, 30)
    shares = search.run()
    assert (len(shares), search.most_running) == (30, workers)
    assert shares == sorted(shares)
    assert shares[-1] > 0.8


def test_workers_are_compared_with_one(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(in_flight.LANDSCAPES, "tiny", tiny)
    monkeypatch.setattr(in_flight, "landscape", lambda name: tiny())
    monkeypatch.setattr(in_flight, "WORKERS", (1, 4))
    given = ["--landscapes", "tiny", "--seeds", "2", "--evaluations", "24"]
    in_flight.main([*given, "--results", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "tiny landscape: share of the near-true hypervolume, %"
    assert lines[2].startswith("  1 at a time")
    assert lines[2].endswith("100.0%")
    assert lines[3].startswith("  4 at a time")


@pytest.mark.parametrize("method", ["dynas", "evolutionary", "one_shot", "random"])
def test_a_search_under_a_limit_measures_nothing_outside_it(method):
    values = truth(SPACE.all_genotypes())
    limit = float(np.median(values[:, 1]))
    found = limited.search(tiny(), limit, method, 1, 20)
    assert found.outside == 0
    assert len(found.best) == 20
    assert list(found.best) == sorted(found.best)
    assert found.best[-1] <= -values[values[:, 1] <= limit, 0].min()


def test_the_report_on_a_limit_tells_who_comes_near():
    runs = {"dynas": [limited.Found([80.0, 81.0], 0), limited.Found([80.0, 80.5], 3)]}
    text = limited.report("here", 300e6, 81.0, runs)
    assert "macs <= 300M: points below 81.00 %" in text
    assert "1 of 2, median 2; 3 outside" in text


def test_a_kept_search_is_found_again_and_made_anew_for_other_sources(tmp_path, monkeypatch):
    made = []

    def make():
        made.append(1)
        return (1.0, 2)

    assert KeptSearches("any", tmp_path).get(("a", 1), make) == [1.0, 2]
    assert KeptSearches("any", tmp_path).get(("a", 1), make) == [1.0, 2]
    assert len(made) == 1
    monkeypatch.setattr("benchmarks.kept_searches.source_digest", lambda name: "changed")
    KeptSearches("any", tmp_path).get(("a", 1), make)
    assert len(made) == 2


@pytest.mark.parametrize(
    ("main", "arguments", "sentence"),
    [
        (transfer.main, ["--pairs", "nothing"], "There is no pair 'nothing'. Choose from sibling"),
        (in_flight.main, ["--landscapes", "mbv4"], "There is no landscape 'mbv4'. Choose from"),
        (limited.main, ["--landscapes", "mbv4"], "There is no limit for 'mbv4'. Choose from mbv3"),
        (limited.main, ["--methods", "dyans"], "There is no method 'dyans'."),
        (in_flight.main, ["--seeds", "0"], "Give at least 1 seed"),
    ],
)
def test_what_is_unknown_is_refused_in_a_sentence(main, arguments, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err
