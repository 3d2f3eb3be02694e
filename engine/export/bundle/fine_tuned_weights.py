"""Fine-tuned weights in a bundle: those of the sub-network's record beside its run."""

from collections.abc import Sequence
from typing import Any

from engine import data_dir
from engine.count_text import count_text
from engine.export.bundle.request import BundleRequest
from engine.meters.measured_network import MeasuredNetwork
from engine.metrics import Metric
from engine.runs.fine_tuning import fine_tuning_folder
from engine.supernets.elastic.main_output import MainOutput
from engine.training.elastic import checkpoint
from engine.training.elastic.fine_tuning_record import FineTuned


def use_fine_tuned_weights(request: BundleRequest, subject: MeasuredNetwork) -> FineTuned | None:
    """Put fine-tuned weights into the module of `subject`, and return their record.

    Returns None, and changes nothing, if the request asks for the shared weights, if the
    sub-network was not fine-tuned, or if its supernet has been trained anew since. Raises DataError
    for a damaged file.
    """
    if request.with_shared_weights:
        return None
    folder = fine_tuning_folder(data_dir.current(), request.run_id, request.evaluation.number)
    record = FineTuned.read(folder)
    if record is None or record.genotype != tuple(map(int, subject.genotype)):
        return None
    if record.supernet_digest != subject.supernet.weights_digest(subject.settings):
        return None
    module = subject.module
    network = module.network if isinstance(module, MainOutput) else module
    checkpoint.restore(network, checkpoint.read(folder / record.weights))
    return record


def tuned_description(record: FineTuned) -> dict[str, Any]:
    """What a bundle says of its fine-tuned weights: plain data."""
    return record.model_dump(mode="json", include={"steps", "before", "after", "finished"})


def tuned_remarks(record: FineTuned | None, metrics: Sequence[Metric]) -> list[str]:
    """A sentence on what fine-tuning has brought; none without it."""
    if record is None:
        return []
    main = metrics[0]
    return [
        f"The weights are fine-tuned, for {count_text(record.steps, 'step')} after the search. "
        f"{record.sentence(main.name, main.label, main.unit)}"
    ]
