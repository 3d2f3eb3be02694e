"""`run.py` in an environment that has onnxruntime, numpy and Pillow alone."""

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.evaluation_settings import EvaluationSettings
from engine.export.bundle.run_script import run_script
from engine.meters.measured_network import MeasuredNetwork
from engine.runtimes.onnx_model import export_onnx
from engine.supernets import registry
from engine.tasks.images import pixel_files
from engine.tasks.images.accuracy import top1
from engine.tasks.images.classification import ImageClassification

PACKAGES = ("onnxruntime", "numpy", "pillow")


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """A folder with links to the three packages and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    for package in PACKAGES:
        files = importlib.metadata.files(package) or []
        for top in {file.parts[0] for file in files if file.parts[0] != ".."}:
            (folder / top).symlink_to(Path(str(files[0].locate())).parents[0].parent / top)
    return folder
