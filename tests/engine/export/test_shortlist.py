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

PICKED = (6, 1)
TESTED = {6: 88.25}


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    service = RunService(tmp_path_factory.mktemp("data"), partial(InstantEvaluator, fail_every=5))
    run = service.start(NASConfig(dynas={"population": 4, "num_evals": 8, "workers": 1}), "eight")
    service.wait(run, timeout=120)
    yield service.history(run)
    service.close()


@pytest.fixture(scope="module")
def chosen(history):
    return [history.evaluations[number - 1] for number in PICKED]


@pytest.mark.parametrize(
    ("write", "read"), [(shortlist.to_json, json.loads), (shortlist.to_yaml, yaml.safe_load)]
)
def test_the_order_the_numbers_and_their_sources_are_kept(history, chosen, write, read):
    data = read(write(history, chosen, TESTED))
    assert (data["run"], data["run_id"]) == ("eight", history.id)
    assert [entry["evaluation"] for entry in data["sub_networks"]] == list(PICKED)
    for entry, evaluation in zip(data["sub_networks"], chosen, strict=True):
        metrics = dict(entry["metrics"])
        test = metrics.pop("test_acc", None)
        assert {name: m["value"] for name, m in metrics.items()} == evaluation.metrics
        assert {name: m["source"] for name, m in metrics.items()} == evaluation.sources
        assert (test and test["value"]) == TESTED.get(evaluation.number)
        assert entry["on_front"] == (evaluation.number in history.front_numbers)


def test_the_csv_has_a_row_a_sub_network(history, chosen):
    rows = list(csv.DictReader(io.StringIO(shortlist.to_csv(history, chosen, TESTED))))
    assert [int(row["evaluation"]) for row in rows] == list(PICKED)
    assert [row["test_acc"] for row in rows] == ["88.25", ""]
    assert [row["macs_source"] for row in rows] == ["exact", "exact"]
    supernet = registry.load(rows[0]["supernet"])
    for row in rows:
        genotype = supernet.space.encode(json.loads(row["config"]))
        macs, params = supernet.macs_params(genotype)[0]
        assert (str(macs), str(params)) == (row["macs"], row["params"])


def test_the_python_of_the_zip_rebuilds_networks_with_the_macs_and_parameters_shown(
    history, chosen
):
    import torch

    supernet = registry.load(history.supernet_name)
    with zipfile.ZipFile(io.BytesIO(shortlist.to_zip(history, chosen, TESTED))) as archive:
        assert archive.testzip() is None
        for evaluation in chosen:
            stem = f"subnetwork-{evaluation.number}/subnetwork-{evaluation.number}"
            names = {}
            exec(archive.read(f"{stem}.py").decode(), names)
            network = names["network"].eval()
            shown = json.loads(archive.read(f"{stem}.json"))["metrics"]
            assert sum(p.numel() for p in network.parameters()) == shown["params"]["value"]
            counted = FlopCountAnalysis(network, torch.zeros(1, *supernet.task.input_shape))
            counted.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
            macs = {
                kind: n for kind, n in counted.by_operator().items() if kind in ("conv", "linear")
            }
            assert sum(macs.values()) == shown["macs"]["value"]


def test_the_zip_holds_every_file_once_and_is_the_same_each_time(history, chosen):
    packed = shortlist.to_zip(history, chosen, TESTED)
    assert packed == shortlist.to_zip(history, chosen, TESTED)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist())) == 3 + 3 * len(chosen)
        assert archive.read("shortlist.json").decode() == shortlist.to_json(history, chosen, TESTED)
        assert archive.read("subnetwork-1/subnetwork-1.py").startswith(b"from dynas_studio import")
