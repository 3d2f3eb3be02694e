"""Options of a supernet and its task decide its numbers, and name what has to be there."""

import pytest
import torch
from torch import nn

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Metric
from engine.options import Options, option
from engine.space import Gene, SearchSpace
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


def settings(**given):
    corpus = given.pop("corpus", "text")
    return EvaluationSettings(supernet=given, task={"corpus": corpus} if corpus else {})


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
