"""What a search costs beyond its evaluations, as it grows long.

Prints the processor seconds that DyNAS spends on learning, searching and choosing until so many
evaluations, for accuracy over MACs on the published landscape of Once-for-All's MobileNetV3, and
beside them what n log n would make of the first row. Writes benchmarks/results/overhead.json.
"""

import json
import math
import time

from benchmarks.command_line import given_numbers
from benchmarks.sample_efficiency import POPULATION, RESULTS, landscape
from engine.search.dynas import Dynas

SHOWN_AT = (250, 1_000, 2_500, 5_000, 10_000)


def main(budget: int = SHOWN_AT[-1]) -> None:
    """One search of `budget` evaluations."""
    where = landscape()
    strategy, seconds = Dynas(where.problem, POPULATION, budget, 0), 0.0
    rows: list[dict[str, float]] = []
    print(f"{'evaluations':>12}{'seconds':>10}{'n log n':>10}{'each':>10}")
    for number in range(1, budget + 1):
        start = time.process_time()
        (proposal,) = strategy.ask(1)
        strategy.tell([where.evaluate(number, proposal)])
        seconds += time.process_time() - start
        if number in SHOWN_AT:
            first = rows[0] if rows else {"evaluations": number, "seconds": seconds}
            allowed = first["seconds"] * number * math.log(number)
            allowed /= first["evaluations"] * math.log(first["evaluations"])
            rows.append({"evaluations": number, "seconds": seconds, "n_log_n": allowed})
            each = 1e3 * seconds / number
            print(f"{number:12,}{seconds:10.1f}{allowed:10.1f}{each:7.1f} ms", flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "overhead.json").write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, evaluations=SHOWN_AT[-1]))
