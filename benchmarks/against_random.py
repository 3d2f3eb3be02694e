"""DyNAS against random search at the same budget on the built-in supernet, five seeds.

Prints both hypervolumes a seed and their ratio; writes benchmarks/results/against_random.json.
"""

import json
import tempfile
from pathlib import Path

from benchmarks.command_line import given_numbers
from engine.config import NASConfig
from engine.runs.service import RunService

RESULTS = Path(__file__).parent / "results"


def hypervolume(service: RunService, approach: str, seed: int, num_evals: int) -> float:
    """The final hypervolume of one search."""
    config = NASConfig(
        approach=approach, search={"seed": seed}, dynas={"num_evals": num_evals, "workers": 2}
    )
    run_id = service.start(config)
    service.wait(run_id)
    return service.history(run_id).summary().hypervolume


def main(num_evals: int = 250) -> None:
    """Run both approaches for every seed."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        service = RunService(Path(folder))
        for seed in range(5):
            ours, random = (hypervolume(service, a, seed, num_evals) for a in ("dynas", "random"))
            rows.append({"seed": seed, "dynas": ours, "random": random, "ratio": ours / random})
            print(rows[-1], flush=True)
        service.close()
    print(f"dynas above random in {sum(r['ratio'] > 1 for r in rows)} of {len(rows)} seeds")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "against_random.json").write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, evaluations=250))
