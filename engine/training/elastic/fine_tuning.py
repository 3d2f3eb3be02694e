"""Fine-tuning of one sub-network of an elastic supernet, with a record of what it brought."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from torch import nn

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets import registry
from engine.supernets.elastic.data_source import Brought, Request, bring
from engine.supernets.elastic.elastic_data import ElasticData, Part
from engine.supernets.elastic.main_output import MainOutput
from engine.supernets.elastic.supernet import ElasticSupernet, all_tensors
from engine.training.elastic import checkpoint
from engine.training.elastic import plan as plans
from engine.training.elastic.fine_tuning_record import (
    BEGUN,
    RECORD,
    WEIGHTS,
    FineTuned,
    Qualities,
)
from engine.training.elastic.learners import NetworkLearner
from engine.training.elastic.measuring import quality
from engine.training.elastic.prepared import device_of, keep_original
from engine.training.elastic.report import Report
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.resolutions import at_side, without_scaling
from engine.training.elastic.session import Session, Stage
from engine.training.elastic.training_state import TRAINING, Status, TrainingFolder, Wish

_PARTS: tuple[Part, ...] = ("validation", "held out")


def fine_tune(
    request: TrainingRequest, folder: Path, wish: Callable[[], Wish], report: Report
) -> tuple[Status, str]:
    """Fine-tune the sub-network that a request names, or go on with it, in `folder`.

    Raises DataError if its supernet was not made elastic here, or has changed since.
    """
    report.doing("Loading the network and its data")
    supernet = registry.load(request.name)
    if not isinstance(supernet, ElasticSupernet):
        raise DataError(
            f"'{request.name}' was not made elastic here: only sub-networks of such supernets can "
            "be fine-tuned."
        )
    device, brought = device_of(request.device, request.precision), _brought(supernet)
    data, digest = brought.required_data(), supernet.weights_digest(EvaluationSettings())

    def module() -> nn.Module:
        config = supernet.space.to_config(request.genotypes[0])
        extracted = supernet.extract(config, EvaluationSettings(device=str(device)))
        plain = extracted.network if isinstance(extracted, MainOutput) else extracted
        return at_side(plain, supernet.resolution(config))

    stage = _stage(request, supernet, brought, module)
    identity = f"{digest} {request.identity}"
    session = Session(
        folder, [stage], brought.network, data, device, identity, request.save_seconds
    )
    record = FineTuned.begun(folder)
    if record is None or record.supernet_digest != digest:
        report.doing("Measuring the network")
        record = FineTuned(
            run=request.run,
            number=request.number,
            supernet=request.name,
            supernet_digest=digest,
            genotype=request.genotypes[0],
            steps=stage.steps,
            before=_qualities(module, data, request),
        )
        TrainingFolder(folder).write_file(BEGUN, record.model_dump_json(indent=2))
    outcome = session.run(wish, report.progress)
    if outcome != "finished":
        return outcome, session.unfinished_sentence
    report.doing("Measuring the fine-tuned network")
    record = _finished(record, session, module, data, request, folder)
    metric = data.metrics[0]
    return outcome, record.sentence(metric.name, metric.label, metric.unit)


def _stage(
    request: TrainingRequest,
    supernet: ElasticSupernet,
    brought: Brought,
    module: Callable[[], nn.Module],
) -> Stage:
    """The training of the sub-network that `module` makes, of the length that is asked for."""
    data = brought.required_data()
    plan = plans.read_plan(supernet.folder / TRAINING)
    recipe, _ = plans.recipe_of(request, brought.network, data)
    plain_steps = plan.plain_steps if plan else plans.original_steps(request, data)[0]
    rows = supernet.elastic_genotypes(np.array(request.genotypes[:1], dtype=np.int64))
    (steps,) = plans.fine_tuning_steps(request, supernet.network, rows, data, recipe, plain_steps)
    return Stage(
        f"sub-network {request.number}" if request.number is not None else "sub-network",
        recipe,
        steps,
        lambda: NetworkLearner(module(), data, recipe),
        lambda learner: {},
        lambda learner: all_tensors(without_scaling(learner.module)),
    )


def _finished(
    record: FineTuned,
    session: Session,
    module: Callable[[], nn.Module],
    data: ElasticData,
    request: TrainingRequest,
    folder: Path,
) -> FineTuned:
    """Keep the weights and then the record, in one step instead of those of a former one."""
    (weights,) = session.results()
    former = FineTuned.read(folder)
    name = former.next_weights if former else WEIGHTS
    checkpoint.write(folder / name, weights)

    def tuned() -> nn.Module:
        network = module()
        checkpoint.restore(without_scaling(network), weights)
        return network

    changes = {
        "after": _qualities(tuned, data, request),
        "finished": time.time(),
        "request": request.identity,
        "weights": name,
    }
    record = record.model_copy(update=changes)
    TrainingFolder(folder).write_file(RECORD, record.model_dump_json(indent=2))
    session.remove_files()
    for path in (folder / BEGUN, *folder.glob("weights*.pt")):
        if path.name != name:
            path.unlink(missing_ok=True)
    return record


def _qualities(
    module: Callable[[], nn.Module], data: ElasticData, request: TrainingRequest
) -> Qualities:
    values: Qualities = {}
    for part in _PARTS:
        if part == "validation" or next(iter(data.batches(part)), None) is not None:
            measured: Mapping[str, float] = quality(module(), data, part, request.precision)
            values[part] = dict(measured)
    return values


def _brought(supernet: ElasticSupernet) -> Brought:
    """The original network and the data that the supernet was trained with."""
    fields = dict(supernet.card.request)
    fields["data"] = Path(fields["data"]) if fields.get("data") else None
    brought = bring(Request(**{**fields, "random_weights": True}))
    keep_original(brought.network, supernet.folder / TRAINING)
    return brought
