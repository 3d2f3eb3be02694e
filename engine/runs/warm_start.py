"""What is known before a search begins: from an earlier run, or from a results CSV."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import ConfigError
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.meters import registry as meters
from engine.meters.conditions import describe_conditions, processor_name
from engine.quoting import quoted
from engine.runs.genotypes import genotypes_of
from engine.runs.history import RunHistory
from engine.runs.importing.report import ImportReport
from engine.runs.importing.source import read_file
from engine.runs.results_csv import ImportedResults, ResultsFile
from engine.runs.supernet_proposal import read_for_supernet
from engine.supernets.base import Supernet

_WITHOUT = "Choose another, or leave warm_start out."


@dataclass(frozen=True)
class WarmStart:
    """Evaluations that a search begins with; of a file, what became of its rows."""

    evaluations: Sequence[Evaluation] = ()
    report: ImportReport | None = None


def known(
    config: NASConfig, supernet: Supernet, fingerprint: str, folder: DataFolder,
    history: Callable[[str], RunHistory],
) -> WarmStart:  # fmt: skip
    """What the configured warm start brings: a run of `folder` or a file; nothing without one.

    Raises ConfigError if it is neither, or as `from_run` and `from_file` do.
    """
    source = config.dynas.warm_start
    if source is None:
        return WarmStart()
    if Path(source).name == source and (folder.runs / source / "log").is_dir():
        earlier = history(source)
        brought = from_run(config, earlier, fingerprint)
        genotypes_of(earlier.evaluations, supernet.space)  # refuses what is none of it
        return WarmStart(brought)
    path = Path(source).expanduser()
    if not _is_there(path):
        raise ConfigError(
            f"warm_start: there is no run and no file {quoted(source)}. Give the id of a run of "
            f"{folder.path}, or the path of a results CSV."
        )
    found = from_file(config, path, supernet)
    return WarmStart(found.evaluations, found.report)


def _is_there(path: Path) -> bool:
    """Whether something is at `path`, or nobody may look: reading then says why."""
    try:
        return path.exists()
    except OSError:
        return True


def from_run(config: NASConfig, history: RunHistory, fingerprint: str) -> list[Evaluation]:
    """The evaluations of an earlier run that tell all that `config` wants to know.

    Raises ConfigError if the run searched another supernet, measured with other weights or data,
    or measured other metrics.
    """
    where = f"warm_start: the run '{history.name}'"
    if history.supernet_name != config.dynas.supernet:
        raise ConfigError(
            f"{where} searched {history.supernet_name}, this search {config.dynas.supernet}. "
            "Choose a run of the same supernet."
        )
    if history.fingerprint and history.fingerprint != fingerprint:
        raise ConfigError(
            f"{where} measured with other weights or other data: its numbers cannot be compared. "
            "Choose another run, or set dataset_path and calibrate as it did."
        )
    _check_timing(config, history, where)
    known = [
        replace(
            e,
            number=0,
            cycle=WARM_START_CYCLE,
            reused=True,
            predicted={},
            seconds=0.0,
            worker=history.id,
        )
        for e in history.evaluations
        if e.ok
    ]
    usable = [e for e in known if all(name in e.metrics for name in needed(config))]
    if not usable:
        raise _nothing_usable(config, known, where, _WITHOUT)
    return usable


def _check_timing(config: NASConfig, history: RunHistory, where: str) -> None:
    """Latency holds for what it was timed on: raise ConfigError if that is something else here."""
    ours, theirs = config.settings, history.config.settings
    timed = meters.machine_metrics(needed(config), ours)
    if not timed:
        return
    here = {"device": ours.device, **meters.measurement_facts(timed, ours)}
    configured = {"device": theirs.device, **meters.measurement_facts(timed, theirs)}
    if ours.device == "cpu":
        here["name"] = processor_name()
    else:
        here.pop("threads", None)
    for there in [e.conditions for e in history.evaluations if e.conditions] or [configured]:
        if any(there.get(key, value) != value for key, value in here.items()):
            raise ConfigError(
                f"{where} timed its latency on {describe_conditions(there)}, and here it would be "
                f"{describe_conditions(here)}: such numbers cannot be mixed. Set device, threads "
                "and latency_batch as they were, choose another run, or leave warm_start out."
            )


def needed(config: NASConfig) -> list[str]:
    """The metrics without which a sub-network is of no use: objectives and constrained ones."""
    return [*config.dynas.metrics, *(c.metric.name for c in config.constraints)]


def from_file(config: NASConfig, path: Path, supernet: Supernet) -> ImportedResults:
    """The sub-networks of a results CSV; raises ConfigError if it cannot be used."""
    try:
        found = read_for_supernet(ResultsFile.read(read_file(path), path.name), supernet)
        return complete(config, found, _WITHOUT)
    except ConfigError as error:
        raise ConfigError(f"warm_start: {error}") from None


def complete(config: NASConfig, found: ImportedResults, advice: str) -> ImportedResults:
    """The sub-networks of a file that have every objective and constrained metric of `config`.

    Raises ConfigError, which ends with `advice`, if there are none.
    """
    usable = found.complete(needed(config))
    if not usable.evaluations:
        raise _nothing_usable(config, found.evaluations, found.report.origin, advice)
    return usable


def _nothing_usable(
    config: NASConfig, known: Sequence[Evaluation], where: str, advice: str
) -> ConfigError:
    wanted = needed(config)
    lacking = [name for name in wanted if not any(name in e.metrics for e in known)]
    return ConfigError(
        f"{where} has no sub-network with {' and '.join(lacking or wanted)}, which this search "
        f"needs. {advice}"
    )
