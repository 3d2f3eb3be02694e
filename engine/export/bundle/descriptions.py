"""The descriptions in a bundle as plain data: `network.json`, `measured.json` and others."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from engine.export.bundle.checked_files import CheckedFile
from engine.export.bundle.exported_network import ExportedNetwork
from engine.export.bundle.quality import MeasuredQuality
from engine.export.bundle.request import BundleRequest
from engine.export.subnetwork import to_dict
from engine.metrics import find_metric
from engine.package_versions import package_versions

FORMAT = 1
"""The version of the descriptions; raised when an older program would misread them."""


def network_description(
    request: BundleRequest, network: ExportedNetwork, files: Sequence[CheckedFile]
) -> dict[str, Any]:
    """Which network it is, where it comes from, and what goes in and out of it.

    `inputs` are those of the ONNX files, or of the network without one; `inputs_of` has them by the
    name of the model file. `any_length`, if there is one, lists the files that take sequences of
    other lengths.
    """
    subject, exported = network.subject, to_dict(request.config, request.evaluation)
    outputs = described(network.outputs[0], network.task.output_name)
    facts: dict[str, Any] = {"inputs": module_inputs(network), "outputs": outputs, "opset": None}
    inputs_of = {file.name: file.facts.get("inputs", facts["inputs"]) for file in files}
    for file in files:
        facts |= file.facts
    return {
        "format": FORMAT,
        "supernet": exported["supernet"],
        "options": exported.get("options", {}),
        "config": dict(subject.config),
        "genotype": [int(gene) for gene in subject.genotype],
        "weights": subject.supernet.weights_digest(subject.settings),
        "run": {"id": request.run_id, "name": request.run_name},
        "evaluation": request.evaluation.number,
        "resolution": subject.resolution,
        **facts,
        "inputs_of": inputs_of,
        **any_length(files),
        "versions": package_versions(),
    }


def module_inputs(network: ExportedNetwork) -> list[dict[str, Any]]:
    """The inputs of the network itself: names, shapes with None for the batch, types.

    Those of a mapping are marked `by_name`: they are arguments of that name.
    """
    return described(network.batches[0], network.task.input_name)


def described(values: Any, name: str) -> list[dict[str, Any]]:
    """The tensors of one batch of inputs or outputs, as `module_inputs` describes them.

    A single one is called `name`; those of a tuple `name_0`, `name_1` and so on.
    """
    if isinstance(values, Mapping):
        named = dict(values)
    elif isinstance(values, tuple | list):
        named = {f"{name}_{i}": value for i, value in enumerate(values)}
    else:
        named = {name: values}
    by_name = {"by_name": True} if isinstance(values, Mapping) else {}
    return [
        {
            "name": str(key),
            "shape": [None, *value.shape[1:]] if value.ndim else [],
            "dtype": str(value.dtype).removeprefix("torch."),
            **by_name,
        }
        for key, value in named.items()
        if isinstance(value, torch.Tensor)
    ]


def any_length(files: Sequence[CheckedFile]) -> dict[str, list[str]]:
    """The names of the files that take sequences of any length, as an entry; empty without one."""
    names = [file.name for file in files if file.any_length]
    return {"any_length": names} if names else {}


def preprocessing_description(
    network: ExportedNetwork, files: Sequence[CheckedFile]
) -> dict[str, Any]:
    """The words of the task; `inside` names the files that take pixels from 0 to 255 themselves."""
    words = dict(network.task.preprocessing(network.subject.resolution))
    if words and network.with_preprocessing:
        words["inside"] = [file.name for file in files if file.part.can_preprocess]
    return words


def measured_description(
    request: BundleRequest,
    network: ExportedNetwork,
    quality: MeasuredQuality,
    held_out: MeasuredQuality | None,
    files: Sequence[CheckedFile],
    remarks: Sequence[str],
) -> dict[str, Any]:
    """Every number with its unit, source and conditions: of the run, and measured for the bundle.

    `quality` and `held_out` are those of the `network`, in float32 on the CPU.
    """
    settings = request.config.settings
    return {
        "format": FORMAT,
        "metrics": {
            name: {**entry, "label": metric.label if (metric := find_metric(name)) else name}
            for name, entry in to_dict(request.config, request.evaluation)["metrics"].items()
        },
        "settings": {
            "batch_size": settings.batch_size,
            "device": settings.device,
            "precision": settings.precision,
        },
        "quality": {
            "measured_with": network.subject.quality_conditions,
            "validation": {
                "inputs": quality.inputs,
                "network": dict(quality.values),
                **{file.name: dict(file.quality.values) for file in files if file.quality},
            },
            **(
                {"held_out": {"inputs": held_out.inputs, "network": dict(held_out.values)}}
                if held_out
                else {}
            ),
        },
        "parity": {file.name: {**_parity(file), "bytes": file.size} for file in files},
        "remarks": list(remarks),
    }


def _parity(file: CheckedFile) -> dict[str, Any]:
    """The parity of a file; without a tolerance where none was asked for."""
    values = file.parity.plain()
    if file.part.approximate:
        del values["tolerance"]
    return values
