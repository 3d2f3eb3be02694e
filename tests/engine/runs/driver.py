"""A process that drives a run of the data folder it is given, until the run has ended.

It writes the run's id. `python -m tests.engine.runs.driver DATA_DIR`
"""

import sys
from functools import partial
from pathlib import Path

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator

BUDGET = 400


def main(folder: str) -> None:
    service = RunService(Path(folder), partial(InstantEvaluator, seconds=0.05))
    dynas = {"population": 4, "num_evals": BUDGET, "workers": 1}
    run = service.start(NASConfig(approach="random", dynas=dynas), "elsewhere")
    sys.stdout.write(f"{run}\n")
    sys.stdout.flush()
    service.wait(run)
    service.close()


if __name__ == "__main__":
    main(sys.argv[1])
