"""The options of supernet, task, meters and cluster, by section of the New search form."""

from functools import partial

from app.forms import option_owners, option_state
from app.forms.cells import Cell
from app.forms.option_fields import WIDTHS, draw_option, option_cells
from app.forms.option_owners import Owner
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry as meters
from engine.supernets.base import Supernet


def supernet_cells(supernet: Supernet) -> list[Cell]:
    """The options below the supernet: its own, and those of its task that are no paths."""
    cells = option_cells(_owner(supernet, "supernet"))
    if option_state.is_task_used(supernet):
        task = _owner(supernet, "task")
        cells += option_cells(task, [option for option in task.drawn if option.kind != "path"])
    return cells


def data_cells(supernet: Supernet) -> list[Cell]:
    """The path options of the task."""
    task = _owner(supernet, "task")
    paths = [option for option in task.drawn if option.kind == "path"]
    if option_state.is_task_used(supernet):
        return option_cells(task, paths)
    hint = f"Not needed: the predictor takes no {supernet.task.data_names.items}"
    return [Cell(WIDTHS["path"], partial(draw_option, task, path, True, hint)) for path in paths]


def meter_owners() -> list[Owner]:
    """The meters whose options are drawn."""
    return [owner for owner in option_owners.meter_owners() if owner.drawn]


def meter_refusals(supernet: Supernet, settings: EvaluationSettings) -> dict[str, str]:
    """Why meters cannot measure a supernet with `settings`, by label of the meter."""
    refusals = {meter.label: meter.refusal(supernet, settings) for meter in meters.all_meters()}
    return {label: reason for label, reason in refusals.items() if reason}


def _owner(supernet: Supernet, kind: str) -> Owner:
    model = supernet.Options if kind == "supernet" else supernet.task.Options
    return Owner((f"{kind}_options",), kind.capitalize(), model)
