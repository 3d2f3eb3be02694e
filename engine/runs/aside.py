"""Measurements beside a search: one timed for an estimate, test accuracy of what was chosen."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.config import NASConfig
from engine.errors import EvaluationError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.record import Config, Evaluation
from engine.log.cache import EvaluationCache
from engine.metrics import metric
from engine.runs.history import RunHistory
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings

START_UP = 6.0  # seconds that workers need to come up, for estimates
_LONGEST = 300.0  # seconds that one evaluation may take


@dataclass(frozen=True)
class Estimate:
    """How long a search will take, from one evaluation that was timed."""

    seconds_per_evaluation: float
    workers: int
    total_seconds: float


class Aside:
    """One worker a supernet, started when it is first needed. Thread-safe."""

    def __init__(
        self, cache: EvaluationCache, make_evaluator: Callable[[str, int], Evaluator]
    ) -> None:
        self._cache, self._make_evaluator = cache, make_evaluator
        self._evaluators: dict[str, Evaluator] = {}
        self._lock = threading.Lock()

    def estimate(self, config: NASConfig, most_workers: int) -> Estimate:
        """Time one evaluation of the largest sub-network, as `config` has it measured.

        The smallest goes first: a worker's first evaluation loads weights and images. Raises
        EvaluationError.
        """
        measured = [name for name in config.all_metrics if not metric(name).computable]
        space = registry.load(config.dynas.supernet).space
        self._measure(config, space.to_config(space.smallest), measured)
        _, each = self._measure(config, space.to_config(space.largest), measured)
        workers = min(config.dynas.workers, most_workers)
        total = START_UP + config.dynas.num_evals * each / workers
        return Estimate(each, workers, total)

    def test_accuracy(self, history: RunHistory, evaluation: Evaluation) -> float:
        """Top-1 in % on the test images, which no search sees; measured once, then remembered."""
        known = self.known_test_accuracy(history, evaluation)
        if known is None:
            values, _ = self._measure(history.config, evaluation.config, ["test_acc"])
            if "test_acc" not in values:
                raise EvaluationError(f"{history.supernet_name} has no images held out for a test.")
            known = values["test_acc"]
            self._cache.put(_test_key(history, evaluation), known)
        return known

    def known_test_accuracy(self, history: RunHistory, evaluation: Evaluation) -> float | None:
        """The test accuracy if it was measured before."""
        return self._cache.get(_test_key(history, evaluation))

    def close(self) -> None:
        """End the workers."""
        with self._lock:
            for evaluator in self._evaluators.values():
                evaluator.close()
            self._evaluators.clear()

    def _measure(
        self, config: NASConfig, subnetwork: Config, metrics: Sequence[str]
    ) -> tuple[Mapping[str, float], float]:
        supernet = config.dynas.supernet
        with self._lock:
            if supernet not in self._evaluators:
                self._evaluators[supernet] = self._make_evaluator(supernet, 1)
            evaluator = self._evaluators[supernet]
        future = evaluator.submit(subnetwork, metrics, config.settings)
        try:
            outcome = future.result(timeout=_LONGEST)
        except TimeoutError:
            raise EvaluationError("One evaluation took over five minutes. Try again.") from None
        return outcome.values, outcome.seconds


def _test_key(history: RunHistory, evaluation: Evaluation) -> dict[str, object]:
    settings = replace(history.config.settings, batch_size=EvaluationSettings.batch_size)
    return {
        "supernet": history.supernet_name,
        "fingerprint": registry.load(history.supernet_name).fingerprint(settings),
        "genotype": [int(gene) for gene in evaluation.genotype],
        "metric": "test_acc",
    }
