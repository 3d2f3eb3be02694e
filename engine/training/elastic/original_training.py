"""Training of a user's network that is not trained yet, before sub-networks learn from it."""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.supernets.elastic.supernet import all_tensors
from engine.training.elastic import checkpoint
from engine.training.elastic import plan as plans
from engine.training.elastic.learners import NetworkLearner
from engine.training.elastic.measuring import main_quality
from engine.training.elastic.prepared import brought_for, device_of
from engine.training.elastic.report import Report
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.session import Session, Stage
from engine.training.elastic.training_state import ORIGINAL, ORIGINAL_TRAINING, Status, Wish


def train_original(
    request: TrainingRequest, folder: Path, wish: Callable[[], Wish], report: Report
) -> tuple[Status, str]:
    """Train the network that a request names by labels, or go on with it, and keep its weights.

    They are kept in `folder` as those of the original network, from which sub-networks learn.
    Returns at once if they are there.
    """
    if (folder / ORIGINAL).exists():
        return "finished", ""
    report.doing("Loading the network and its data")
    brought = brought_for(request)
    data, device = brought.required_data(), device_of(request.device, request.precision)
    used, _ = plans.recipe_of(request.model_copy(update={"way": "train"}), brought.network, data)
    recipe = replace(used, label_share=1.0)
    steps = plans.original_steps(request, data)[0] / recipe.accumulate
    stage = Stage(
        "the network itself",
        recipe,
        max(1, round(steps)),
        lambda: NetworkLearner(brought.network, data, recipe),
        lambda learner: {"original": lambda: copy.deepcopy(learner.module)},
        lambda learner: all_tensors(learner.module),
        labels_only=True,
    )
    session = Session(
        folder / ORIGINAL_TRAINING, [stage], brought.network, data, device, request.identity,
        request.save_seconds,
    )  # fmt: skip
    outcome = session.run(wish, report.progress)
    if outcome != "finished":
        return outcome, session.unfinished_sentence
    (weights,) = session.results()
    checkpoint.write(folder / ORIGINAL, weights)
    session.remove_files()
    value = main_quality(brought.network, data, request.precision, as_it_is=True)
    metric = data.metrics[0]
    report.note(f"{metric.label} of the network itself: {value:.4g} {metric.unit}".rstrip() + ".")
    return outcome, ""
