"""What has to be there before a quality can be had: files and data, each told and checked alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.evaluation_settings import EvaluationSettings
from engine.options import Options, fields, path_option_names

Progress = Callable[[str, int, int | None], None]
"""Called with what is worked on, how much is done, and how much there is, None if unknown.

Bytes of a file that is fetched, files of a folder that is read. May raise to end the work.
"""

QualitySource = Literal["measured", "published predictor"]
"""Where the quality of sub-networks comes from: it is measured, or somebody's predictor tells."""


@dataclass(frozen=True)
class Requirement:
    """Something that has to be there before quality can be had from the source `serves`.

    Supernets that share it give it the same `key`. `origin` says where it comes from. `option`
    names the option that takes a path for it, if any, such as `task.dataset_path` or
    `supernet.weights_path`; `download` is the official address that `Supernet.fetch` takes it
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
    """What the options of a supernet or a task name that are paths, each checked by `check`.

    `name` is that of the owner, `options` reads its options from settings.
    """
    labels = {field.name: field for field in fields(model)}

    def made(option: str) -> Requirement:
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

    return [made(option) for option in path_option_names(model)]
