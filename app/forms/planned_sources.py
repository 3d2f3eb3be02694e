"""The sources of the metrics of the search that the form describes."""

from collections.abc import Mapping

from app.forms import search_form as form
from engine.errors import DynasError
from engine.meters import registry as meters
from engine.metrics import Metric
from engine.sources import labelled_metric


def planned_metric(name: str) -> Metric:
    """A metric with its label for the planned source."""
    source = _planned_sources().get(name)
    return labelled_metric(name, [source] if source else [])


def _planned_sources() -> Mapping[str, str]:
    """The planned source of each metric; empty if the form is invalid."""
    try:
        return meters.sources(form.selected_supernet(), form.evaluation_settings())
    except DynasError:
        return {}
