"""A training from its request to the supernet that it leaves, in a folder that can be resumed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.data_source import Brought
from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.report import original_quality
from engine.supernets.elastic.settings import ElasticSettings
from engine.training.elastic import plan as plans
from engine.training.elastic.fine_tuning import fine_tune
from engine.training.elastic.learnability import narrowed_until_learnable
from engine.training.elastic.length import fine_tuning_multiple, supernet_multiple
from engine.training.elastic.original_training import train_original
from engine.training.elastic.plan import Plan
from engine.training.elastic.prepared import Prepared, brought_for, device_of, keep_original
from engine.training.elastic.report import SILENT, Report
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.saving import save
from engine.training.elastic.session import Session, Stage
from engine.training.elastic.timing import step_times
from engine.training.elastic.training_state import PLAN, Status, TrainingFolder, Wish
from engine.training.elastic.ways import chain_stages, prune_stages, supernet_stage


def run(
    request: TrainingRequest,
    folder: Path,
    wish: Callable[[], Wish] = lambda: "go on",
    report: Report = SILENT,
) -> tuple[Status, str]:
    """Train, or go on with it, in `folder`; returns how it ended and a sentence on it.

    `folder` is `training` in that of the new supernet, which is complete if the training is
    finished; for `finetune` it is any folder, which receives the record. Raises the errors of what
    the request names, and those of `Session`.
    """
    if request.way == "finetune":
        return fine_tune(request, folder, wish, report)
    if request.untrained:
        ended, sentence = train_original(request, folder, wish, report)
        if ended != "finished":
            return ended, sentence
    prepared = prepare(request, folder, report)
    session = Session(
        folder,
        stages_of(prepared),
        prepared.brought.network,
        prepared.data,
        prepared.device,
        request.identity,
        request.save_seconds,
    )
    outcome = session.run(wish, report.progress)
    if outcome != "finished":
        return outcome, session.unfinished_sentence
    report.doing("Measuring the networks")
    sentence = save(prepared, session.results(), report)
    session.remove_files()
    return outcome, sentence


def prepare(request: TrainingRequest, folder: Path, report: Report) -> Prepared:
    """Load the network and its data, analyse it, and make the plan or read that in `folder`."""
    report.doing("Loading the network and its data")
    brought = brought_for(request)
    keep_original(brought.network, folder)
    data, device = brought.required_data(), device_of(request.device, request.precision)
    plan = plans.read_plan(folder)
    if plan is None:
        plan, network = _new_plan(request, brought, data, device, report)
        TrainingFolder(folder).write_file(PLAN, plan.model_dump_json(indent=2))
    else:
        report.doing("Analysing the network")
        network = analyse(brought.network, brought.inputs, plan.settings).network
    for sentence in plan.sentences:
        report.note(sentence)
    return Prepared(request, brought, data, device, _placed(network, device), plan)


def _new_plan(
    request: TrainingRequest,
    brought: Brought,
    data: ElasticData,
    device: torch.device,
    report: Report,
) -> tuple[Plan, ElasticNetwork]:
    recipe, rate_sentence = plans.recipe_of(request, brought.network, data)
    plain_steps, length_sentence = plans.original_steps(request, data)
    original = original_quality(brought.network, data)
    sentences = [s for s in (original.warning, rate_sentence, length_sentence) if s]
    report.doing("Analysing the network")
    settings = ElasticSettings(**request.settings)
    if request.way != "train":
        settings = plans.pruning_settings(settings)
    analysis = analyse(brought.network, brought.inputs, settings)
    rows = np.zeros((0, 0), dtype=np.int64)
    if request.way != "train":
        network = analysis.network
        rows = plans.pruned_genotypes(request, network)
        steps = plans.fine_tuning_steps(request, network, rows, data, recipe, plain_steps)
        multiple = fine_tuning_multiple(network, rows[0])
    else:
        report.doing("Checking that the smallest sub-network can learn")
        analysis, settings, narrowed = narrowed_until_learnable(
            analysis, settings, brought, recipe, device
        )
        network = analysis.network
        steps = (plans.supernet_steps(request, network, recipe, plain_steps),)
        multiple = supernet_multiple(network, recipe)
        times = step_times(_placed(network, device), brought.network, data, recipe, device)
        sentences += [*narrowed, times.sentence(steps[0])]
    plan = Plan(
        settings=settings,
        recipe=recipe.to_json(),
        genotypes=tuple(tuple(map(int, row)) for row in rows),
        steps=steps,
        plain_steps=plain_steps,
        sentences=tuple(sentences),
        metric=data.metrics[0].label,
        unit=data.metrics[0].unit,
        steps_per_epoch=data.steps_per_epoch,
        multiple=multiple * recipe.accumulate,
    )
    return plan, network


def _placed(network: ElasticNetwork, device: torch.device) -> ElasticNetwork:
    """The network with its weights on a device."""
    return ElasticNetwork(network.model.to(device), network.structure)


def stages_of(prepared: Prepared) -> list[Stage]:
    """The stages of the way that the request names."""
    network, data, plan = prepared.network, prepared.data, prepared.plan
    if prepared.request.way == "train":
        return [supernet_stage(network, data, plan.used_recipe, plan.steps[0])]
    make = chain_stages if prepared.request.way == "chain" else prune_stages
    return make(network, plan.rows, data, plan.used_recipe, plan.steps)
