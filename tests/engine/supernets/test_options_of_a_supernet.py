"""Options of a supernet and its task decide its numbers, and name what has to be there."""

import gc
import weakref
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from engine.config import NASConfig
from engine.contracts import check_supernet
from engine.errors import ConfigError, DataError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import pipeline
from engine.metrics import Metric
from engine.options import Options, option
from engine.search.approaches import problem_for
from engine.space import Gene, SearchSpace
from engine.supernets import plug_in
from engine.supernets.base import Supernet
from engine.tasks.loaders import LoaderTask

ERROR = Metric("error", "Error", "", "min", "measured", "Mean output.", lowest=0.0)


class Scaled(Options):
    scale: float = option(1.0, "Scale", "Of the weights.")
    checkpoint: str | None = option(None, "Checkpoint", "A file of weights.", path=True)


class Corpus(Options):
    corpus: str | None = option(None, "Corpus", "A text.", path=True)


class Reading(LoaderTask):
    Options = Corpus

    def check(self, settings):
        if self.options(settings).corpus is None:
            raise DataError("There is no corpus. Give one.")


class Scaling(Supernet):
    name, space, Options = "scaling", SearchSpace((Gene("w", (1, 2)),)), Scaled
    task = Reading(
        [ERROR],
        lambda outputs, targets: {"error": float(torch.cat(outputs).abs().mean())},
        lambda count: torch.ones(count, 2),
        lambda: [(torch.ones(4, 2), torch.zeros(4))],
        origin="Measured on ones.",
    )

    def extract(self, config, settings):
        layer = nn.Linear(2, config["w"][0], bias=False)
        nn.init.constant_(layer.weight, self.options(settings).scale)
        return layer.eval()


@pytest.fixture
def supernet():
    return Scaling()


def settings(**options):
    corpus = options.pop("corpus", "text")
    return EvaluationSettings(supernet=options, task={"corpus": corpus} if corpus else {})


def test_each_value_of_an_option_has_a_fingerprint_of_its_own(supernet):
    given = [settings(), settings(scale=2.0), settings(scale=3.0), settings(corpus="other")]
    found = [supernet.fingerprint(one) for one in given]
    assert len(set(found)) == len(given)
    assert [supernet.fingerprint(one) for one in given] == found
    assert supernet.fingerprint(settings(scale=1.0)) == found[0], "which is the default"


def test_files_that_options_name_are_listed_each_with_its_option(supernet):
    wanted = {r.option: r for r in supernet.requirements()}
    assert wanted.keys() == {"supernet.checkpoint", "task.corpus"}
    assert wanted["task.corpus"].title == "Corpus"
    assert wanted["task.corpus"].locate(settings()) == "text"
    with pytest.raises(DataError, match="There is no corpus"):
        wanted["task.corpus"].locate(settings(corpus=None))


def test_what_two_supernets_with_tasks_of_one_kind_need_is_kept_apart(supernet):
    other = type("Other", (Scaling,), {"name": "other"})()
    keys = [{r.key for r in one.requirements()} for one in (supernet, other)]
    assert len(keys[0]) == 2
    assert not keys[0] & keys[1]


class Deep(Options):
    layers: int = option(1, "Layers", "Of each sub-network.", ge=1)
    checkpoint: str | None = option(None, "Checkpoint", "A file of weights.", path=True)


class Layered(Scaling):
    """Its option decides how many layers a sub-network has."""

    name, Options = "layered", Deep
    task = LoaderTask(
        [ERROR],
        lambda outputs, targets: {"error": 0.0},
        lambda count: torch.ones(count, 2),
        lambda: [(torch.ones(4, 2), torch.zeros(4))],
        origin="Measured on ones.",
    )

    def extract(self, config, settings):
        width, layers = config["w"][0], self.options(settings).layers
        between = [nn.Linear(width, width, bias=False) for _ in range(layers - 1)]
        return nn.Sequential(nn.Linear(2, width, bias=False), *between).eval()


