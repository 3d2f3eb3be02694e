"""What every task must do, and what every option must say."""

from collections.abc import Iterator

from engine.contracts.rules import CheckedSupernet, outputs, rule, same
from engine.errors import DynasError
from engine.meters.registry import all_meters
from engine.metrics import METRICS, problem
from engine.options import Options, fields
from engine.space import Genotypes


@rule("task", "example inputs are as many as asked for, and the same each time")
def _examples(examined: CheckedSupernet) -> Iterator[str]:
    from engine.tasks.inputs import tensors

    supernet = examined.supernet
    for genotype in _of_each_resolution(examined):
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        at = f" at resolution {resolution}" if resolution else ""
        for count in (1, 3):
            found = tensors(supernet.task.example_inputs(count, resolution))
            if not found:
                yield f"example_inputs({count}){at} gives no tensor."
                return
            if wrong := [
                tuple(part.shape) for part in found if not part.ndim or len(part) != count
            ]:
                yield (
                    f"example_inputs({count}){at} gives a tensor of shape {wrong[0]}. The first "
                    f"dimension has to be {count}."
                )
                return
            if not same(found, tensors(supernet.task.example_inputs(count, resolution))):
                yield f"example_inputs({count}){at} gives other numbers each time. Fix its seed."
                return
        outputs(examined.module(genotype), examined.inputs(2, genotype))  # raises what is wrong


def _of_each_resolution(examined: CheckedSupernet) -> list[Genotypes]:
    """The largest sub-network with each input resolution that there is."""
    supernet, found = examined.supernet, {}
    for genotype in examined.genotypes:
        config = supernet.space.to_config(genotype)
        found[supernet.resolution(config)] = genotype
    return list(found.values())


@rule("task", "quality is a possible number for each metric, and the same twice")
def _quality(examined: CheckedSupernet) -> Iterator[str]:
    supernet, settings = examined.supernet, examined.settings
    task, names = supernet.task, [known.name for known in supernet.task.metrics]
    for genotype in examined.ends:
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        network, name = examined.network(genotype), examined.name(genotype)
        found = task.quality(network, "validation", names, settings, resolution)
        for known in task.metrics:
            if known.name not in found:
                yield f"quality gives no {known.name}, which is one of the task's metrics."
            elif why := known.refusal(found[known.name]):
                yield f"quality: {known.name} of {name} {why}."
        again = task.quality(network, "validation", names, settings, resolution)
        if any(again.get(key) != value for key, value in found.items()):
            yield (
                f"quality gives {dict(found)} for {name}, then {dict(again)}. Measure on the same "
                "data in the same order, and draw nothing at random."
            )
        one = task.quality(network, "validation", names[:1], settings, resolution)
        if names[0] not in one:
            yield f"quality gives no {names[0]} where that alone is asked for."


@rule("task", "what is held out is measured, or said to be absent")
def _held_out(examined: CheckedSupernet) -> Iterator[str]:
    supernet, settings = examined.supernet, examined.settings
    task, names = supernet.task, [known.name for known in supernet.task.metrics]
    measured = []
    for genotype in examined.ends:
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        network = examined.network(genotype)
        try:
            found = task.quality(network, "held out", names, settings, resolution)
        except DynasError as error:
            if task.data_names.held_out:
                yield (
                    f"data_names.held_out is '{task.data_names.held_out}', but nothing is measured "
                    f"on it: {error} Give held-out data, or leave the name empty."
                )
            return
        if not task.data_names.held_out:
            yield "quality measures held-out data, but data_names.held_out is empty. Name the data."
            return
        for known in task.metrics:
            if why := known.refusal(found.get(known.name)):
                yield f"quality on the {task.data_names.held_out}: {known.name} {why}."
        validated = task.quality(network, "validation", names, settings, resolution)
        measured.append(dict(found) == dict(validated))
    if all(measured):
        yield (
            f"The {task.data_names.held_out} and the {task.data_names.validation} give the same "
            "numbers for both ends of the space. Hold out data that no search sees."
        )


@rule("task", "calibration batches change normalisation statistics where there are any")
def _calibration(examined: CheckedSupernet) -> Iterator[str]:
    from engine.compat.torch import AnyBatchNorm
    from engine.tasks.inputs import tensors
    from engine.tasks.statistics import recalibrate

    supernet, settings = examined.supernet, examined.settings
    for genotype in examined.ends:
        module, name = examined.module(genotype), examined.name(genotype)
        norms = [m for m in module.modules() if isinstance(m, AnyBatchNorm)]
        kept = [m.running_mean for m in norms if m.running_mean is not None]
        if not kept:
            return
        before = [mean.clone() for mean in kept]
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        batches = list(supernet.task.calibration(settings, resolution))
        if not batches:
            yield (
                f"{name} has batch-norm, whose statistics fit the largest network alone, and the "
                "task gives no batches for calibration. Give some of the training data."
            )
            return
        if wrong := [batch for batch in batches if not tensors(batch)]:
            yield f"calibration gives a batch of type {type(wrong[0]).__name__}, without a tensor."
            return
        recalibrate(module, batches)
        after = [m.running_mean for m in norms if m.running_mean is not None]
        if same(before, after):
            yield f"calibration leaves the statistics of {name} as they are. Give training data."
            return


@rule("task", "its data is named and described")
def _words(examined: CheckedSupernet) -> Iterator[str]:
    task = examined.supernet.task
    for part in ("item", "items", "validation"):
        if not getattr(task.data_names, part):
            yield f"data_names.{part} is empty. Say what the task's data is called."
    if not task.origin:
        yield "origin is empty. Say in a sentence on which data quality is measured."
    for known in task.metrics:
        if known.name in METRICS and known != METRICS[known.name]:
            yield f"The metric {known.name} is another one than the engine's. Rename it."
        elif known.name not in METRICS and (wrong := problem(known.name, known)):
            yield f"The metric {known.name} cannot be used: {wrong}."
        if not known.description:
            yield f"The metric {known.name} has no description. Say what it is, in a sentence."


@rule("task", "every option has a label, an explanation and a default that it admits")
def _options(examined: CheckedSupernet) -> Iterator[str]:
    supernet = examined.supernet
    owners: list[tuple[str, type[Options]]] = [
        ("the supernet", supernet.Options),
        ("the task", supernet.task.Options),
        *((f"the meter '{meter.name}'", meter.Options) for meter in all_meters()),
    ]
    for whose, model in owners:
        try:
            model.model_validate(model().model_dump())
        except ValueError as error:
            why = str(error).splitlines()[0]
            yield f"The defaults of the options of {whose} are refused: {why}."
        for known in fields(model):
            if not known.help:
                yield (
                    f"The option '{known.name}' of {whose} has no explanation. Declare it with "
                    "engine.options.option, with a label and a sentence."
                )


RULES = (_examples, _quality, _held_out, _calibration, _words, _options)
