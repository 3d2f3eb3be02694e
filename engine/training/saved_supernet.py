"""A network that is trained, kept in the data folder as a supernet to be searched."""

from pathlib import Path
from typing import Any

import numpy as np

from engine.meters.pipeline import measure
from engine.supernets import trained
from engine.supernets.base import EvaluationSettings
from engine.supernets.cost_table import build, count_state
from engine.supernets.trained import CARD, COSTS, PARTS, STATE, WEIGHTS, SupernetCard, TrainedSupernet
from engine.tasks.images.image_set import ImageSet
from engine.training.training import export_weights


def save_supernet(net: Any, images: ImageSet, folder: Path, origin: Path, recipe: str) -> TrainedSupernet:
    """Keep a network that is trained as a supernet in `folder`; it is listed when all is there."""
    card = folder / CARD
    card.unlink(missing_ok=True)
    export_weights(net, folder / WEIGHTS)
    for part in PARTS:
        data = images.splits[part]
        np.savez_compressed(folder / f"{part}.npz", images=data.images, labels=data.labels)
    kind = images.kind
    shape = (kind.channels, kind.size, kind.size)
    build(net, shape).write(folder / COSTS)
    build(net, shape, count_state).write(folder / STATE)
    counts = {name: len(split) for name, split in images.splits.items()}
    facts = SupernetCard(
        name=folder.name, kind=kind, origin=str(origin), counts=counts, accuracy={}, recipe=recipe
    )
    supernet = TrainedSupernet(folder, facts)
    space, settings = supernet.space, EvaluationSettings()
    accuracy = {
        end: measure(supernet, space.to_config(genotype), ["acc"], settings)["acc"]
        for end, genotype in (("smallest", space.smallest), ("largest", space.largest))
    }
    unfinished = card.with_suffix(".part")
    unfinished.write_text(facts.model_copy(update={"accuracy": accuracy}).model_dump_json(indent=2))
    unfinished.replace(card)
    return trained.load(folder.name)
