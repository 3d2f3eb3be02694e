"""A bundle with a small network, for tests of what is done with bundles."""

import json
from pathlib import Path

import torch
from torch import nn

from engine.export.bundle.measure_script import measure_script
from engine.runtimes.onnx_model import export_onnx


def write_bundle(folder: Path, supernet="net", config=None, evaluation=1, **changes) -> Path:
    """Write what a measurement needs; `changes` replace entries of `network.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    layers = nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5)
    model = export_onnx(nn.Sequential(*layers).eval(), torch.randn(2, 3, 8, 8), "images", "logits")
    (folder / "model.onnx").write_bytes(model.content)
    (folder / "measure.py").write_text(measure_script())
    network = {
        "format": 1, "supernet": supernet, "config": dict(config or {"ks": [3]}),
        "run": {"id": "run-1", "name": "first"}, "evaluation": evaluation,
        "inputs": [{"name": "images", "shape": [None, 3, 8, 8], "dtype": "float32"}],
    }  # fmt: skip
    (folder / "network.json").write_text(json.dumps({**network, **changes}))
    return folder
