"""`import_results`: a results CSV as a run."""

import warnings
from functools import partial
from pathlib import Path

from engine.config import NASConfig
from engine.data_dir import using
from engine.python_api.arguments import (
    checked_config,
    checked_data_folder,
    checked_path,
    checked_text,
)
from engine.python_api.run import Run
from engine.python_api.services import service_at
from engine.runs.file_import import read_as_run
from engine.runs.importing.source_file import read_file
from engine.runs.results_csv import ResultsFile


def import_results(
    path: str | Path,
    *,
    supernet: str | None = None,
    config: NASConfig | str | Path | None = None,
    name: str | None = None,
    data_dir: str | Path | None = None,
) -> Run:
    """Make a finished run of a results CSV of this program, DyNAS-T or Neural Compressor.

    As the command `import`. `supernet` says whose sub-networks they are; by default it is that of
    `config` if it is set there, else what the file shows. `config` has the metrics and constraints
    of the run, and says how it searches if it is extended. The run is called `name`, by default as
    the file.

    Warns with a sentence for each kind of rows that was left out or changed. Raises ConfigError for
    a file that cannot be read, for one whose supernet is ambiguous, and if no row has the metrics
    of `config`; LogError if the run cannot be written.

    >>> run.export("results.csv").name
    'results.csv'
    >>> imported = import_results("results.csv", supernet=run.config.dynas.supernet)
    >>> imported.state, len(imported.evaluations)
    ('finished', 12)
    """
    folder = checked_data_folder(data_dir)
    file = checked_path("path", path)
    if supernet is not None:
        checked_text("supernet", supernet)
    title = None if name is None else checked_text("name", name)
    with using(folder):
        read = ResultsFile.read(read_file(file), file.name)
        given = NASConfig() if config is None else checked_config(config)
        if supernet is None and "supernet" in given.dynas.model_fields_set:
            supernet = given.dynas.supernet
        run_config, results = read_as_run(read, partial(_of_supernet, given), supernet)
    for sentence in results.report.sentences:
        warnings.warn(sentence, UserWarning, stacklevel=2)
    run_id = service_at(folder).import_parsed_results(results, run_config, title or "")
    return Run(run_id, folder.path)


def _of_supernet(config: NASConfig, supernet: str) -> NASConfig:
    """A copy of a configuration for another supernet."""
    changed = config.model_copy(deep=True)
    changed.dynas.supernet = supernet
    return changed
