"""Requirements of quality measurements: files and data, each located and checked on its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.evaluation_settings import EvaluationSettings
from engine.options import Options, fields, path_option_names

Progress = Callable[[str, int, int | None], None]
"""Called with a description, the amount done and the total amount, None if unknown.

The amounts are bytes of a download or files of a folder. May raise to cancel the work.
"""

QualitySource = Literal["measured", "published predictor"]
"""The source of the quality of sub-networks: a measurement, or a published predictor."""


@dataclass(frozen=True)
class Requirement:
    """A file or data that the quality source `serves` needs.

    Supernets that share a requirement give it the same `key`. `origin` says where it comes
    from. `option` names the option that takes a path for it, if any, such as `task.dataset_path`
    or `supernet.weights_path`; `download` is the official address that `Supernet.fetch` takes it
    from, if any.

    `locate` says where it is, without reading it. `check` reads it and says what was found. Both
    raise DataError for what is missing, `check` also for what is damaged.
    """

    key: str
    title: str
    origin: str
    serves: QualitySource
    locate: Callable[[EvaluationSettings], str]
    check: Callable[[EvaluationSettings, Progress], str]
    option: str = ""
    download: str = ""


def path_requirements(
    owner: Literal["supernet", "task"],
    name: str,
    model: type[Options],
    options: Callable[[EvaluationSettings], Any],
    check: Callable[[EvaluationSettings], None],
) -> Sequence[Requirement]:
    """Requirements for the path options of a supernet or a task, each checked by `check`.

    `name` is that of the owner, `options` reads its options from settings.
    """
    labels = {field.name: field for field in fields(model)}

    def requirement_of(option: str) -> Requirement:
        def locate(settings: EvaluationSettings) -> str:
            check(settings)
            return str(getattr(options(settings), option) or "part of the package")

        def read(settings: EvaluationSettings, progress: Progress) -> str:
            check(settings)
            return "It can be used"

        return Requirement(
            key=f"{name} {option}",
            title=labels[option].label,
            origin=labels[option].help,
            serves="measured",
            locate=locate,
            check=read,
            option=f"{owner}.{option}",
        )

    return [requirement_of(option) for option in path_option_names(model)]
