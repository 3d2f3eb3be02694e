"""What a package's supernet computes: asked for in one way, tried when it loads, checked later."""

from importlib.metadata import EntryPoint

import numpy as np
import pytest

from engine import plug_ins
from engine.errors import DataError
from engine.supernets import registry
from engine.supernets.exact_values import value_problem, with_checked_rows
from tests.engine import offered
from tests.engine.conftest import Install

METRICS = {"surprise": "tests.engine.offered:SURPRISE", "energy": "tests.engine.offered:ENERGY"}


class Strict(offered.Tiny):
    """Takes what the documentation says, and nothing else."""

    name = "strict"

    def macs_params(self, genotypes):
        assert isinstance(genotypes, np.ndarray)
        assert genotypes.dtype == np.int64
        assert genotypes.ndim == 2
        assert len(genotypes) > 0
        return super().macs_params(genotypes)


class OfOne(offered.Tiny):
    """Computes one genotype at a time and forgets that there may be several."""

    name = "of_one"

    def exact_metrics(self, genotypes):
        return {n: values[:1] for n, values in super().exact_metrics(genotypes).items()}


class Normalised(offered.Tiny):
    """What a genotype costs depends on those beside it."""

    name = "normalised"

    def exact_metrics(self, genotypes):
        values = super().exact_metrics(genotypes)
        return {**values, "energy": values["energy"] / values["energy"].max()}


class Diverging(offered.Tiny):
    """Computes no number for one genotype that is not tried when it loads."""

    name = "diverging"

    def exact_metrics(self, genotypes):
        values = super().exact_metrics(genotypes)
        wrong = (np.atleast_2d(genotypes) == [1, 1]).all(axis=1) & (len(genotypes) == 3)
        return {**values, "energy": np.where(wrong, np.nan, values["energy"])}


class Negative(offered.Tiny):
    name = "negative"

    def exact_metrics(self, genotypes):
        values = super().exact_metrics(genotypes)
        return {**values, "params": -values["params"]}


@pytest.fixture
def load(install: Install):
    def load(made):
        install({made.name: f"{made.__module__}:{made.__name__}"}, METRICS)
        monkey, usual = pytest.MonkeyPatch(), EntryPoint.load
        monkey.setattr(
            EntryPoint,
            "load",
            lambda point: made if point.group == plug_ins.SUPERNETS else usual(point),
        )
        try:
            return registry.load(made.name)
        finally:
            monkey.undo()

    return load


@pytest.mark.parametrize("method", ["exact_metrics", "macs_params"])
@pytest.mark.parametrize("rows", [0, 1, 2, 50])
def test_every_shape_of_question_reaches_it_as_rows_of_whole_numbers(load, method, rows):
    supernet = load(Strict)
    genotypes = supernet.space.sample(max(rows, 1), np.random.default_rng(0))[:rows]
    for argument in (genotypes, genotypes.astype(np.int8), np.asfortranarray(genotypes)):
        answer = getattr(supernet, method)(argument)
        for values in answer.values() if method == "exact_metrics" else [answer]:
            assert len(values) == rows


def test_a_genotype_alone_is_a_row(load):
    supernet = load(Strict)
    assert supernet.exact_metrics(supernet.space.largest)["macs"].tolist() == [400.0]
    assert supernet.macs_params(supernet.space.largest).tolist() == [[400, 40]]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (
            OfOne,
            r"exact_metrics of 2 genotypes: macs has the shape \(1,\); \(2,\), a value a genotype",
        ),
        (
            Normalised,
            "exact_metrics gives another energy for a genotype alone than in a batch",
        ),
        (Negative, "params of genotype 0 is .* below the lowest possible value of 0 params"),
    ],
)
def test_what_a_search_would_stumble_over_is_said_when_it_loads(load, made, why):
    with pytest.raises(DataError, match=why):
        load(made)


def test_what_is_computed_later_and_is_no_number_is_one_sentence(load):
    supernet = load(Diverging)
    genotypes = np.array([[0, 0], [1, 1], [2, 2]])
    with pytest.raises(DataError) as raised:
        supernet.exact_metrics(genotypes)
    assert str(raised.value) == (
        "The supernet 'diverging' fails in exact_metrics: energy of genotype 1 is nan, which is "
        "not a finite number. Repair its package."
    )


@pytest.mark.parametrize(
    "wrong", [{"macs": 5.0}, {"macs": [1j, 2j]}, {"macs": ["a", "b"]}, {"macs": [None, 1]}, [1, 2]]
)
def test_anything_else_is_said_to_be_wrong(wrong):
    assert value_problem(wrong, 2)


def test_too_few_rows_of_costs_are_refused():
    call = with_checked_rows(lambda rows: rows[:1], "macs_params", "It")
    with pytest.raises(DataError, match="It fails in macs_params: 3 genotypes have 1 answers"):
        call(np.zeros((3, 2), dtype=np.int64))
