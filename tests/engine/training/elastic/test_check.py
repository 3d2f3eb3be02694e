"""The check of a network, with its data and without."""

from dataclasses import astuple

import numpy as np
from torch import nn

from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.settings import ElasticSettings
from engine.training.elastic.check import check, gene_keys, skippable_blocks
from engine.training.elastic.request import TrainingRequest
from tests.engine.supernets.elastic.networks import built
from tests.engine.training.elastic.tiny import FILE


def request(**fields: object) -> TrainingRequest:
    return TrainingRequest.model_validate(
        {"way": "train", "name": "check", "model": str(FILE), "epochs": 2.0, **fields}
    )


def test_a_check_tells_what_bends_and_what_each_way_costs() -> None:
    told: list[str] = []
    found = check(request(), lambda task, done, total: told.append(task))
    assert found.keys == ("features.0", "features.3")
    assert [row.choices for row in found.report.genes] == [(8, 12, 16)] * 2
    assert found.costs is not None
    assert [cost.is_advised for cost in found.costs.ways(2, 2)] == [True, False, False]
    assert all(cost.seconds > 0 for cost in found.costs.ways(None, 2))
    assert told[0] == "Loading the network and its data"
    assert told[-1] == "Timing steps of training"


def test_what_was_edited_is_what_bends() -> None:
    settings = {"choices": {"features.0": (4, 16)}, "rigid": ("features.3",)}
    found = check(request(settings=settings), lambda *state: None)
    assert [row.choices for row in found.report.genes] == [(4, 16)]
    assert ("features.3", "it is chosen to stay as it is") in map(astuple, found.report.rigid)


def test_keys_are_what_settings_call_genes() -> None:
    model, inputs = built("resnet")
    structure = analyse(model, inputs).network.structure
    keys = gene_keys(structure)
    assert len(keys) == len(structure.space.genes)
    stage = skippable_blocks(structure)[0]
    assert keys[0] == stage.stage
    assert set(stage.blocks) <= dict(model.named_modules()).keys()
    again = analyse(model, inputs, ElasticSettings(rigid=keys[:1], choices={keys[-1]: (8,)}))
    assert keys[0] not in gene_keys(again.network.structure)
    assert np.min(again.network.space.genes[-1].choices) == 8
    assert isinstance(model, nn.Module)
