"""How the numbers of the search that the form stands for are going to come about."""

from collections.abc import Mapping

from app.forms import search_form as form
from engine.errors import DynasError
from engine.meters import registry as meters
from engine.metrics import Metric
from engine.sources import labelled_metric


def shown(name: str) -> Metric:
    """A metric as it is labelled in the search that the form stands for."""
    planned = _planned().get(name)
    return labelled_metric(name, [planned] if planned else [])


def _planned() -> Mapping[str, str]:
    """Where each metric's numbers will come from; empty where nothing tells."""
    try:
        return meters.sources(form.chosen_supernet(), form.measuring())
    except DynasError:
        return {}
