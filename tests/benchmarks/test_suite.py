"""The suite: landscapes, methods and seeds, on landscapes that take no time."""

import json
import re

import numpy as np
import pytest

from benchmarks import near_true_front, suite, suite_landscapes, suite_methods
from benchmarks.landscapes import Box, Landscape
from benchmarks.suite_methods import PEERS, optimizer
from benchmarks.suite_report import changes, needed, paired, summary, table
from benchmarks.suite_runs import Run
from engine.metrics import METRICS
from engine.pareto.front import non_dominated
from engine.search.one_shot import OneShot
from engine.search.problem import Problem
from engine.search.strategy import Proposal
from engine.space import Gene, SearchSpace
from tests.engine.runs.fakes import plan_quickly

SPACE = SearchSpace(
    (
        *(Gene("d", (1, 2)) for _ in range(2)),
        *(Gene("e", (2, 3, 4)) for _ in range(3)),
        *(Gene("e", (2, 3, 4), switch=stage, needs=2) for stage in (0, 1)),
        Gene("ks", (3, 5, 7)),
    )
)


def truth(genotypes):
    """Accuracy that saturates, and MACs."""
    active = SPACE.active(genotypes) * (1 + genotypes)
    macs = 1e6 * active @ np.array([3.0, 1.0, 2.0, 1.0, 5.0, 2.0, 1.0, 4.0])
    accuracy = 90 - 30 / (active @ np.array([1.0, 2.0, 4.0, 0.2, 3.0, 0.5, 2.0, 0.5]))
    return np.stack([-accuracy, macs], axis=1)


def tiny(noise: float = 0.0) -> Landscape:
    problem = Problem(SPACE, [METRICS["acc"], METRICS["macs"]], lambda g: {"macs": truth(g)[:, 1]})
    values = truth(SPACE.all_genotypes())
    return Landscape(
        "tiny", "tiny landscape", problem, truth,
        lambda: Box.around(values[non_dominated(values)]), {"acc": "synthetic", "macs": "exact"},
        {"acc": noise} if noise else {},
    )  # fmt: skip


@pytest.fixture
def tiny_landscape(monkeypatch):
    monkeypatch.setitem(suite_landscapes.LANDSCAPES, "tiny", tiny)
    yield
    suite_landscapes.landscape.cache_clear()


def run(tmp_path, *arguments: str) -> None:
    given = ["--landscapes", "tiny", "--evaluations", "25", "--results", str(tmp_path)]
    suite.main([*given, *arguments])


def test_it_prints_a_table_of_all_methods_and_keeps_the_numbers(
    tiny_landscape, tmp_path, capsys, monkeypatch
):
    plan_quickly(monkeypatch.setattr)  # what is printed counts here, not how good it is
    monkeypatch.setattr(OneShot, "generations", 10)
    monkeypatch.setattr(suite, "IMAGES", tmp_path / "images")
    run(tmp_path, "--methods", "dynas,one_shot,random", "--seeds", "2", "--docs")
    printed = capsys.readouterr().out
    assert "tiny landscape: share of the near-true hypervolume" in printed
    for row in ("DyNAS Studio", "one shot", "random search", "dynas - random search"):
        assert re.search(
            rf"^{row} +2( +[+-]?[0-9.]+ ± [0-9.]+){{1}}(?! *[+-]?[0-9.]+ ±)", printed, re.MULTILINE
        ), row
    result = json.loads((tmp_path / "suite.json").read_text())["tiny"]
    assert result["random"]["seeds"] == [0, 1]
    assert 0 < result["random"]["share_median"][-1] <= 100
    assert (tmp_path / "images" / "suite-tiny.png").stat().st_size > 10_000


def test_a_run_is_made_once_and_again_when_the_sources_change(
    tiny_landscape, tmp_path, capsys, monkeypatch
):
    for _ in range(2):
        run(tmp_path, "--methods", "random", "--seeds", "2")
    assert capsys.readouterr().out.count("of 2: tiny, random") == 2
    (before,) = {path.parent.name.split("-")[1] for path in tmp_path.glob("runs/*/*/*.json")}
    monkeypatch.setattr("benchmarks.suite_runs.source_digest", lambda name: "changed")
    run(tmp_path, "--methods", "random", "--seeds", "2", "--against", before)
    printed = capsys.readouterr().out
    assert printed.count("of 2: tiny, random") == 2
    assert re.search(r"random - before +2 +\+0.0 ± 0.0", printed)


