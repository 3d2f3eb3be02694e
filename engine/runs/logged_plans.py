"""Encodes the plans of a search strategy as log events, and reads them back."""

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
    took: dict[str, float] = {} if plan.seconds is None else {"seconds": round(plan.seconds, 3)}
    if plan.computed is not None:
        took = {**took, "computed": plan.computed}
    return {
        "cycle": plan.cycle,
        "after": plan.evaluation_count,
        "proposals": proposals,
        "predictors": {name: fitted.to_json() for name, fitted in plan.fitted_predictors.items()},
        **took,
    }


def plan_of(data: Mapping[str, Any]) -> Plan:
    """The plan whose `cycle` event has this data."""
    proposals = [
        Proposal(np.array(p["genotype"], dtype=np.int64), data["cycle"], p["predicted"])
        for p in data["proposals"]
    ]
    fitted = {
        name: FittedPredictor.from_json(predictor)
        for name, predictor in data.get("predictors", {}).items()
    }
    seconds, computed = data.get("seconds"), data.get("computed")
    return Plan(data["cycle"], data["after"], proposals, fitted, seconds=seconds, computed=computed)


def read_plans(log: EvaluationLog, evaluations: Sequence[Evaluation]) -> list[Plan]:
    """All plans of a run in order, with those of `retry` events, which repeat proposals."""
    logged_plans = []
    for event in log.events():
        if event.kind == "cycle":
            logged_plans.append(plan_of(event.data))
        elif event.kind == "retry":
            logged_plans.append(_retry_plan(event.data, evaluations))
    return logged_plans


def without_proposals(event: Event) -> Event:
    """The event without the proposals of a cycle, to save memory."""
    if event.kind != "cycle":
        return event
    data = {name: value for name, value in event.data.items() if name != "proposals"}
    return replace(event, data=data)


def _retry_plan(data: Mapping[str, Any], evaluations: Sequence[Evaluation]) -> Plan:
    failed_evaluations = [evaluations[number - 1] for number in data["numbers"]]
    proposals = [
        Proposal(np.array(e.genotype, dtype=np.int64), e.cycle, e.predicted)
        for e in failed_evaluations
    ]
    return Plan(0, data["after"], proposals, is_retry=True)
