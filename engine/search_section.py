"""The sections of a configuration on how sub-networks are proposed, and when a search ends."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from engine.basic_settings import MOVED
from engine.search_choices import SearchChoices
from engine.search_methods import PREDICTORS
from engine.settings_section import NotCompared, Section

_LARGEST_SEED = 2**63 - 1

if TYPE_CHECKING:
    PredictorName = str
else:
    PredictorName = Literal[tuple(PREDICTORS)]


class SearchSection(Section):
    """How sub-networks are proposed."""

    search_algorithm: str | None = None
    """The evolutionary algorithm; by default one that fits the number of objectives."""
    predictor: PredictorName = next(iter(PREDICTORS))
    """The model that predicts metrics; `auto` takes the best for each by cross-validation."""
    seed: int = Field(default=0, ge=0, le=_LARGEST_SEED)
    """The start of all random numbers of the search."""
    deterministic: bool = False
    """Plan a cycle only when all earlier ones are measured: the search is then the same for any
    number of workers, which wait for each other."""
    search_space: SearchChoices | None = None
    """Names with lists of choices, which functions of a script evaluate instead of a supernet."""
    higher_is_better: list[bool] | None = None
    """For each objective that such functions return, whether more is better."""

    other_names = frozenset(MOVED)

    _published: NotCompared[Mapping[str, Any]] = PrivateAttr(default=NotCompared({}))
    _unread: NotCompared[Mapping[str, Any]] = PrivateAttr(default=NotCompared({}))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A published setting as it was assigned, else None."""
            is_published = name in MOVED
            return self._published.value.get(name) if is_published else super().__getattr__(name)

    def leave_out(self, name: str) -> None:
        """Give a setting its default again, as if it had not been set."""
        if name in MOVED:
            self.assign(name, None)
        else:
            super().leave_out(name)

    def _assign(self, name: str, value: Any) -> None:
        """Set a setting; a published one of the section `dynas` waits until that reads it."""
        if name not in MOVED:
            super()._assign(name, value)
            return
        self._published = NotCompared({**self._published.value, name: value})
        unread = {**self._unread.value, name: value}
        self._unread = NotCompared({n: v for n, v in unread.items() if v is not None})

    @property
    def unread(self) -> Mapping[str, Any]:
        """The published settings of the section `dynas` that it has not read."""
        return self._unread.value

    def read(self, name: str) -> Any:
        """Take a setting out of `unread`."""
        value = self._unread.value[name]
        self._unread = NotCompared({n: v for n, v in self._unread.value.items() if n != name})
        return value

    @model_validator(mode="wrap")
    @classmethod
    def _published_apart(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, Mapping):
            return handler(data)
        moved = {name: data[name] for name in MOVED if name in data}
        section = handler({name: value for name, value in data.items() if name not in moved})
        for name, value in moved.items():
            section.assign(name, value)
        return section


class StopSection(Section):
    """Rules that end a search before its budget is spent; the first that applies counts."""

    seconds: float | None = Field(default=None, gt=0)
    """Seconds of running time; none for any."""
    hypervolume: float | None = Field(default=None, gt=0, le=1)
    """The share of the reference box to reach; none for any."""
    cycles: int | None = Field(default=None, ge=1)
    """Cycles in a row that each improve the hypervolume by less than a thousandth."""
