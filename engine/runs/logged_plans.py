"""What the log says of plans: written when they are made, taken up when a run goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.evaluation.record import Evaluation
from engine.log.evaluation_log import EvaluationLog
from engine.log.event import Event
from engine.predictors.quality import FittedPredictor
from engine.search.strategy import Plan, Proposal


def plan_data(plan: Plan) -> dict[str, Any]:
    """The data of a `cycle` event."""
    proposals = [
        {"genotype": [int(g) for g in p.genotype], "predicted": dict(p.predicted)}
        for p in plan.proposals
    ]
    return {
        "cycle": plan.cycle,
        "after": plan.evaluation_count,
        "proposals": proposals,
        "predictors": {name: fitted.to_json() for name, fitted in plan.fitted_predictors.items()},
    }


def plan_of(data: Mapping[str, Any]) -> Plan:
    """The plan whose `cycle` event has this data."""
    proposals = [
        Proposal(np.array(p["genotype"], dtype=np.int64), data["cycle"], p["predicted"])
        for p in data["proposals"]
    ]
    fitted = {
        name: FittedPredictor.from_json(fit) for name, fit in data.get("predictors", {}).items()
    }
    return Plan(data["cycle"], data["after"], proposals, fitted)


def plans(log: EvaluationLog, evaluations: Sequence[Evaluation]) -> list[Plan]:
    """All that a run has planned, in order; `retry` events among them, which repeat proposals."""
    made = []
    for event in log.events():
        if event.kind == "cycle":
            made.append(plan_of(event.data))
        elif event.kind == "retry":
            made.append(_repeated(event.data, evaluations))
    return made


def without_proposals(event: Event) -> Event:
    """An event as it is kept in memory: what a cycle proposed is read again where it is needed."""
    if event.kind != "cycle":
        return event
    rest = {name: value for name, value in event.data.items() if name != "proposals"}
    return replace(event, data=rest)


def _repeated(data: Mapping[str, Any], evaluations: Sequence[Evaluation]) -> Plan:
    failed = [evaluations[number - 1] for number in data["numbers"]]
    proposals = [
        Proposal(np.array(e.genotype, dtype=np.int64), e.cycle, e.predicted) for e in failed
    ]
    return Plan(0, data["after"], proposals, is_retry=True)
