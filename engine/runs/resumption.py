"""Whether this process can go on with a run."""

from engine.cluster_kinds import kind_of
from engine.runs.history import RunHistory
from engine.runs.script_runs import check_script


def check_resumable(history: RunHistory, verb: str = "Resume it") -> None:
    """Raise RunError, whose advice begins with `verb`, if a run needs another script's functions.

    Raises ConfigError if the package that connects to its cluster is not installed.
    """
    check_script(history, verb)
    if address := history.config.dynas.cluster:
        kind_of(address)
