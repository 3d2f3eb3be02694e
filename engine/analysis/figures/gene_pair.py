"""Draws a `PairInfo`: a cell for each pair of choices, coloured by its median."""

import numpy as np

from engine.analysis.charts.gene_pair import PairInfo
from engine.analysis.figures.layout import Figure, base_layout, gene_axis
from engine.analysis.name_text import in_chart

_MOST_TEXTS = 120  # cells above which values are not written into them


def pair_figure(info: PairInfo) -> Figure:
    """Cells from the page's colour, the worst median, to a strong one, the best."""
    scale, metric = info.axis.scale, info.axis.metric
    is_filled = info.count > 0
    texts = [
        [
            f"{median:.{scale.decimals}f}<br>{count:,}" if count else ""
            for median, count in zip(medians, counts, strict=True)
        ]
        for medians, counts in zip(info.median.tolist(), info.count.tolist(), strict=True)
    ]
    details = np.stack([info.best, info.count.astype(np.float64)], axis=-1)
    unit = in_chart(scale.unit)
    trace = {
        "type": "heatmap",
        "name": in_chart(metric.label),
        "x": list(range(len(info.x))),
        "y": list(range(len(info.y))),
        "z": info.median.tolist() if is_filled.all() else _with_gaps(info),
        "customdata": details.tolist(),
        "text": texts,
        "texttemplate": "%{text}" if info.count.size <= _MOST_TEXTS else "",
        "textfont": {"size": 11},
        "colorscale": [[0.0, "@panel"], [1.0, "@series0"]],
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
    return {"data": [trace], "layout": layout}


def _with_gaps(info: PairInfo) -> list[list[float | None]]:
    """The medians, None where there is none."""
    return [
        [median if count else None for median, count in zip(medians, counts, strict=True)]
        for medians, counts in zip(info.median.tolist(), info.count.tolist(), strict=True)
    ]
