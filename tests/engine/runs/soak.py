"""A long search with real worker processes; writes how much memory this process has used.

`python -m tests.engine.runs.soak FOLDER EVALUATIONS`
"""

import gc
import json
import re
import sys
from pathlib import Path

import pytest

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.engine import troubled
from tests.engine.installed import install

EVERY = 1000


def resident() -> float:
    """MB of memory of its own that this process holds.

    Pages of the databases, which the system maps and drops as it likes, are not counted.
    """
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+) kB", status).group(1)) / 1e3


def main(folder: Path, evaluations: int) -> None:
    """Search at random, so that planning takes no time, and look at the memory as it goes."""
    install(
        folder / "package", pytest.MonkeyPatch(), {troubled.NAME: "tests.engine.troubled:Troubled"}
    )
    service = RunService(folder / "data")
    dynas = {"supernet": troubled.NAME, "num_evals": evaluations, "workers": 2, "population": 50}
    used = {}

    def look(evaluation):
        if evaluation.number % EVERY == 0:
            service.history(service.ids()[0])  # as a page does
            used[evaluation.number] = resident()

    run = service.start(NASConfig(approach="random", dynas=dynas), on_evaluation=look)
    service.wait(run)
    history = service.history(run)
    told = {"state": history.state, "evaluations": len(history.evaluations), "used": used}
    service.close()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