class Computed(Layered):
    """The same, computed."""

    name = "computed"

    def macs_params(self, genotypes):
        widths = self.space.rows(genotypes)[:, 0] + 1
        layers = self.options(self.cost_settings).layers
        costs = 2 * widths + (layers - 1) * widths**2
        return np.stack([costs, costs], axis=1)


def layered(layers):
    return EvaluationSettings(supernet={"layers": layers})


@pytest.mark.parametrize("kind", [Layered, Computed])
def test_costs_are_those_of_the_options_of_a_search_wherever_they_are_told(kind):
    supernet = kind()
    largest, config = supernet.space.largest, {"w": [2]}
    for layers, macs in ((1, 4.0), (3, 12.0), (2, 8.0), (1, 4.0)):
        chosen = layered(layers)
        under = supernet.with_options(chosen)
        assert under.exact_metrics(largest)["macs"].tolist() == [macs]
        assert under.bounds("macs") == (macs, 2.0 + layers - 1.0)
        assert pipeline.measure(supernet, config, ["macs"], chosen) == {"macs": macs}
        assert supernet.exact_metrics(largest)["macs"].tolist() == [4.0], "with the default ones"
        assert supernet.with_options(layered(layers)) is under, "counted once"
        assert under.with_options(EvaluationSettings()) is supernet


def test_the_supernets_of_the_last_options_alone_are_kept():
    supernet = Layered()
    copies = [weakref.ref(supernet.with_options(layered(n))) for n in range(2, 40)]
    gc.collect()
    kept = [n for n, copied in enumerate(copies, 2) if copied() is not None]
    assert kept == list(range(32, 40))
    recent = supernet.with_options(layered(32))
    assert recent is copies[30]()
    supernet.with_options(layered(2))
    assert supernet.with_options(layered(32)) is recent, "used after number 33"
    assert recent.with_options(EvaluationSettings()) is supernet


def test_a_copy_in_use_keeps_its_costs_when_many_others_have_been_made():
    supernet = Layered()
    deep = supernet.with_options(layered(3))
    for n in range(4, 30):
        deep.with_options(layered(n))
    assert deep.exact_metrics(deep.space.largest)["macs"].tolist() == [12.0]
    assert supernet.with_options(layered(3)).bounds("macs") == deep.bounds("macs")


@pytest.mark.parametrize("kind", [Layered, Computed])
def test_a_search_keeps_to_the_costs_of_its_options(kind):
    deep = NASConfig(dynas={"metrics": ["acc", "macs"], "constraints": ["macs <= 10"]})
    supernet = kind()
    for layers, allowed in ((1, [0, 1]), (3, [0])):
        config = replaced(deep, {"layers": layers})
        assert (
            problem_for(config, supernet)
            .feasible_genotypes(supernet.space.all_genotypes())
            .ravel()
            .tolist()
            == allowed
        )


def replaced(config, options):
    """The configuration as that of a supernet with other options."""
    return SimpleNamespace(
        approach=config.approach,
        objectives=config.objectives,
        constraints=config.constraints,
        settings=EvaluationSettings(supernet=options),
    )


def test_a_supernet_of_a_package_has_the_costs_of_the_options_too():
    guarded = plug_in._Guard(Layered(), "The supernet 'layered'")
    deep = guarded.with_options(layered(3))
    assert deep.exact_metrics(deep.space.largest)["macs"].tolist() == [12.0]
    assert guarded.with_options(EvaluationSettings()) is guarded
    with pytest.raises(ConfigError, match=r"supernet_options.layers: must be at least 1"):
        guarded.with_options(layered(0)).exact_metrics(guarded.space.largest)


@pytest.mark.parametrize("kind", [Layered, Computed])
def test_the_check_of_a_supernet_counts_with_the_options_that_it_is_given(kind):
    found = check_supernet(kind(), layered(3))
    assert [f for f in found if "counted" in f.text] == []
