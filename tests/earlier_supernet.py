"""Supernets as `train-supernet --data` of earlier versions kept them, which are still loaded."""

from pathlib import Path
from typing import Any

import numpy as np

from engine.meters.pipeline import measure
from engine.supernets import trained
from engine.supernets.base import EvaluationSettings
from engine.supernets.cost_table import build, count_state
from engine.supernets.trained import (
    CARD,
    COSTS,
    SPLITS,
    STATE,
    WEIGHTS,
    SupernetCard,
    TrainedSupernet,
)
from engine.tasks.images.image_set import ImageSet
from engine.training.training import export_weights


def save_supernet(
    net: Any, images: ImageSet, folder: Path, origin: Path, recipe: str
) -> TrainedSupernet:
    """Save a trained network as a supernet in `folder`; the card is written last."""
    card_path = folder / CARD
    card_path.unlink(missing_ok=True)
    export_weights(net, folder / WEIGHTS)
    for part in SPLITS:
        data = images.splits[part]
        np.savez_compressed(folder / f"{part}.npz", images=data.images, labels=data.labels)
    kind = images.kind
    shape = (kind.channels, kind.size, kind.size)
    build(net, shape).write(folder / COSTS)
    build(net, shape, count_state).write(folder / STATE)
    counts = {name: len(split) for name, split in images.splits.items()}
    draft = SupernetCard(
        name=folder.name, kind=kind, origin=str(origin), counts=counts, accuracy={}, recipe=recipe
    )
    supernet = TrainedSupernet(folder, draft)
    space, settings = supernet.space, EvaluationSettings()
    accuracy = {
        end: measure(supernet, space.to_config(genotype), ["acc"], settings)["acc"]
        for end, genotype in (("smallest", space.smallest), ("largest", space.largest))
    }
    partial_file = card_path.with_suffix(".part")
    partial_file.write_text(
        draft.model_copy(update={"accuracy": accuracy}).model_dump_json(indent=2)
    )
    partial_file.replace(card_path)
    return trained.load(folder.name)
