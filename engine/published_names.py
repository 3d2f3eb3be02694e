"""Names that Neural Compressor and DyNAS-T published for what this product calls otherwise.

Scripts, files and command lines with these names work; a configuration then holds the names of this
product. `engine.published_settings` has the names of settings.
"""

from collections.abc import Mapping

METRICS: Mapping[str, str] = {
    "accuracy_top1": "acc",
    "accuracy_top5": "acc_top5",
    "latency": "lat",
    "model_size": "size",
}
"""The metric of this product by its name in Neural Compressor 2 and DyNAS-T."""

TACTICS: Mapping[str, str] = {"linas": "dynas"}
"""The approach by its name as a search tactic of DyNAS-T, where the names differ."""

_GUIDE = "docs/own-supernet.md shows how to add a supernet of your own"
_TEXT = (
    "the built-in tasks classify images, and no network of text comes with this product: add it "
    f"with its data as a supernet of your own ({_GUIDE})"
)

SUPERNETS: Mapping[str, str] = {
    "transformer_lt_wmt_en_de": _TEXT,
    "bert_base_sst2": _TEXT,
    "bert_base_sst2_quantized": _TEXT,
    "vit_base_imagenet": (
        "no vision transformer comes with this product. Use one of the convolutional supernets on "
        f"ImageNet, such as ofa_mbv3_d234_e346_k357_w1.2, or add yours ({_GUIDE})"
    ),
    "inc_quantization_ofa_resnet50": (
        "quantisation is measured, not searched. Use ofa_resnet50 with the metrics in int8: "
        "acc_int8, lat_int8 and size_int8"
    ),
    "bootstrapnas_image_classification": (
        f"BootstrapNAS gives the network at run time. Add it as a supernet of your own ({_GUIDE})"
    ),
}
"""Supernets of Neural Compressor and DyNAS-T that this product lacks, and what to use instead."""

_READY = "search() prepares everything, and needs no call before it"
_PREDICTORS = (
    "the run keeps its predictors. plot_predictor_quality(nas.run, metric) shows how well they "
    "predict a metric"
)
_RESULTS = "search() returns the front, which nas.run.front() returns later as well"

AGENT_PARTS: Mapping[str, str] = {
    "supernet_manager": (
        "load_supernet(name).space is its search space, with sample, encode and to_config"
    ),
    "runner_validate": "measure(config, metrics, supernet=name) measures a sub-network",
    "validation_interface": "a search writes the file dynas.results_csv_path anew",
    "acc_predictor": _PREDICTORS,
    "macs_predictor": _PREDICTORS,
    "latency_predictor": _PREDICTORS,
    "init_for_search": _READY,
    "init_cfg": _READY,
    "best_model_archs": _RESULTS,
    "search_results": _RESULTS,
}
"""Attributes of Neural Compressor's agent that `NAS` lacks, and what to use instead."""


def approach_called(name: str) -> str:
    """The approach by its published name or its own, in small letters."""
    lowered = name.lower()
    return TACTICS.get(lowered, lowered)
