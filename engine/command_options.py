"""Arguments and options that several commands have."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from engine import data_dir as data_folder

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Where runs are kept; $DYNAS_DATA_DIR or ~/.dynas-studio if left out.",
        callback=data_folder.use_path,
    ),
]
RunId = Annotated[str, typer.Argument(help="The run's id, as `runs` lists it.")]


def with_option_groups(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each field of its parameters that are dataclasses.

    Such a class has the options that several commands have in common; the command gets an object of
    it. Each field has a default.

    >>> Place = make_dataclass("Place", [("device", str, "cpu"), ("seed", int, 0)])
    >>> def measure(number: int, place: Place) -> None:
    ...     print(number, place.device, place.seed)
    >>> with_option_groups(measure)(3, seed=7)
    3 cpu 7
    """
    signature = inspect.signature(command)
    groups: dict[str, Any] = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if is_dataclass(parameter.annotation)
    }
    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if name in groups:
            parameters.extend(map(_option, fields(parameter.annotation)))
        else:
            parameters.append(parameter)
    flat = inspect.Signature(
        [p for p in parameters if p.default is p.empty]
        + [p for p in parameters if p.default is not p.empty]
    )

    def grouped(*arguments: Any, **options: Any) -> None:
        bound = flat.bind(*arguments, **options)
        bound.apply_defaults()
        values = dict(bound.arguments)
        made: dict[str, Any] = {
            name: group(
                **{field: values.pop(field) for field in inspect.signature(group).parameters}
            )
            for name, group in groups.items()
        }
        command(**values, **made)

    grouped.__name__, grouped.__doc__ = command.__name__, command.__doc__
    grouped.__module__ = command.__module__
    grouped.__signature__ = flat  # type: ignore[attr-defined]
    grouped.__annotations__ = {p.name: p.annotation for p in flat.parameters.values()}
    return grouped


def _option(field: Any) -> inspect.Parameter:
    default = field.default if field.default is not MISSING else field.default_factory()
    return inspect.Parameter(
        field.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=field.type
    )
