"""What a finished training leaves: a supernet in the data folder, and what is known of it."""

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from engine.metrics import Metric
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.saved import Size, save_elastic
from engine.tasks.statistics import recalibrate
from engine.training.elastic import checkpoint
from engine.training.elastic.measuring import quality
from engine.training.elastic.prepared import Prepared
from engine.training.elastic.report import Report
from engine.training.elastic.resolutions import extracted
from engine.training.elastic.spread import quality_spread
from engine.training.elastic.trainer import frozen

Qualities = dict[str, Mapping[str, float]]


def save(prepared: Prepared, results: Sequence[Mapping[str, Tensor]], report: Report) -> str:
    """Store the networks of all stages as a supernet; returns a sentence on what it brought.

    `results` are the weights that the stages have left.
    """
    if prepared.request.way == "train":
        return _save_supernet(prepared, results[0], report)
    return _save_sizes(prepared, results)


def _save_supernet(prepared: Prepared, weights: Mapping[str, Tensor], report: Report) -> str:
    network, data = prepared.network, prepared.data
    precision = prepared.request.precision
    checkpoint.restore(network.model, weights)
    recalibrate(network.model, (inputs for inputs, _ in data.batches("calibration")), precision)
    ends = {"largest": network.space.largest, "smallest": network.space.smallest}
    qualities = _qualities(
        prepared,
        {name: extracted(network, end) for name, end in ends.items()},
    )
    report.doing("Comparing sub-networks of equal MACs")
    spread = quality_spread(network, data, precision, prepared.request.seed)
    placed = ElasticNetwork(network.model.cpu(), network.structure)
    save_elastic(
        prepared.request.name, placed, prepared.brought, "train", prepared.plan.recipe, qualities
    )
    sentences = [_quality_sentence(data.metrics[0], qualities)]
    if spread is not None:
        sentences.append(spread.sentence())
    return " ".join(sentences)


def _save_sizes(prepared: Prepared, results: Sequence[Mapping[str, Tensor]]) -> str:
    modules = []
    for genotype, weights in zip(prepared.plan.rows, results, strict=True):
        module = prepared.network.extract(genotype)
        checkpoint.restore(module, weights)
        modules.append(module.cpu())
    sizes = list(map(Size, prepared.plan.rows, modules))[::-1]  # the smallest first
    ends = {"largest": modules[0], "smallest": modules[-1]}
    qualities = _qualities(prepared, {name: frozen(m, prepared.device) for name, m in ends.items()})
    network = ElasticNetwork(prepared.network.model.cpu(), prepared.network.structure)
    save_elastic(
        prepared.request.name,
        network,
        prepared.brought,
        "chain" if prepared.request.way == "chain" else "prune",
        prepared.plan.recipe,
        qualities,
        sizes,
    )
    return _quality_sentence(prepared.data.metrics[0], qualities)


def _qualities(prepared: Prepared, modules: Mapping[str, nn.Module]) -> Qualities:
    """The quality on validation data of the original network and of others."""
    original = frozen(prepared.brought.network, prepared.device)
    precision = prepared.request.precision
    return {
        name: quality(module, prepared.data, "validation", precision, as_it_is=module is original)
        for name, module in {"original": original, **modules}.items()
    }


def _quality_sentence(metric: Metric, qualities: Qualities) -> str:
    unit = f" {metric.unit}" if metric.unit else ""
    listed = ", ".join(
        f"{values[metric.name]:.4g}{unit} ({name})" for name, values in qualities.items()
    )
    return f"{metric.label} on validation data: {listed}."
