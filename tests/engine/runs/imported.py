"""A run of a results CSV, for tests of what becomes of it."""

from engine.config import NASConfig
from engine.data_dir import using
from engine.runs.file_import import read_as_run
from engine.runs.results_csv import ResultsFile
from engine.runs.service import RunService


def import_text(
    service: RunService, content: str | bytes, origin: str, config: NASConfig, name: str = ""
) -> str:
    """Make a run of the `content` of a CSV for the supernet that is set, or else shown by it."""

    def configure(supernet: str) -> NASConfig:
        changed = config.model_copy(deep=True)
        changed.dynas.supernet = supernet
        return changed

    is_set = "supernet" in config.dynas.model_fields_set
    with using(service.folder):
        file = ResultsFile.read(content, origin)
        run = read_as_run(file, configure, config.dynas.supernet if is_set else None)
    return service.import_parsed_results(run.results, run.config, name)