def test_the_digest_of_a_method_is_that_of_its_sources(tmp_path, monkeypatch):
    module = tmp_path / "a_strategy.py"
    module.write_text("from engine.search.dynas import Dynas as Mine\n")
    monkeypatch.syspath_prepend(tmp_path)
    first = suite_methods.source_digest("a_strategy:Mine")
    assert first != suite_methods.source_digest("dynas")
    module.write_text("from engine.search.one_shot import OneShot as Mine\n")
    assert suite_methods.source_digest("a_strategy:Mine") != first


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--landscapes", "mbv4"], "There is no landscape 'mbv4'. Choose from mbv3, resnet50"),
        (["--methods", "dyans"], "There is no method 'dyans'. Choose from dynas, one_shot"),
        (["--methods", "benchmarks.ablation:Nothing"], "'benchmarks.ablation:Nothing' cannot be"),
        (["--seeds", "0"], "Give at least 1 seed"),
    ],
)
def test_what_is_unknown_is_refused_in_a_sentence(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        suite.main(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_method_whose_packages_are_not_installed_as_required_says_so(monkeypatch, tmp_path):
    required = tmp_path / "requirements-peers.txt"
    required.write_text("not-installed-here==1.2\nnumpy==0.1\n")
    monkeypatch.setattr(suite_methods, "REQUIREMENTS", required)
    monkeypatch.setitem(PEERS, "tpe", ("benchmarks.other:Other", ("not-installed-here", "numpy")))
    assert suite_methods.problem_with("tpe") == (
        "The method 'tpe' needs not-installed-here 1.2 (not installed) and numpy 0.1 "
        f"({np.__version__} is installed). Run pip install -r benchmarks/requirements-peers.txt, "
        "or leave the method out."
    )


@pytest.mark.parametrize("name", PEERS)
def test_a_method_of_another_library_never_repeats_a_sub_network(name):
    if suite_methods.problem_with(name):
        pytest.skip(suite_methods.problem_with(name))
    where, seen = tiny(), set()
    method = optimizer(name, where.problem, 20, SPACE.size - 2, 0)
    for number in range(1, 21):
        proposal = method.ask()
        seen.add(SPACE.key(proposal.genotype))
        method.tell(where.evaluate(number, proposal, np.random.default_rng(0)))
    assert len(seen) == 20


def test_the_share_is_that_of_the_true_values_of_the_front_that_is_seen():
    where, rng = tiny(noise=3.0), np.random.default_rng(0)
    genotypes = rng.permutation(SPACE.all_genotypes())[:20]
    evaluations = [
        where.evaluate(number, Proposal(genotype, 0), rng)
        for number, genotype in enumerate(genotypes, start=1)
    ]
    told = np.array([[-e.metrics["acc"], e.metrics["macs"]] for e in evaluations])
    assert not np.allclose(told[:, 0], truth(genotypes)[:, 0])
    expected = [
        where.box.share(truth(genotypes[:count][non_dominated(told[:count])]))
        for count in range(1, 21)
    ]
    np.testing.assert_allclose(where.shares(evaluations), expected)
    assert where.box.share(truth(SPACE.all_genotypes())) == pytest.approx(1.0)


def test_hill_climbing_by_single_genes_reaches_the_true_front():
    values = truth(SPACE.all_genotypes())
    start = SPACE.smallest[None]
    _, found = near_true_front.climb(SPACE, truth, start, truth(start))
    expected = np.unique(values[non_dominated(values)], axis=0)
    np.testing.assert_allclose(found[np.lexsort(found.T[::-1])], expected)


def test_the_near_true_front_is_computed_once(tmp_path, monkeypatch):
    monkeypatch.setattr(near_true_front, "FRONTS", tmp_path)
    where, made = tiny(), []

    def compute():
        made.append(1)
        return truth(SPACE.ends)

    for _ in range(2):
        front = near_true_front.kept_front(where.problem, truth, compute)
    np.testing.assert_array_equal(front, truth(SPACE.ends))
    assert len(made) == 1


@pytest.mark.parametrize(
    ("budget", "columns"),
    [(25, [25]), (50, [50]), (60, [50, 60]), (250, [50, 100, 150, 200, 250])],
)
def test_the_columns_are_budgets_each_once(budget, columns):
    runs = {"dynas": {0: Run([0.5] * budget, [], 1.0)}, "random": {0: Run([0.4], [], 1.0)}}
    result = summary(runs, budget)
    title, ours, theirs, difference = table("tiny", result, budget).splitlines()[1:]
    assert [int(at) for at in title.split()[1:-1]] == columns
    assert len(result["random"]["dynas_minus_this"]["median"]) == len(columns)
    assert ours.count("50.0") == theirs.count("40.0") == difference.count("+10.0") == len(columns)
    assert changes(runs, runs, budget).splitlines()[0].count("+0.0") == len(columns)


def test_differences_are_paired_by_seed_and_levels_are_those_of_medians():
    first = {0: Run([0.5, 0.7], [], 0.0), 2: Run([0.6, 0.9], [], 0.0)}
    second = {2: Run([0.5], [], 0.0), 3: Run([0.1, 0.2], [], 0.0)}
    np.testing.assert_allclose(paired(first, second, 2), [[0.1, 0.4]])
    shares = np.array([[0.2, 0.5, 0.9], [0.4, 0.7, 0.9], [0.1, 0.6, 0.8]])
    assert needed(shares, 0.6) == 2
    assert needed(shares, 0.95) is None
