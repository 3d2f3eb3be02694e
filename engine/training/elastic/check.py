"""Checking a user's network before anything is trained: what bends, and what each way costs."""

from collections.abc import Mapping

from engine.requirements import Progress
from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.report import ElasticReport
from engine.supernets.elastic.settings import ElasticSettings
from engine.supernets.elastic.structure import Structure
from engine.training.elastic.check_result import Check, SkippableBlocks, TrainingCosts
from engine.training.elastic.estimate import estimate
from engine.training.elastic.prepared import brought_for
from engine.training.elastic.request import TrainingRequest


def check(request: TrainingRequest, progress: Progress) -> Check:
    """Load the network and its data, analyse it, test it, and time a few steps of training.

    Raises ConfigError, DataError or ElasticError, one sentence, for what is wrong with them.
    """

    def say(activity: str) -> None:
        progress(activity, 0, None)

    say("Loading the network and its data")
    brought = brought_for(request)
    analysis = analyse(brought.network, brought.inputs, ElasticSettings(**request.settings), say)
    say("Measuring the original network")
    report = ElasticReport.of(brought, analysis)
    costs = None
    if brought.data is not None:
        say("Timing steps of training")
        timed = estimate(brought, analysis.network, request)
        costs = TrainingCosts(
            timed.sentence, timed.remarks, timed.original_seconds, timed.supernet_factor
        )
    structure = analysis.network.structure
    return Check(report, gene_keys(structure), skippable_blocks(structure), costs)


def gene_keys(structure: Structure) -> tuple[str, ...]:
    """What settings call each gene of the space, in its order."""
    names: dict[int, str] = {}
    named: Mapping[str, list[str]] = {
        "stages": [stage.name for stage in structure.stages],
        "widths": [width.name for width in structure.widths],
        "kernels": [kernel.layer for kernel in structure.kernels],
    }
    for kind, own in named.items():
        names |= dict(zip(structure.positions[kind], own, strict=True))
    return tuple(names.get(index, "") for index in range(len(structure.space.genes)))


def skippable_blocks(structure: Structure) -> tuple[SkippableBlocks, ...]:
    """The stages in which blocks can be skipped."""
    return tuple(SkippableBlocks(s.name, s.blocks, s.least) for s in structure.stages)
