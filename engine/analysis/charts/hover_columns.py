"""What a pointer on a point shows beside the axes: any columns, and the note on the evaluation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.parallel import axis_label
from engine.analysis.number_text import NO_VALUE, scale_for
from engine.evaluation.record import WARM_START_CYCLE
from engine.runs.columns import RunColumns
from engine.runs.filter_expression import FLAGS


@dataclass(frozen=True)
class HoverColumn:
    """A column for the hover text of points: `values` `(k,)` in drawn units, NaN for no value.

    `texts` replaces values that have a text of their own; others have `decimals` and a `unit`.
    """

    label: str
    values: npt.NDArray[np.float64]
    texts: Mapping[str, str]
    decimals: int
    unit: str

    def text(self, row: int) -> str:
        """The line of a point."""
        value = float(self.values[row])
        if np.isnan(value):
            return f"{self.label}: {self.texts.get('', NO_VALUE)}"
        own_text = self.texts.get(_key(value))
        if own_text is not None:
            return f"{self.label}: {own_text}"
        return f"{self.label}: {value:.{self.decimals}f} {self.unit}".rstrip()


def hover_columns(
    columns: RunColumns, names: Sequence[str], rows: npt.NDArray[np.int64]
) -> tuple[HoverColumn, ...]:
    """The columns `names` of the evaluations `rows`, `(k,)` from 0; unknown names are left out."""
    by_name = columns.by_name(len(columns))
    return tuple(
        _column(columns, name, np.asarray(by_name[name], dtype=np.float64)[rows])
        for name in names
        if name in by_name
    )


def _key(value: float) -> str:
    """A value as the browser writes it."""
    return f"{value:.0f}" if value.is_integer() else repr(value)


def _column(columns: RunColumns, name: str, values: npt.NDArray[np.float64]) -> HoverColumn:
    label = axis_label(columns, name)
    if name in columns.metrics:
        scale = scale_for(columns.metric(name), float(np.nanmax(np.abs(values), initial=0.0)))
        unit = scale.unit.replace(label, "").strip()
        return HoverColumn(label, values / scale.divisor, {}, scale.decimals, unit)
    if name in FLAGS:
        return HoverColumn(label, values, {"0": "no", "1": "yes"}, 0, "")
    if name == "seconds":
        return HoverColumn(label, values, {}, 2, "s")
    gene = next((gene for gene in columns.genes if gene.name == name), None)
    if gene is not None:
        found = np.unique(values[~np.isnan(values)]).tolist()
        texts = {_key(value): columns.gene_text(gene.index, value) for value in found}
        return HoverColumn(label, values, {"": "off", **texts}, 0, "")
    return HoverColumn(label, values, {f"{WARM_START_CYCLE}": "known"}, 0, "")
