"""What it takes to import a results CSV of 50 MB, of sub-networks that are all different.

Prints the processor seconds of reading the file, of finding its supernet, of making evaluations of
its rows and of writing them to the log of a run, and the most memory that was used by the end of
each. What a search needs is loaded before the last step, once a process, and counted apart.
Writes benchmarks/results/import_results.json.
"""

import csv
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.command_line import given_numbers
from engine.config import NASConfig
from engine.runs.importing.source_file import read_file
from engine.runs.results_csv import ResultsFile
from engine.runs.search_checks import checked_supernet
from engine.runs.service import RunService
from engine.runs.supernet_proposal import identify_supernet, read_for_supernet
from engine.supernets import registry

RESULTS = Path(__file__).parent / "results"
SUPERNET = "ofa_mbv3_d234_e346_k357_w1.0"
HEADER = ("Sub-network", "Date", "Latency (ms)", " MACs", "Top-1 Acc (%)")
_BATCH = 2_000  # rows


def write(path: Path, megabytes: float) -> None:
    """Write a file as Neural Compressor writes them, with choices where they have no effect too."""
    supernet, rng = registry.load(SUPERNET), np.random.default_rng(0)
    space = supernet.space
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        while file.tell() < megabytes * 1e6:
            drawn = rng.integers(0, space.choices, (_BATCH, len(space.genes)))
            macs = supernet.exact_metrics(space.canonical(drawn))["macs"]
            for genotype, cost in zip(drawn, macs, strict=True):
                config = space.to_config(space.smallest)
                position = dict.fromkeys(config, 0)
                for gene, choice in zip(space.genes, genotype, strict=True):
                    config[gene.group][position[gene.group]] = gene.choices[choice]
                    position[gene.group] += 1
                measured = rng.normal((30, 76), (3, 0.5)).round(3)
                writer.writerow(
                    [config, "2023-01-01 12:00:00.5", measured[0], int(cost), measured[1]]
                )


def measured(path: Path, data_dir: Path) -> dict[str, dict[str, float]]:
    """Processor seconds, and the most memory in MB by then, of each step of an import of `path`."""
    steps: dict[str, dict[str, float]] = {}
    start = time.process_time()

    def note(step: str) -> None:
        nonlocal start
        now = time.process_time()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        steps[step] = {"seconds": now - start, "memory": memory}
        print(f"{step:<12}{now - start:8.1f} s{memory:10.0f} MB", flush=True)
        start = now

    file = ResultsFile.read(read_file(path), path.name)
    note("file")
    name = identify_supernet(file)
    note("supernet")
    found = read_for_supernet(file, registry.load(name))
    note("rows")
    config = NASConfig.from_dict({"dynas": {"supernet": name}})
    checked_supernet(config)
    note("modules")
    RunService(data_dir).import_parsed_results(found, config)
    note("log")
    print(*found.report.sentences, sep="\n")
    return steps


def main(megabytes: float = 50.0) -> None:
    """One import."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.csv"
        write(path, megabytes)
        steps = measured(path, Path(folder) / "data")
    total = sum(step["seconds"] for name, step in steps.items() if name != "modules")
    print(f"{'all':<12}{total:8.1f} s")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "import_results.json").write_text(json.dumps(steps, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, megabytes=50.0))
