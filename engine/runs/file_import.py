"""Reads a results CSV as a run: its configuration, and its rows as evaluations of one supernet."""

from collections.abc import Callable
from typing import NamedTuple

from engine.config import NASConfig
from engine.runs.results_csv import ImportedResults, ResultsFile
from engine.runs.supernet_proposal import identify_supernet, read_for_supernet
from engine.supernets import registry


class FileRun(NamedTuple):
    """What a run of a results CSV is made of, for `RunService.import_parsed_results`."""

    config: NASConfig
    results: ImportedResults


def read_as_run(
    file: ResultsFile, configure: Callable[[str], NASConfig], supernet: str | None = None
) -> FileRun:
    """Read a file for a supernet, by default for the one that the file shows.

    `configure` returns the configuration of the run for the name of its supernet. The supernet has
    the options that are set there.

    Raises ConfigError as `identify_supernet`, `configure`, `registry.load` and `read_for_supernet`.
    """
    config = configure(supernet or identify_supernet(file))
    loaded = registry.load(config.dynas.supernet).with_options(config.settings)
    return FileRun(config, read_for_supernet(file, loaded))
