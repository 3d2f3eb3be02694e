"""Size, memory and latency of sub-networks."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from torch import nn

from engine import devices
from engine.errors import DataError
from engine.meters import latency_table
from engine.meters.peak_bytes import peak_bytes
from engine.meters.pipeline import measure
from engine.meters.registry import sources
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings, Supernet
from engine.supernets.ofa import elastic
from engine.supernets.ofa.adapter import ImageNetSupernet
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.registry import DEFAULT

SETTINGS = EvaluationSettings()
pytestmark = pytest.mark.usefixtures("brief_timing")


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks of other tests are elsewhere."""
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path / "data"))


def builder(name: str) -> tuple[Supernet, Any]:
    """A supernet and what makes a sub-network of it from a config."""
    supernet = registry.load(name)
    if name == DEFAULT:
        return supernet, lambda config: supernet.extract(config, SETTINGS)
    return supernet, lambda config: elastic.extract_subnetwork(MODELS[name], config, None)


@pytest.mark.parametrize("name", [DEFAULT, *MODELS])
def test_size_is_what_a_saved_file_holds(name: str, tmp_path: Path) -> None:
    supernet, build = builder(name)
    space = supernet.space
    genotypes = np.stack(
        [space.smallest, space.largest, *space.sample(2, np.random.default_rng(0))]
    )
    for genotype, size in zip(genotypes, supernet.exact_metrics(genotypes)["size"], strict=True):
        path = tmp_path / "network.pt"
        state = build(space.to_config(genotype)).state_dict()
        torch.save(state, path)
        saved = torch.load(path, weights_only=True).values()
        assert size * 1e6 == pytest.approx(sum(t.numel() * t.element_size() for t in saved))
        overhead = path.stat().st_size - size * 1e6
        assert 0 < overhead < 500 * len(state), "a file adds names and alignment to each tensor"


def test_peak_memory_counts_what_is_alive_at_once() -> None:
    """At the second convolution: its input, its output and all weights; not the images."""

    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv2d(3, 8, 1, bias=False)
            self.second = nn.Conv2d(8, 16, 1, bias=False)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.first(x)
            return self.second(x)  # type: ignore[no-any-return]

    weights, pixel = 3 * 8 + 8 * 16, 2 * 10 * 10
    images = torch.zeros(2, 3, 10, 10)
    # The caller holds the images all the time.
    assert peak_bytes(Two(), images) == 4 * (weights + pixel * (3 + 8 + 16))
    assert peak_bytes(Two(), images.repeat(2, 1, 1, 1)) == 4 * (weights + 2 * pixel * (3 + 8 + 16))
    assert peak_bytes(Two(), images, "bf16") == 2 * (weights + pixel * (3 + 8 + 16))


def test_peak_memory_of_a_sub_network_is_the_same_every_time() -> None:
    supernet = registry.load(DEFAULT)
    space = supernet.space
    peaks = [
        measure(supernet, config, ["peak_memory"], SETTINGS)["peak_memory"]
        for config in (space.to_config(g) for g in (space.smallest, space.largest, space.largest))
    ]
    assert 0.3 < peaks[0] < peaks[1] == peaks[2] < 3


def test_latency_comes_with_its_spread() -> None:
    supernet = registry.load(DEFAULT)
    config = supernet.space.to_config(supernet.space.smallest)
    values = measure(supernet, config, ["lat", "lat_spread"], SETTINGS)
    assert values["lat"] > 0
    assert values["lat_spread"] >= 0
    batch_settings = replace(SETTINGS, latency_batch=64)
    assert measure(supernet, config, ["lat"], batch_settings)["lat"] > values["lat"]


def write(path: Path, content: Any) -> EvaluationSettings:
    path.write_text(yaml.safe_dump(content))
    return replace(SETTINGS, latency_table=str(path))


def test_latency_is_read_from_a_generic_table(tmp_path: Path) -> None:
    supernet, _ = builder(DEFAULT)
    config = supernet.space.to_config(supernet.space.smallest)
    keys = latency_table.block_keys(supernet.space, config)
    assert "ks[0]=3 e[0]=3" in keys
    parts = {key: 0.5 for key, required in keys.items() if required}
    assert len(parts) == 6, "two blocks in each of three stages"
    settings = write(tmp_path / "table.yaml", {"base": 1.0, "blocks": parts})
    assert sources(supernet, settings)["lat"] == "lookup table"
    assert "lat_spread" not in sources(supernet, settings)
    assert measure(supernet, config, ["lat"], settings) == {"lat": 4.0}
    del parts["ks[0]=3 e[0]=3"]
    settings = write(tmp_path / "short.yaml", {"blocks": parts})
    with pytest.raises(DataError, match=r"has no entry 'ks\[0\]=3 e\[0\]=3'"):
        measure(supernet, config, ["lat"], settings)


def test_latency_is_read_from_a_table_of_ofa(tmp_path: Path) -> None:
    """The entries that the smallest sub-network needs, in the words of OFA's Note10 table."""

    class Recorder(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            self.setdefault(key, {"mean": 0.25, "count": 1})
            return super().__getitem__(key)

    from ofa.nas.efficiency_predictor.latency_lookup_table import MBv3LatencyTable

    name = "ofa_mbv3_d234_e346_k357_w1.0"
    supernet = ImageNetSupernet(name)
    config = supernet.space.to_config(supernet.space.smallest)
    module = elastic.extract_subnetwork(MODELS[name], config, None)
    recorder = MBv3LatencyTable.__new__(MBv3LatencyTable)
    recorder.lut = Recorder()
    expected = recorder.predict_network_latency(module, 224)
    assert "Conv-input:224x224x3-output:112x112x16" in recorder.lut
    table = write(tmp_path / "note10.yaml", dict(recorder.lut))
    settings = replace(table, accuracy_source="published predictor")  # which needs no weights
    assert measure(supernet, config, ["lat"], settings) == {"lat": expected}
    largest = supernet.space.to_config(supernet.space.largest)
    with pytest.raises(DataError, match="has no entry 'expanded_conv-input"):
        measure(supernet, largest, ["lat"], settings)


@pytest.mark.parametrize("text", ["", "- 1", "a: b", "blocks: 3", "{", "blocks: {k: x}"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "table.yaml").write_text(text)
    with pytest.raises(DataError, match="cannot be read"):
        latency_table.read(str(tmp_path / "table.yaml"))


def test_a_device_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(DataError, match=r"There is no device 'cuda:99'.*one of: cpu"):
        devices.check("cuda:99", "fp32")
    supernet = registry.load(DEFAULT)
    sentences = supernet.missing_requirements(replace(SETTINGS, device="cuda:99"))
    assert sentences == [str(m) for m in sentences]
    assert "no device 'cuda:99'" in sentences[0]


def test_the_fingerprint_tells_precision_and_kind_of_device_apart() -> None:
    supernet = registry.load(DEFAULT)
    variants = [replace(SETTINGS, **c) for c in ({}, {"precision": "bf16"}, {"device": "cuda:0"})]
    assert len({supernet.fingerprint(settings) for settings in variants}) == 3
