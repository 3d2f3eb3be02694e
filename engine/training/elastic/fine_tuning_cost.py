"""How long the fine-tuning of a sub-network takes, from the log of its supernet's training."""

from pathlib import Path

from engine.training.elastic import training_log
from engine.training.elastic.length import FINE_TUNING_LENGTHS, ORIGINAL_OUTPUTS
from engine.training.elastic.plan_facts import PlanFacts


def fine_tuning_seconds(folder: Path, share: float, passes: float | None) -> float | None:
    """Seconds for a sub-network with a `share` of the MACs of the largest one.

    `folder` is that of the supernet's training. `passes` over the data are the usual length if they
    are None. Returns None if the training left no log to tell from.
    """
    facts = PlanFacts.read(folder)
    plain = facts.plain_seconds(training_log.read(folder))
    if plain is None:
        return None
    if passes is None:
        return FINE_TUNING_LENGTHS["finetune"] * facts.plain_steps * plain
    return passes * facts.steps_per_epoch * (ORIGINAL_OUTPUTS + share) * plain
