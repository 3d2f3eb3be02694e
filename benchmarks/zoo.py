"""What of each network of the zoo bends: the table of docs/any-network.md, as Markdown.

Each network is analysed as `dynas-studio elastic check` does it, and 10,000 genotypes are costed.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks.zoo_networks import ZooNetwork, zoo
from engine.supernets.elastic.analysis import Analysis, analyse

_GENOTYPES = 10_000
_MANY = 1_000  # from here on, the power of ten is shown
_OUTPUT = "its size is that of the output"


@dataclass(frozen=True)
class Bending:
    """What bends of a network, and how long it took to find out.

    `seconds` of one processor for the analysis with its self-test, and `cost_seconds` for the costs
    of 10,000 genotypes;
    `blocks` that can be skipped; `networks` in the space; `macs` of the smallest and the largest.
    `rigid` are pairs of a layer and the reason why it stays.
    """

    name: str
    library: str
    seconds: float
    cost_seconds: float
    widths: int
    heads: int
    blocks: int
    kernels: int
    networks: int
    macs: tuple[int, int]
    difference: float
    rigid: tuple[tuple[str, str], ...]

    @property
    def genes(self) -> Counter[str]:
        """How many parts of each kind bend."""
        return Counter(
            widths=self.widths, heads=self.heads, blocks=self.blocks, kernels=self.kernels
        )


def bending(network: ZooNetwork) -> Bending:
    """Analyse a network. Raises ElasticError where nothing of it bends."""
    model, inputs = network.built()
    begin = time.process_time()
    analysis = analyse(model, inputs)
    seconds = time.process_time() - begin
    structure, space = analysis.network.structure, analysis.network.space
    ends = analysis.network.macs_params(np.stack([space.smallest, space.largest]))[:, 0]
    return Bending(
        name=network.name,
        library=network.library,
        seconds=seconds,
        cost_seconds=cost_seconds(analysis),
        widths=sum(width.role == "width" for width in structure.widths),
        heads=sum(width.role == "heads" for width in structure.widths),
        blocks=sum(len(stage.blocks) for stage in structure.stages),
        kernels=len(structure.kernels),
        networks=space.size,
        macs=(int(ends[0]), int(ends[1])),
        difference=max(
            analysis.self_test.original_difference, analysis.self_test.extracted_difference
        ),
        rigid=tuple((rigid.where, rigid.reason) for rigid in analysis.rigid),
    )


def cost_seconds(analysis: Analysis) -> float:
    """The processor seconds that MACs and parameters of 10,000 genotypes take."""
    genotypes = analysis.network.space.sample(_GENOTYPES, np.random.default_rng(0))
    begin = time.process_time()
    analysis.network.macs_params(genotypes)
    return time.process_time() - begin


HEADINGS = (
    "network", "check", "widths", "heads", "blocks", "kernels", "networks", "MACs", "stays rigid"
)  # fmt: skip


def table(rows: Sequence[Bending]) -> str:
    """The rows as a table in Markdown."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---|" + "---:|" * 7 + "---|"]
    for row in rows:
        cells = [
            row.name,
            f"{row.seconds:.0f} s" if row.seconds >= 1 else "< 1 s",
            *(str(count or "–") for count in (row.widths, row.heads, row.blocks, row.kernels)),
            f"10^{len(str(row.networks)) - 1}" if row.networks >= _MANY else str(row.networks),
            f"{_millions(row.macs[0])}–{_millions(row.macs[1])} M",
            _reasons(row.rigid),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _millions(macs: int) -> str:
    return f"{macs / 1e6:.0f}" if macs >= 10e6 else f"{macs / 1e6:.2g}"


def _reasons(rigid: Sequence[tuple[str, str]]) -> str:
    """How many layers stay for each reason without names of modules; outputs always do."""
    reasons = (reason.split(" in ")[0].split(" (")[0] for _, reason in rigid)
    counts = Counter(reason for reason in reasons if reason != _OUTPUT)
    return "; ".join(f"{count}: {reason}" for reason, count in counts.most_common(3)) or "–"


def main() -> None:
    """Print the table, and write all of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="networks; all of the zoo if left out")
    parser.add_argument("--output", type=Path, help="a file for everything as JSON")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    for network in zoo():
        if not arguments.names or network.name in arguments.names:
            rows.append(bending(network))
            print(f"{network.name}: {rows[-1].seconds:.1f} s", flush=True)
    print(table(rows))
    if arguments.output:
        arguments.output.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
