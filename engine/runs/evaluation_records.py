"""EvaluationRecords: makes the record of a completed measurement, as it is stored in the log."""

import time

from engine.config import NASConfig
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Evaluation
from engine.meters import registry as meters
from engine.meters.computed_metrics import computed_metrics
from engine.quoting import message_text
from engine.runs.predictor_calibration import uncalibrated_metrics
from engine.runs.running_evaluations import RunningEvaluation
from engine.supernets.base import Supernet


class EvaluationRecords:
    """The records of the measurements of one run."""

    def __init__(self, config: NASConfig, supernet: Supernet) -> None:
        self._settings, self._supernet = config.settings, supernet
        self._names = list(dict.fromkeys([*config.all_metrics, "macs", "params"]))
        self._computed = computed_metrics(supernet, config.settings).only(self._names)

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
