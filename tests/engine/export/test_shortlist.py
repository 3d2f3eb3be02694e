"""What is taken away is what was shown: numbers with sources, and networks with these numbers."""

import csv
import io
import json
import zipfile
from functools import partial

import pytest
import yaml
from fvcore.nn import FlopCountAnalysis

from engine.config import NASConfig
from engine.export import shortlist
from engine.runs.service import RunService
from engine.supernets import registry
from tests.engine.runs.fakes import InstantEvaluator

NUMBERS = (6, 1)
HELD_OUT_VALUES = {6: 88.25}


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    service = RunService(tmp_path_factory.mktemp("data"), partial(InstantEvaluator, fail_every=5))
    run = service.start(NASConfig(dynas={"population": 4, "num_evals": 8, "workers": 1}), "eight")
    service.wait(run, timeout=120)
    yield service.history(run)
    service.close()


@pytest.fixture(scope="module")
def evaluations(history):
    return [history.evaluations[number - 1] for number in NUMBERS]


@pytest.mark.parametrize(
    ("write", "read"), [(shortlist.to_json, json.loads), (shortlist.to_yaml, yaml.safe_load)]
)
def test_the_order_the_numbers_and_their_sources_are_kept(history, evaluations, write, read):
    data = read(write(history, evaluations, HELD_OUT_VALUES))
    assert (data["run"], data["run_id"]) == ("eight", history.id)
    assert [entry["evaluation"] for entry in data["sub_networks"]] == list(NUMBERS)
    for entry, evaluation in zip(data["sub_networks"], evaluations, strict=True):
        metrics = dict(entry["metrics"])
        test = metrics.pop("test_acc", None)
        assert {name: m["value"] for name, m in metrics.items()} == evaluation.metrics
        assert {name: m["source"] for name, m in metrics.items()} == evaluation.sources
        assert (test and test["value"]) == HELD_OUT_VALUES.get(evaluation.number)
        assert entry["on_front"] == (evaluation.number in history.front_numbers)


def test_the_csv_has_a_row_a_sub_network(history, evaluations):
    rows = list(
        csv.DictReader(io.StringIO(shortlist.to_csv(history, evaluations, HELD_OUT_VALUES)))
    )
    assert [int(row["evaluation"]) for row in rows] == list(NUMBERS)
    assert [row["test_acc"] for row in rows] == ["88.25", ""]
    assert [row["macs_source"] for row in rows] == ["exact", "exact"]
    supernet = registry.load(rows[0]["supernet"])
    for row in rows:
        genotype = supernet.space.encode(json.loads(row["config"]))
        macs, params = supernet.macs_params(genotype)[0]
        assert (str(macs), str(params)) == (row["macs"], row["params"])


def test_the_python_of_the_zip_rebuilds_networks_with_the_macs_and_parameters_shown(
    history, evaluations
):
    import torch

    supernet = registry.load(history.supernet_name)
    with zipfile.ZipFile(
        io.BytesIO(shortlist.to_zip(history, evaluations, HELD_OUT_VALUES))
    ) as archive:
        assert archive.testzip() is None
        for evaluation in evaluations:
            stem = f"subnetwork-{evaluation.number}/subnetwork-{evaluation.number}"
            names = {}
            exec(archive.read(f"{stem}.py").decode(), names)
            network = names["network"].eval()
            metrics = json.loads(archive.read(f"{stem}.json"))["metrics"]
            assert sum(p.numel() for p in network.parameters()) == metrics["params"]["value"]
            counted = FlopCountAnalysis(network, torch.zeros(1, *supernet.task.input_shape))
            counted.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
            macs = {
                kind: n for kind, n in counted.by_operator().items() if kind in ("conv", "linear")
            }
            assert sum(macs.values()) == metrics["macs"]["value"]


def test_the_zip_holds_every_file_once_and_is_the_same_each_time(history, evaluations):
    content = shortlist.to_zip(history, evaluations, HELD_OUT_VALUES)
    assert content == shortlist.to_zip(history, evaluations, HELD_OUT_VALUES)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist())) == 3 + 3 * len(evaluations)
        assert archive.read("shortlist.json").decode() == shortlist.to_json(
            history, evaluations, HELD_OUT_VALUES
        )
        assert archive.read("subnetwork-1/subnetwork-1.py").startswith(b"from dynas_studio import")
