"""A training from its request to the supernet that it leaves, in a folder that can be resumed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from engine import devices
from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.data_source import Brought, Request, bring
from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.settings import ElasticSettings
from engine.training.elastic import plan as plans
from engine.training.elastic.learnability import narrowed_until_learnable
from engine.training.elastic.plan import Plan
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.report import SILENT, Report
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.session import Session, Stage
from engine.training.elastic.timing import step_times
from engine.training.elastic.training_state import Status, TrainingFolder, Wish
from engine.training.elastic.ways import chain_stages, prune_stages, supernet_stage


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network and its data on a device, elastic as the plan says."""

    request: TrainingRequest
    brought: Brought
    data: ElasticData
    device: torch.device
    network: ElasticNetwork
    plan: Plan

    @property
    def recipe(self) -> Recipe:
        """The recipe of the plan."""
        return Recipe(**self.plan.recipe)


def run(
    request: TrainingRequest,
    folder: Path,
    wish: Callable[[], Wish] = lambda: "go on",
    report: Report = SILENT,
) -> tuple[Status, str]:
    """Train, or go on with it, in `folder`; returns how it ended and a sentence on it.

    `folder` is `training` in that of the new supernet, which is complete if the training is
    finished. Raises the errors of what the request names, and those of `Session`.
    """
    prepared = prepare(request, folder, report)
    stages = stages_of(prepared)
    session = Session(
        folder,
        stages,
        prepared.brought.network,
        prepared.data,
        prepared.device,
        request.identity,
        request.save_seconds,
    )
    outcome = session.run(wish, report.progress)
    if outcome != "finished":
        return outcome, f"{session.done:,} of {session.total:,} steps are done; it can be resumed."
    report.doing("Measuring the networks")
    return outcome, save(prepared, session.results(), folder.parent)


def prepare(request: TrainingRequest, folder: Path, report: Report) -> Prepared:
    """Load the network and its data, analyse it, and make the plan or read that in `folder`."""
    report.doing("Loading the network and its data")
    brought = bring(
        Request(
            request.model,
            Path(request.data) if request.data else None,
            request.size,
            Path(request.weights) if request.weights else None,
            request.random_weights,
            request.batch,
            request.flip,
        )
    )
    data, device = brought.required_data(), device_of(request.device)
    devices.check(str(device), request.precision)
    plan = plans.read_plan(folder)
    if plan is None:
        plan, network = _new_plan(request, brought, data, device, report)
        folder.mkdir(parents=True, exist_ok=True)
        TrainingFolder(folder).write_file(plans.NAME, plan.model_dump_json(indent=2))
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
    settings = ElasticSettings(**request.settings)
    recipe, rate_sentence = plans.recipe_of(request, brought.network, data)
    plain_steps, length_sentence = plans.original_steps(request, data)
    sentences = [sentence for sentence in (rate_sentence, length_sentence) if sentence]
    if request.way != "train":
        settings = plans.pruning_settings(settings)
    report.doing("Analysing the network")
    analysis = analyse(brought.network, brought.inputs, settings)
    if request.way != "train":
        network = analysis.network
        rows = plans.pruned_genotypes(request, network)
        steps = plans.fine_tuning_steps(request, network, rows, recipe, plain_steps)
        genotypes = tuple(tuple(int(choice) for choice in row) for row in rows)
    else:
        report.doing("Checking that the smallest sub-network can learn")
        analysis, settings, narrowed = narrowed_until_learnable(
            analysis,
            settings,
            lambda narrower: analyse(brought.network, brought.inputs, narrower),
            brought.network,
            data,
            recipe,
            device,
        )
        network, genotypes = analysis.network, ()
        steps = (plans.supernet_steps(request, network, recipe, plain_steps),)
        times = step_times(_placed(network, device), brought.network, data, recipe, device)
        sentences += [*narrowed, times.sentence(steps[0])]
    plan = Plan(
        settings=settings,
        recipe=recipe.to_json(),
        genotypes=genotypes,
        steps=steps,
        sentences=tuple(sentences),
    )
    return plan, network


def _placed(network: ElasticNetwork, device: torch.device) -> ElasticNetwork:
    """The network with its weights on a device."""
    return ElasticNetwork(network.model.to(device), network.structure)


def stages_of(prepared: Prepared) -> Sequence[Stage]:
    """The stages of the way that the request names."""
    network, data, recipe, plan = (
        prepared.network,
        prepared.data,
        prepared.recipe,
        prepared.plan,
    )
    if prepared.request.way == "train":
        return [supernet_stage(network, data, recipe, plan.steps[0])]
    make = chain_stages if prepared.request.way == "chain" else prune_stages
    return make(network, plan.rows, data, recipe, plan.steps)


def device_of(name: str) -> torch.device:
    """The device with a name; `auto` is a GPU if there is one."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    devices.check(name, "fp32")
    return torch.device(name)
