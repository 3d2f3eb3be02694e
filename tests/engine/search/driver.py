"""Runs a strategy to its end with one worker."""

from engine.search.predictor_based import PredictorBasedSearch


def run_to_end(strategy, evaluate):
    """All evaluations of a search; `evaluate` turns a proposal into an evaluation."""
    evaluations = []
    while proposals := strategy.ask(1):
        evaluations.append(evaluate(proposals[0]))
        strategy.tell(evaluations[-1:])
    return evaluations


def with_less_effort(strategy, generations=5, rounds=4):
    """The strategy with less effort of its inner search, if any: enough for a small space."""
    if isinstance(strategy, PredictorBasedSearch):
        strategy.generations, strategy.rounds = generations, min(strategy.rounds, rounds)
    return strategy


def complete_run(strategy, evaluate):
    """All evaluations of a search, and the plans that it made."""
    plans = []
    strategy.on_plan = plans.append
    return run_to_end(strategy, evaluate), plans


def resumed_evaluations(strategy, evaluate, run, cut):
    """The evaluations after the first `cut` of a complete `run`, by a restored strategy."""
    evaluations, plans = run
    strategy.restore(
        evaluations[:cut], [p for p in plans if p.evaluation_count < cut or p.cycle == 0 < cut]
    )
    return run_to_end(strategy, evaluate)
