"""The rules for tasks, and for the options of supernets, tasks and meters."""

from collections.abc import Iterator

from engine.contracts.rules import CheckedSupernet, equal_tensors, output_tensors, rule
from engine.errors import DynasError
from engine.meters.registry import all_meters
from engine.metrics import METRICS, definition_problem
from engine.options import Options, fields
from engine.space import Genotypes


@rule("task", "example inputs are as many as asked for, and the same each time")
def _example_inputs_are_repeatable(subject: CheckedSupernet) -> Iterator[str]:
    from engine.tasks.inputs import tensors_in

    supernet = subject.supernet
    for genotype in _genotypes_by_resolution(subject):
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        at = f" at resolution {resolution}" if resolution else ""
        for count in (1, 3):
            tensors = tensors_in(supernet.task.example_inputs(count, resolution))
            if not tensors:
                yield f"example_inputs({count}){at} gives no tensor."
                return
            if wrong_shapes := [
                tuple(part.shape) for part in tensors if not part.ndim or len(part) != count
            ]:
                yield (
                    f"example_inputs({count}){at} gives a tensor of shape {wrong_shapes[0]}. The "
                    f"first dimension has to be {count}."
                )
                return
            if not equal_tensors(
                tensors, tensors_in(supernet.task.example_inputs(count, resolution))
            ):
                yield f"example_inputs({count}){at} gives other numbers each time. Fix its seed."
                return
        # Raises an error for inputs that the network cannot take.
        output_tensors(subject.module(genotype), subject.inputs(2, genotype))


def _genotypes_by_resolution(subject: CheckedSupernet) -> list[Genotypes]:
    """One sub-network for each input resolution."""
    supernet, by_resolution = subject.supernet, {}
    for genotype in subject.genotypes:
        config = supernet.space.to_config(genotype)
        by_resolution[supernet.resolution(config)] = genotype
    return list(by_resolution.values())


@rule("task", "quality is a possible number for each metric, and the same twice")
def _quality_is_repeatable(subject: CheckedSupernet) -> Iterator[str]:
    supernet, settings = subject.supernet, subject.settings
    task, names = supernet.task, [definition.name for definition in supernet.task.metrics]
    for genotype in subject.ends:
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        network, name = subject.network(genotype), subject.describe(genotype)
        values = task.quality(network, "validation", names, settings, resolution)
        for definition in task.metrics:
            if definition.name not in values:
                yield f"quality gives no {definition.name}, which is one of the task's metrics."
            elif problem := definition.refusal(values[definition.name]):
                yield f"quality: {definition.name} of {name} {problem}."
        second_values = task.quality(network, "validation", names, settings, resolution)
        if any(second_values.get(key) != value for key, value in values.items()):
            yield (
                f"quality gives {dict(values)} for {name}, then {dict(second_values)}. Measure on "
                "the same data in the same order, and draw nothing at random."
            )
        main_value = task.quality(network, "validation", names[:1], settings, resolution)
        if names[0] not in main_value:
            yield f"quality gives no {names[0]} where that alone is asked for."


@rule("task", "what is held out is measured, or said to be absent")
def _held_out_data_is_measured(subject: CheckedSupernet) -> Iterator[str]:
    supernet, settings = subject.supernet, subject.settings
    task, names = supernet.task, [definition.name for definition in supernet.task.metrics]
    is_same = []
    for genotype in subject.ends:
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        network = subject.network(genotype)
        try:
            values = task.quality(network, "held out", names, settings, resolution)
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
        for definition in task.metrics:
            if problem := definition.refusal(values.get(definition.name)):
                yield f"quality on the {task.data_names.held_out}: {definition.name} {problem}."
        validation_values = task.quality(network, "validation", names, settings, resolution)
        is_same.append(dict(values) == dict(validation_values))
    if all(is_same):
        yield (
            f"The {task.data_names.held_out} and the {task.data_names.validation} give the same "
            "numbers for both ends of the space. Hold out data that no search sees."
        )


@rule("task", "calibration batches change normalisation statistics where there are any")
def _calibration_has_an_effect(subject: CheckedSupernet) -> Iterator[str]:
    from engine.compat.torch import AnyBatchNorm
    from engine.tasks.inputs import tensors_in
    from engine.tasks.statistics import recalibrate

    supernet, settings = subject.supernet, subject.settings
    for genotype in subject.ends:
        module, name = subject.module(genotype), subject.describe(genotype)
        norms = [m for m in module.modules() if isinstance(m, AnyBatchNorm)]
        means = [m.running_mean for m in norms if m.running_mean is not None]
        if not means:
            return
        before = [mean.clone() for mean in means]
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        batches = list(supernet.task.calibration(settings, resolution))
        if not batches:
            yield (
                f"{name} has batch-norm, whose statistics fit the largest network alone, and the "
                "task gives no batches for calibration. Give some of the training data."
            )
            return
        if without_tensor := [batch for batch in batches if not tensors_in(batch)]:
            type_name = type(without_tensor[0]).__name__
            yield f"calibration gives a batch of type {type_name}, without a tensor."
            return
        recalibrate(module, batches)
        after = [m.running_mean for m in norms if m.running_mean is not None]
        if equal_tensors(before, after):
            yield f"calibration leaves the statistics of {name} as they are. Give training data."
            return


@rule("task", "its data is named and described")
def _data_is_described(subject: CheckedSupernet) -> Iterator[str]:
    task = subject.supernet.task
    for part in ("item", "items", "validation"):
        if not getattr(task.data_names, part):
            yield f"data_names.{part} is empty. Say what the task's data is called."
    if not task.origin:
        yield "origin is empty. Say in a sentence on which data quality is measured."
    for definition in task.metrics:
        if definition.name in METRICS and definition != METRICS[definition.name]:
            yield f"The metric {definition.name} is another one than the engine's. Rename it."
        elif definition.name not in METRICS and (
            metric_problem := definition_problem(definition.name, definition)
        ):
            yield f"The metric {definition.name} cannot be used: {metric_problem}."
        if not definition.description:
            yield f"The metric {definition.name} has no description. Say what it is, in a sentence."


@rule("task", "every option has a label, an explanation and a default that it admits")
def _options_are_described(subject: CheckedSupernet) -> Iterator[str]:
    supernet = subject.supernet
    owners: list[tuple[str, type[Options]]] = [
        ("the supernet", supernet.Options),
        ("the task", supernet.task.Options),
        *((f"the meter '{meter.name}'", meter.Options) for meter in all_meters()),
    ]
    for owner, model in owners:
        try:
            model.model_validate(model().model_dump())
        except ValueError as error:
            reason = str(error).splitlines()[0]
            yield f"The defaults of the options of {owner} are refused: {reason}."
        for field in fields(model):
            if not field.help:
                yield (
                    f"The option '{field.name}' of {owner} has no explanation. Declare it with "
                    "engine.options.option, with a label and a sentence."
                )


RULES = (
    _example_inputs_are_repeatable,
    _quality_is_repeatable,
    _held_out_data_is_measured,
    _calibration_has_an_effect,
    _data_is_described,
    _options_are_described,
)
