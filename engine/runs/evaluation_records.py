"""EvaluationRecords: makes the record of a completed measurement, as it is stored in the log."""

import time
from collections.abc import Sequence

import numpy as np

from engine.config import NASConfig
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Evaluation
from engine.meters import registry as meters
from engine.meters.computed_metrics import computed_metrics
from engine.quoting import message_text
from engine.runs.predictor_calibration import uncalibrated_metrics
from engine.runs.running_evaluations import RunningEvaluation
from engine.search.strategy import Proposal
from engine.sources import is_calibrated
from engine.supernets.base import Supernet


class EvaluationRecords:
    """The records of the measurements of one run."""

    def __init__(self, config: NASConfig, supernet: Supernet) -> None:
        self._settings, self._supernet = config.settings, supernet
        self._names = list(dict.fromkeys([*config.all_metrics, "macs", "params"]))
        self._computed = computed_metrics(supernet, config.settings).only(self._names)

    def computed(self, proposals: Sequence[Proposal], ran: float) -> list[Evaluation]:
        """The records of sub-networks of which nothing is measured, in their order."""
        rows = np.array([proposal.genotype for proposal in proposals], dtype=np.int64)
        computed = {name: v.tolist() for name, v in self._computed(rows).items()}
        sources = meters.sources(self._supernet, self._settings)
        raw = self._supernet.predictions(rows, self._settings)
        ended, evaluations = time.time(), []
        for i, proposal in enumerate(proposals):
            special = self._supernet.subnetwork_sources(proposal.genotype, self._settings)
            metrics = {name: computed[name][i] for name in self._names if name in computed}
            own_sources = {name: special.get(name, sources[name]) for name in metrics}
            evaluation = Evaluation(
                number=0,
                genotype=tuple(rows[i].tolist()),
                config=self._supernet.space.to_config(proposal.genotype),
                cycle=proposal.cycle,
                status="ok",
                metrics=metrics,
                sources=own_sources,
                seconds=0.0,
                finished=ended,
                predicted=dict(proposal.predicted),
                ran=round(ran, 3),
                uncalibrated={
                    name: float(raw[name][i])
                    for name, source in own_sources.items()
                    if name in raw and is_calibrated(source)
                },
            )
            evaluations.append(evaluation)
        return evaluations

    def record(self, completed: RunningEvaluation, ran: float) -> Evaluation:
        """The record of a measurement that has ended, `ran` seconds after the start of the run."""
        proposal, error = completed.proposal, completed.error()
        ended = completed.ended or time.time()
        worker, began, lost_workers = completed.placement
        if error:
            seconds = 0.0 if began is None else max(round(ended - began, 3), 0.0)
            measurement = Measurement({}, seconds, getattr(error, "worker", "") or worker)
        else:
            measurement = completed.future.result()
        computed = self._computed(proposal.genotype[None])
        values = {**measurement.values, **{name: float(v[0]) for name, v in computed.items()}}
        metrics = {name: values[name] for name in self._names if name in values}
        sources = meters.subnetwork_sources(self._supernet, proposal.genotype, self._settings)
        return Evaluation(
            number=0,
            genotype=tuple(int(gene) for gene in proposal.genotype),
            config=self._supernet.space.to_config(proposal.genotype),
            cycle=proposal.cycle,
            status="failed" if error else "ok",
            metrics=metrics,
            sources={name: sources[name] for name in metrics},
            seconds=measurement.seconds,
            finished=ended,
            predicted=dict(proposal.predicted),
            reused=completed.reused,
            reason=(message_text(error) or type(error).__name__) if error else "",
            worker=measurement.worker,
            conditions=measurement.conditions,
            quality_conditions=measurement.quality_conditions,
            stderr=getattr(error, "stderr", ""),
            ran=round(ran, 3),
            lost_workers=lost_workers,
            uncalibrated=uncalibrated_metrics(
                self._supernet, proposal.genotype, self._settings, metrics
            ),
        )
