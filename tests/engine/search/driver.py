"""RunThreads a strategy to its end with one worker."""

from engine.search.predictor_based import PredictedSearch


def drive(strategy, measured):
    """All evaluations of a search; `measured` turns a proposal into an evaluation."""
    done = []
    while asked := strategy.ask(1):
        done.append(measured(asked[0]))
        strategy.tell(done[-1:])
    return done


def quick(strategy, generations=5, rounds=4):
    """The strategy with less effort of the inner search, if any: enough for a small space."""
    if isinstance(strategy, PredictedSearch):
        strategy.generations, strategy.rounds = generations, min(strategy.rounds, rounds)
    return strategy


def uninterrupted(strategy, measured):
    """All evaluations of a search, and the plans that it made."""
    plans = []
    strategy.on_plan = plans.append
    return drive(strategy, measured), plans


def resumed(strategy, measured, whole, cut):
    """What is measured after `cut` evaluations of a whole search, restored from its log there."""
    done, plans = whole
    strategy.restore(done[:cut], [p for p in plans if p.after < cut or p.cycle == 0 < cut])
    return drive(strategy, measured)
