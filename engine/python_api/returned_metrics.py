"""The metrics that functions of a script return: their names in a run, and how to read them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine import published_names
from engine.bound_text import SIGN, split_bounds
from engine.column_names import column_name_problem
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.meters.own_metrics import OwnMetric, check_own_name
from engine.metrics import METRICS, Metric, installed_names
from engine.supernets.choices.trial import PARAMS

TAKEN_PREFIX = "eval_"
"""Begins the name of a returned metric whose own name has another meaning in the product."""


@dataclass(frozen=True)
class ReturnedMetrics:
    """The objectives, bounds and recorded metrics of a search, by the names that are returned."""

    objectives: Sequence[str]
    constraints: Sequence[str]
    record: Sequence[str]

    @classmethod
    def of(
        cls, config: NASConfig, objectives: Sequence[str], counts_params: bool
    ) -> "ReturnedMetrics":
        """Those of a configuration; parameters are recorded where they are counted."""
        bounds = [bound for text in config.dynas.constraints for bound in split_bounds(text)]
        record = [PARAMS] if counts_params else []
        if "record" in config.dynas.model_fields_set:
            record = config.dynas.record
        return cls(objectives, bounds, [name for name in record if name not in objectives])

    def definitions(
        self, described: Mapping[str, OwnMetric], flags: Sequence[bool] | None, counts_params: bool
    ) -> dict[Metric, str]:
        """Each metric with the name that is returned; `flags` as of `search.higher_is_better`.

        Of `params`, less is always better: all runs share its name. Raises ConfigError for a name
        that cannot be that of a metric, for too few `flags`, and for `params` to be maximised.
        """
        directions = _directions(self.objectives, flags)
        names = [*self.objectives, *map(_bounded_name, self.constraints), *self.record]
        definitions: dict[Metric, str] = {}
        for name in dict.fromkeys(names):
            own = described.get(name) or OwnMetric(maximize=directions.get(name, True))
            if name == PARAMS:
                own = _params(described.get(name), directions.get(name, False), counts_params)
            run_name = f"{TAKEN_PREFIX}{name}" if _is_taken(name) else name
            definition = own.definition(run_name, label=name)
            check_own_name(run_name, definition)
            definitions[definition] = name
        return definitions

    def settings(self, definitions: Mapping[Metric, str]) -> dict[str, list[str]]:
        """The settings of the section `dynas` with the names of the run."""
        run_names = {returned: metric.name for metric, returned in definitions.items()}
        return {
            "metrics": [run_names[name] for name in self.objectives],
            "record": [run_names[name] for name in self.record],
            "constraints": [_with_name(bound, run_names.__getitem__) for bound in self.constraints],
        }


def _params(described: OwnMetric | None, maximize: bool, is_counted: bool) -> OwnMetric:
    """The definition of `params`; raises ConfigError if more of them is to be better."""
    if maximize or (described is not None and described.maximize):
        raise ConfigError(
            f"'{PARAMS}' is the number of parameters, of which less is better. Return what you "
            "maximise by another name."
        )
    if described is not None:
        return described
    if not is_counted:
        return OwnMetric(maximize=False)
    return OwnMetric(None, False, "params", "Parameters", lowest=0.0)


def _is_taken(name: str) -> bool:
    """Whether a metric of the product, or a column of its tables, has the name or is read by it."""
    is_column = name.isidentifier() and bool(column_name_problem(name, frozenset(METRICS)))
    is_published = name in published_names.METRICS
    return name in METRICS or is_published or name in installed_names() or is_column


def _directions(objectives: Sequence[str], flags: Sequence[bool] | None) -> dict[str, bool]:
    if flags is None:
        return {}
    if len(flags) != len(objectives):
        raise ConfigError(
            f"search.higher_is_better has {len(flags)} entries, and there are {len(objectives)} "
            f"objectives: {', '.join(objectives)}. Give one for each."
        )
    return dict(zip(objectives, flags, strict=True))


def _bounded_name(bound: str) -> str:
    return SIGN.split(bound, maxsplit=1)[0].strip()


def _with_name(bound: str, run_name: Callable[[str], str]) -> str:
    name = _bounded_name(bound)
    return bound.replace(name, run_name(name), 1)
