"""The metric of a run that predictors have predicted, as an argument of plots.

Apart from the other arguments: it imports the approaches, which loading a run does not need.
"""

from engine.analysis.charts.predictor_quality import predicted_metrics, predictor_info
from engine.analysis.figures.run_arguments import Run, choose_metric, history_of
from engine.errors import FigureError
from engine.runs.history import RunHistory


def predicted_metric(run: Run, metric: str | None) -> tuple[RunHistory, str]:
    """The history and one of its predicted metrics; raises FigureError without predictions."""
    history = history_of(run)
    names = predicted_metrics(history) or [history.objectives[0].name]
    name = choose_metric(metric, names)
    info = predictor_info(history.id, history, name)
    if not info.cycles:
        raise FigureError(info.reason)
    return history, name
