"""Structures of elastic networks as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from engine.supernets.elastic.structure import (
    Attribute,
    Axis,
    Count,
    Kernel,
    Stage,
    Structure,
    Term,
    Width,
)

FORMAT, FIRST_FORMAT = 2, 1
"""What is written, and a number that several layouts had: the last of them is that of 2."""


def structure_to_json(structure: Structure) -> str:
    """A structure as JSON."""
    return json.dumps({"format": FORMAT, **_packed(structure)}, separators=(",", ":"))


def structure_from_json(text: str) -> Structure:
    """The structure from the JSON of `structure_to_json`; raises ValueError for anything else."""
    fields = json.loads(text)
    if not isinstance(fields, dict) or fields.pop("format", None) not in (FORMAT, FIRST_FORMAT):
        raise ValueError("it is no structure of an elastic network of this version")
    try:
        return _unpacked(fields)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"it lacks a part, or has a wrong one ({error})") from error


def _packed(structure: Structure) -> dict[str, Any]:
    """Plain data, with each axis and each list of units written once."""
    units: dict[tuple[int, ...], int] = {}
    axes: dict[Axis, int] = {}

    def axis_number(axis: Axis) -> int:
        for _, labels in axis.parts:
            units.setdefault(labels, len(units))
        return axes.setdefault(axis, len(axes))

    tensors = [[name, dim, axis_number(axis)] for name, dim, axis in structure.axes]
    attributes = [[a.module, a.name, axis_number(a.axis), a.index] for a in structure.attributes]
    return {
        "widths": [asdict(width) for width in structure.widths],
        "stages": [asdict(stage) for stage in structure.stages],
        "kernels": [asdict(kernel) for kernel in structure.kernels],
        "resolutions": structure.resolutions,
        "units": [_runs(labels) for labels in units],
        "axes": [[[width, units[labels]] for width, labels in axis.parts] for axis in axes],
        "tensors": tensors,
        "attributes": attributes,
        "macs": [_term_data(term) for term in structure.macs],
        "params": [_term_data(term) for term in structure.params],
        "state": [_term_data(term) for term in structure.state],
        "outputs": dict(structure.outputs),
        "added": sorted(structure.added),
        "passed": {block: list(places) for block, places in structure.passed.items()},
    }


def _runs(labels: tuple[int, ...]) -> list[list[int]]:
    """Rising sequences and repetitions as `[first, step, count]`."""
    runs: list[list[int]] = []
    for label in labels:
        if runs:
            first, step, count = runs[-1]
            if count == 1 and label - first in (0, 1):
                runs[-1] = [first, label - first, 2]
                continue
            if count > 1 and label == first + step * count:
                runs[-1][2] += 1
                continue
        runs.append([label, 1, 1])
    return runs


def _term_data(term: Term) -> list[Any]:
    return [term.factors, [[c.constant, c.terms] for c in term.sizes], term.block]


def _unpacked(fields: Mapping[str, Any]) -> Structure:
    units = [
        tuple(first + step * i for first, step, count in runs for i in range(count))
        for runs in fields["units"]
    ]
    axes = [
        Axis(tuple((width, units[number]) for width, number in part)) for part in fields["axes"]
    ]
    return Structure(
        widths=tuple(Width(**_tuples(width)) for width in fields["widths"]),
        stages=tuple(Stage(**_tuples(stage)) for stage in fields["stages"]),
        kernels=tuple(Kernel(**_tuples(kernel)) for kernel in fields["kernels"]),
        resolutions=tuple(fields["resolutions"]),
        axes=tuple((name, dim, axes[number]) for name, dim, number in fields["tensors"]),
        attributes=tuple(
            Attribute(module, name, axes[number], index)
            for module, name, number, index in fields["attributes"]
        ),
        macs=tuple(map(_term, fields["macs"])),
        params=tuple(map(_term, fields["params"])),
        state=tuple(map(_term, fields["state"])),
        outputs=fields["outputs"],
        added=frozenset(fields.get("added", ())),
        passed=_tuples(fields.get("passed", {})),
    )


def _term(data: Sequence[Any]) -> Term:
    factors, sizes, block = data
    counts = (Count(constant, tuple(map(tuple, terms))) for constant, terms in sizes)
    return Term(tuple(factors), tuple(counts), block)


def _tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
