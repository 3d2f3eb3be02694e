"""Where the options of the supernet, its task and the meters stand in the New search form."""

from functools import partial

from app.forms import option_state
from app.forms.cells import Cell
from app.forms.option_fields import WIDTHS, draw_option, option_cells
from app.forms.option_state import Owner
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry as meters
from engine.supernets.base import Supernet


def supernet_cells(supernet: Supernet) -> list[Cell]:
    """Beside the supernet: its own options, and those of its task that are no paths."""
    found = option_cells(_owner(supernet, "supernet"))
    if option_state.in_use(supernet):
        task = _owner(supernet, "task")
        found += option_cells(task, [option for option in task.drawn if option.kind != "path"])
    return found


def data_cells(supernet: Supernet) -> list[Cell]:
    """Where data comes from: the paths that the task takes."""
    task = _owner(supernet, "task")
    paths = [option for option in task.drawn if option.kind == "path"]
    if option_state.in_use(supernet):
        return option_cells(task, paths)
    hint = f"Not needed: the predictor takes no {supernet.task.data_names.items}"
    return [Cell(WIDTHS["path"], partial(draw_option, task, path, True, hint)) for path in paths]


def meter_owners() -> list[Owner]:
    """The meters that have options to draw."""
    return [owner for owner in option_state.owners(None) if owner.drawn]


def meters_that_refuse(supernet: Supernet, settings: EvaluationSettings) -> dict[str, str]:
    """Why meters measure nothing of a supernet here, by what they are called."""
    said = {meter.label: meter.refusal(supernet, settings) for meter in meters.all_meters()}
    return {label: reason for label, reason in said.items() if reason}


def _owner(supernet: Supernet, whose: str) -> Owner:
    model = supernet.Options if whose == "supernet" else supernet.task.Options
    return Owner((f"{whose}_options",), whose.capitalize(), model)
