"""The three ways from one network to many beside FastNAS of NVIDIA Model Optimizer.

Three small networks are trained on Fashion-MNIST. Of each, networks for 1, 3, 5 and 10 sizes
between 15 and 80 % of the MACs are made: by `prune`, by `chain`, by `train`, and by FastNAS with
fine-tuning of each. All have the same total processor time: 1, 2 or 4 times that of the network's
own training (T0). Accuracies are those on the 10,000 test images, which nothing else uses.

Each finished measurement is a file in benchmarks/results/own_network/, so that the benchmark goes
on where it was interrupted. Those that the documentation reports are in
benchmarks/data/own_network.jsonl and are not made again; `--keep` adds the new ones. FastNAS needs
packages that are no part of the product: the command names them and leaves its rows out if they are
missing.

    python -m benchmarks.own_network --data FOLDER_OF_FASHION_MNIST --networks resnet --budgets 1
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from benchmarks.own_network_cells import (
    BUDGETS,
    COUNTS,
    FOLDER,
    OURS,
    PEERS,
    Cell,
    advice_table,
    keep,
    table,
)
from benchmarks.own_network_models import ORIGINALS, Original
from benchmarks.own_network_peer import fastnas_result, missing_packages
from benchmarks.own_network_ways import (
    CPU,
    Way,
    request_for,
    sizes_result,
    supernet_results,
)
from engine.supernets.elastic.data_source import Request, bring
from engine.training.elastic.learners import NetworkLearner
from engine.training.elastic.measuring import quality
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.report import SILENT
from engine.training.elastic.runner import prepare
from engine.training.elastic.trainer import Trainer


def trained_original(original: Original, data: Path) -> Path:
    """The weights of the network after its own training, which is done once."""
    path = FOLDER / f"{original.name}.pt"
    if path.exists():
        return path
    torch.manual_seed(0)
    brought = bring(Request(original.source, data, random_weights=True))
    images, recipe = brought.required_data(), Recipe(rate=original.rate, label_share=1.0)
    learner = NetworkLearner(brought.network, images, recipe)
    trainer = Trainer(learner, None, images, recipe, original.steps, CPU)
    start = time.process_time()
    while trainer.step < trainer.steps:
        trainer.advance()
    seconds = time.process_time() - start
    torch.save(brought.network.state_dict(), path)
    values = {"seconds": seconds, "accuracy": quality(brought.network, images, "held out")["acc"]}
    path.with_suffix(".json").write_text(json.dumps(values))
    print(f"{original.name}: trained in {seconds:.0f} s, {values['accuracy']:.2f} %", flush=True)
    return path


def measure(cells: Sequence[Cell], data: Path) -> None:
    """Measure cells that differ in their number of targets only."""
    first, original = cells[0], ORIGINALS[cells[0].network]
    weights, budget = trained_original(original, data), first.budget * original.steps
    start = time.process_time()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if first.way == "train":
            request = request_for(original, "train", data, weights, first.seed)
            results = supernet_results(request, folder, budget, [cell.count for cell in cells])
            for cell in cells:
                cell.write(results[cell.count], time.process_time() - start)
            return
        (cell,) = cells
        way: Way = "chain" if first.way == "chain" else "prune"
        request = request_for(original, way, data, weights, first.seed, first.count)
        if first.way in PEERS:
            prepared, share = prepare(request, folder, SILENT), PEERS[first.way]
            result = fastnas_result(prepared, original, budget, first.count, share)
        else:
            result = sizes_result(request, folder, budget)
        cell.write(result, time.process_time() - start)


def groups(
    networks: Sequence[str],
    ways: Sequence[str],
    counts: Sequence[int],
    budgets: Sequence[float],
    seeds: Sequence[int],
) -> Iterator[list[Cell]]:
    """The cells in the order in which they are measured, those of one training together."""
    for seed in seeds:
        for network in networks:
            for budget in budgets:
                if "train" in ways:
                    yield [Cell(network, "train", count, budget, seed) for count in counts]
                for count in counts:
                    for way in ways:
                        is_nested = way == "chain" and count == 1  # the same as `prune`
                        if way != "train" and not is_nested:
                            yield [Cell(network, way, count, budget, seed)]


def main() -> None:
    """Measure what is missing and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with the four files of Fashion-MNIST")
    parser.add_argument("--networks", nargs="+", default=list(ORIGINALS), choices=list(ORIGINALS))
    parser.add_argument("--ways", nargs="+", default=[*OURS, *PEERS], choices=[*OURS, *PEERS])
    parser.add_argument("--counts", nargs="+", type=int, default=list(COUNTS))
    parser.add_argument("--budgets", nargs="+", type=float, default=list(BUDGETS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--keep", action="store_true", help="keep the measurements with the code")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    ways = arguments.ways
    if arguments.data is None:
        print("Nothing is measured without --data. What was measured before:")
    else:
        if missing := missing_packages():
            print(f"FastNAS is left out: pip install {' '.join(missing)}")
            ways = [way for way in ways if way not in PEERS]
        chosen = (arguments.networks, ways, arguments.counts, arguments.budgets, arguments.seeds)
        for cells in groups(*chosen):
            if any(cell.read() is None for cell in cells):
                measure(cells, arguments.data)
    if arguments.keep:
        print(f"{keep()} measurements are kept.")
    for network in arguments.networks:
        shown = (arguments.counts, arguments.budgets, arguments.seeds)
        print(f"{network}\n{table(network, arguments.ways, *shown)}\n")
    print(advice_table(arguments.networks, *shown))


if __name__ == "__main__":
    main()
