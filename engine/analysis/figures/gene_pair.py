"""Draws a `PairInfo`: a cell for each pair of choices, coloured by its median."""

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.gene_pair import PairInfo
from engine.analysis.figures.layout import Figure, base_layout, data_table, gene_axis
from engine.analysis.name_text import in_chart

_MOST_TEXTS = 120  # cells above which values are not written into them


def pair_figure(info: PairInfo) -> Figure:
    """Cells from the page's colour, the worst median, to a strong one, the best."""
    scale, metric = info.axis.scale, info.axis.metric
    texts = [
        [
            f"{median:.{scale.decimals}f}<br>{count:,}" if count else ""
            for median, count in zip(medians, counts, strict=True)
        ]
        for medians, counts in zip(info.median.tolist(), info.count.tolist(), strict=True)
    ]
    medians, best = _with_gaps(info, info.median), _with_gaps(info, info.best)
    details = [
        [list(cell) for cell in zip(*row, strict=True)]
        for row in zip(best, info.count.tolist(), strict=True)
    ]
    unit = in_chart(scale.unit)
    trace = {
        "type": "heatmap",
        "name": in_chart(metric.label),
        "x": list(range(len(info.x))),
        "y": list(range(len(info.y))),
        "z": medians,
        "customdata": details,
        "text": texts,
        "texttemplate": "%{text}" if info.count.size <= _MOST_TEXTS else "",
        "textfont": {"size": 11, "color": "@text"},
        "colorscale": [[0.0, "@panel"], [1.0, "@high"]],
        "reversescale": metric.direction == "min",
        "xgap": 2,
        "ygap": 2,
        "colorbar": {
            "title": {"text": in_chart(info.axis.short_title), "side": "right"},
            "thickness": 10,
            "outlinewidth": 0,
            "x": 1.01,
            "xpad": 4,
        },
        "hovertemplate": f"median %{{z:.{scale.decimals}f}} {unit}<br>best "
        f"%{{customdata[0]:.{scale.decimals}f}} {unit}<br>%{{customdata[1]:,.0f}} sub-networks"
        "<extra></extra>",
        "hoverongaps": False,
    }
    layout = base_layout(
        f"{info.run}:{info.x.name}:{info.y.name}:{metric.name}",
        xaxis=gene_axis(info.x.label, info.x.texts, showgrid=False),
        yaxis=gene_axis(info.y.label, info.y.texts, showgrid=False),
        margin={"l": 56, "r": 12, "t": 10, "b": 44},
    )
    row, column = np.nonzero(info.count)
    table = data_table(
        {
            info.x.label: [info.x.texts[i] for i in column],
            info.y.label: [info.y.texts[i] for i in row],
            f"median {info.axis.short_title}": info.median[row, column],
            f"best {info.axis.short_title}": info.best[row, column],
            "sub-networks": info.count[row, column],
        }
    )
    return {"data": [trace], "layout": layout, "table": table}


def _with_gaps(info: PairInfo, values: npt.NDArray[np.float64]) -> list[list[float | None]]:
    """Values of the cells, None where there is no sub-network: JSON has no NaN."""
    return [
        [value if count else None for value, count in zip(row, counts, strict=True)]
        for row, counts in zip(values.tolist(), info.count.tolist(), strict=True)
    ]
