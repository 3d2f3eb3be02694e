"""Drives a strategy to its end with one worker."""


def drive(strategy, measured):
    """All evaluations of a search; `measured` turns a proposal into an evaluation."""
    done = []
    while asked := strategy.ask(1):
        done.append(measured(asked[0]))
        strategy.tell(done[-1:])
    return done
