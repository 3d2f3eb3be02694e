"""Whether this process can go on with a run."""

from engine.cluster_kinds import kind_of
from engine.data_dir import using
from engine.errors import DataError, DynasError
from engine.runs.history import RunHistory
from engine.runs.script_runs import check_script, names_of_script
from engine.runs.search_checks import settings_to_check
from engine.script_objects import held
from engine.supernets import registry
from engine.supernets.base import Supernet
from engine.supernets.requirement_records import RequirementRecords


def check_resumable(history: RunHistory, verb: str = "Resume it") -> None:
    """Raise RunError, whose advice begins with `verb`, if a run needs another script's functions.

    Raises ConfigError if the package that connects to its cluster is not installed, and DataError
    if weights or data that its measurements need are missing.
    """
    check_script(history, verb)
    if address := history.config.dynas.cluster:
        kind_of(address)
    with using(history.data_folder), held(names_of_script(history)), history.own_metrics():
        supernet = registry.load(history.supernet_name)
        try:
            supernet.check_data(settings_to_check(history.config))
        except DataError as error:
            advice = _ready_source(history, supernet)
            raise DataError(f"Run '{history.name}' cannot go on. {error}{advice}") from error


def _ready_source(history: RunHistory, supernet: Supernet) -> str:
    """A sentence on another source of quality that a new search could use at once, if any."""
    own = supernet.quality_source(history.config.settings)
    records = RequirementRecords(history.data_folder.path)
    for source in supernet.quality_sources:
        try:
            if source != own and not supernet.missing_requirements(
                records.settings(supernet, source)
            ):
                return (
                    f" The {source} is ready: a new search that takes this run as its template "
                    "can use it."
                )
        except DynasError:
            continue
    return ""
