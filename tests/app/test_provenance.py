"""Every figure, table and export names the source of metrics that were not measured.

Each source is tested on all figures, tables and exports.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest

from app.compare.panels import source_differences
from app.explore.table import row_notes, table_info
from app.run_list.rows import run_row
from app.subnetwork_panel import metric_rows as panel_rows
from app.tables.front import front_info as front_rows
from engine import sources
from engine.analysis.charts.decision import decision_info
from engine.analysis.charts.front import FrontView, front_info
from engine.analysis.charts.hypervolume import hypervolume_info, unmeasured_objectives_text
from engine.analysis.charts.hypervolume_steps import steps_info
from engine.analysis.charts.importance import importance_info
from engine.analysis.charts.live_front import live_front_info
from engine.analysis.charts.parallel import parallel_info
from engine.analysis.charts.prediction import prediction_info
from engine.analysis.charts.predictor_quality import predictor_info
from engine.analysis.comparison.fronts import fronts_info
from engine.analysis.comparison.series import Series
from engine.analysis.comparison.sub_networks import metric_rows, qualities_text
from engine.analysis.figures.decision import decision_figure
from engine.analysis.figures.front import front_figure
from engine.analysis.figures.fronts import fronts_figure
from engine.analysis.figures.hypervolume import hypervolume_figure
from engine.analysis.figures.live_front import live_front_figure
from engine.analysis.figures.parallel import parallel_figure
from engine.analysis.figures.prediction import prediction_figure
from engine.analysis.number_text import metric_value, title_with_provenance
from engine.analysis.palette import LINE_STYLES
from engine.analysis.suggestions import suggest
from engine.export import shortlist, subnetwork
from engine.export.table import run_csv
from engine.metrics import Source, metric
from engine.predictors.importance import ImportanceReport
from engine.python_api.front import Front
from engine.runs.columns import ColumnStore
from engine.runs.run_labels import Labels
from engine.supernets import registry
from tests.sourced_run import METRICS, SUPERNET, sourced_history

ACCURACIES = [
    kind for kind in get_args(Source) if kind not in ("exact", "measured", "lookup table")
]
EXTRAPOLATED = f"{sources.CALIBRATED_ON_PUBLISHED}, extrapolated"
CASES = [
    *(("acc", kind) for kind in ACCURACIES),
    ("acc", EXTRAPOLATED),
    ("acc", "published predictor, imported"),
    ("lat", "lookup table"),
    ("lat", "imported"),
]
EVALUATIONS = 8


@dataclass
class SourcedRun:
    """A run whose metric `name` has one source throughout."""

    history: object
    columns: object
    name: str
    source: str

    @property
    def other(self):
        return "macs"


def of(data_dir, name, source):
    history = sourced_history(data_dir, "run", [{name: source}] * EVALUATIONS)
    store = ColumnStore(registry.load(SUPERNET).space, len(history.objectives))
    return SourcedRun(history, store.update(history), name, source)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}: {case[1]}")
def predicted_run(request, tmp_path_factory):
    """A run that all views are drawn of: they only read it."""
    return of(tmp_path_factory.mktemp("predicted"), *request.param)


@pytest.fixture(scope="module")
def measured_run(tmp_path_factory):
    return of(tmp_path_factory.mktemp("measured"), "acc", "measured")


def series_of(*histories):
    return [Series(h.id, h.id, (h,), look) for h, look in zip(histories, LINE_STYLES, strict=False)]


def report():
    return ImportanceReport("Ridge regression", EVALUATIONS, 0.9, 0.9, (), ())


TEXTS = {
    "Run, the front": lambda s: live_front_figure(live(s))["layout"]["yaxis"]["title"]["text"],
    "Run, the front upright": lambda s: live_front_figure(
        live_front_info("run", s.history, s.name, s.other, None, 8)
    )["layout"]["xaxis"]["title"]["text"],
    "Run, pointer": lambda s: live_front_figure(live(s))["data"][1]["hovertemplate"],
    "Run, text alternative": lambda s: live(s).description,
    "Run, table of the front": lambda s: front_rows(s.history, METRICS).titles,
    "Run, titles": lambda s: title_with_provenance("Pareto front", s.history.provenance),
    "Run, axis of the hypervolume": lambda s: hypervolume_figure(
        hypervolume_info("run", s.history)
    )["layout"]["yaxis"]["title"]["text"],
    "Run, hypervolume": lambda s: hypervolume_info("run", s.history).description,
    "Run, predictors": lambda s: predictor_info("run", s.history, s.name).metric.label,
    "Run, predictions": lambda s: predictions(s).description,
    "Run, axis of predictions": lambda s: prediction_figure(predictions(s))["layout"]["xaxis"],
    "Explore, the front": lambda s: front_figure(plane(s))["layout"]["yaxis"]["title"]["text"],
    "Explore, pointer": lambda s: front_figure(plane(s))["data"][0]["hovertemplate"],
    "Explore, space": lambda s: front_figure(space(s))["layout"]["scene"]["yaxis"]["title"],
    "Explore, text alternative": lambda s: plane(s).description,
    "Explore, parallel": lambda s: parallel_figure(parallel(s), {})["data"][0]["dimensions"],
    "Explore, parallel in words": lambda s: parallel(s).description,
    "Explore, hypervolume": lambda s: steps_info(
        "run", s.history.hypervolume, unmeasured_objectives_text(s.history)
    ).description,
    "Explore, importance": lambda s: importance_info(
        "run", s.columns.metric(s.name), report(), "gene"
    ).metric.label,
    "Decide, the front": lambda s: decision_figure(choice(s))["layout"]["yaxis"]["title"]["text"],
    "Decide, pointer": lambda s: choice(s).points[0].hover,
    "Decide, text alternative": lambda s: choice(s).description,
    "Decide, suggestions": lambda s: [
        suggestion.reason
        for suggestion in suggest(
            s.history.front(), s.history.objectives, {"acc": 1, "lat": 1}
        ).suggestions
    ],
    "Decide, comparison": lambda s: [
        row.title for row in metric_rows(s.history.front(), METRICS, {})
    ],
    "Decide, badges": lambda s: [
        value.source for row in metric_rows(s.history.front(), METRICS, {}) for value in row.values
    ],
    "Compare, the front": lambda s: fronts_figure(
        fronts_info(series_of(s.history), s.other, s.name)
    )["layout"]["yaxis"]["title"]["text"],
    "Compare, pointer": lambda s: [
        front.hover for front in fronts_info(series_of(s.history), s.other, s.name).fronts
    ],
    "Compare, text alternative": lambda s: fronts_info(
        series_of(s.history), s.other, s.name
    ).description,
    "Compare, hypervolume": lambda s: source_differences(
        [SimpleNamespace(series=one) for one in series_of(s.history)]
    ),
    "Runs": lambda s: run_row(s.history.summary(), Labels()).objectives,
    "Sub-network": lambda s: [row.label for row in panel_rows(s.history.evaluations[0])],
    "Sub-network, badges": lambda s: [row.source for row in panel_rows(s.history.evaluations[0])],
    "a value with its unit": lambda s: metric_value(s.name, 1.0, s.source),
    "the front of the command line": lambda s: Front(s.history).remarks,
    "Python lines": lambda s: subnetwork.to_python(s.history.config, s.history.evaluations[0]),
}  # fmt: skip

SOURCES = {
    "CSV of a run": lambda s: run_csv(s.history),
    "data frame": lambda s: Front(s.history).to_dataframe().to_csv(),
    "JSON": lambda s: subnetwork.to_json(s.history.config, s.history.evaluations[0]),
    "YAML": lambda s: subnetwork.to_dict(s.history.config, s.history.evaluations[0]),
    "shortlist as JSON": lambda s: shortlist.to_json(s.history, s.history.front(), {}),
    "shortlist as CSV": lambda s: shortlist.to_csv(s.history, s.history.front(), {}),
}


def live(s):
    return live_front_info("run", s.history, s.other, s.name, None, 8)


def predictions(s):
    return prediction_info("run", s.history, s.name, None, 8)


def plane(s):
    view = FrontView((s.other, s.name))
    return front_info("run", s.columns, view, ("acc", "lat"), {}, 8)


def space(s):
    view = FrontView((s.other, s.name, "params"))
    return front_info("run", s.columns, view, ("acc", "lat"), {}, 8)


def parallel(s):
    every = np.ones(EVALUATIONS, dtype=bool)
    return parallel_info("run", s.columns, METRICS, every, None, 8)


def choice(s):
    front = s.history.front()
    return decision_info(
        "run",
        front,
        [],
        {e.number for e in front},
        (s.other, s.name),
        ("acc", "lat"),
        {},
        {},
        [],
        8,
    )


@pytest.mark.parametrize("view", TEXTS)
def test_every_view_names_the_source(predicted_run, view):
    word = sources.source_headline(predicted_run.source)
    assert word in str(TEXTS[view](predicted_run)).replace("<br>", " ").lower(), view


@pytest.mark.parametrize("view", TEXTS)
def test_measured_metrics_are_not_called_predicted_or_imported(measured_run, view):
    text = str(TEXTS[view](measured_run)).lower()
    assert not any(word in text for word in ("imported", "published", "lookup"))
    if "predict" not in view:
        assert "predicted" not in text


@pytest.mark.parametrize("view", SOURCES)
def test_every_export_names_the_source_in_full(predicted_run, view):
    assert predicted_run.source in str(SOURCES[view](predicted_run)), view


@pytest.mark.parametrize(
    "view", ["Run, the front", "Explore, the front", "Decide, the front", "Compare, the front"]
)
def test_axes_name_the_calibration_in_lines_that_fit(data_dir, view):
    title = TEXTS[view](of(data_dir, "acc", EXTRAPOLATED))
    flat = title.replace("<br>", " ")
    assert flat.startswith("Top-1 accuracy, predicted (%), more is better")
    assert "calibrated, extrapolated" in flat
    assert all(len(line) <= 50 for line in title.split("<br>"))
    assert len(title.split("<br>")) == 2


def test_extrapolated_evaluations_are_marked(data_dir):
    mixed = [{"acc": sources.CALIBRATED_ON_PUBLISHED}] * 4 + [{"acc": EXTRAPOLATED}] * 4
    history = sourced_history(data_dir, "mixed", mixed)
    store = ColumnStore(registry.load(SUPERNET).space, 2)
    predicted_run = SourcedRun(
        history, store.update(history), "acc", sources.CALIBRATED_ON_PUBLISHED
    )
    assert list(predicted_run.columns.extrapolated) == list(history.columns().extrapolated)
    assert list(plane(predicted_run).extrapolated) == [False] * 4 + [True] * 4
    assert [("extrapolated" in row.notes) for row in front_rows(history, METRICS).rows] == [
        e.extrapolated for e in history.front()
    ]
    every = np.ones(EVALUATIONS, dtype=bool)
    table = table_info(predicted_run.columns, every, ("acc", "extrapolated"), "number", False, 1)
    assert [cells[2] for cells in table.cells] == [""] * 4 + ["yes"] * 4
    assert "partly extrapolated" in TEXTS["Run, the front"](predicted_run).replace("<br>", " ")


def test_calibrated_and_uncalibrated_values_are_shown_and_exported(data_dir):
    history = sourced_history(
        data_dir, "run", [{"acc": sources.CALIBRATED_ON_PUBLISHED}] * EVALUATIONS
    )
    first = history.evaluations[0]
    accuracy = next(row for row in panel_rows(first) if row.label.startswith("Top-1"))
    assert (accuracy.value, accuracy.note) == ("80.00 %", "predictor itself: 85.00 %")
    assert '"uncalibrated": 85.0' in subnetwork.to_json(history.config, first)
    for table in (run_csv(history), shortlist.to_csv(history, [first], {})):
        assert "acc_uncalibrated" in table.splitlines()[0]
        assert table.splitlines()[1].endswith(",85.0")


def test_accuracies_of_a_shortlist_are_not_called_validation_where_they_were_predicted(data_dir):
    evaluation = of(data_dir, "acc", sources.PREDICTED).history.evaluations[0]
    assert qualities_text(evaluation, {}, metric("acc")) == "predicted, not calibrated 80.00 %"


def test_rows_name_their_source_in_a_column_of_mixed_sources(data_dir):
    history = sourced_history(data_dir, "mixed", [{}] * 2 + [{"acc": "imported"}] * 2)
    table = front_rows(history, METRICS)
    assert "Top-1 accuracy ↑" in table.titles
    expected = ["measured", "measured", "imported", "imported"]
    assert [row.cells[2] for row in table.rows] == ["80.00 %", "81.00 %", "82.00 %", "83.00 %"]
    assert [row.notes[2] for row in table.rows] == expected
    columns = ColumnStore(registry.load(SUPERNET).space, 2).update(history)
    actual = [row_notes(history, columns, ("cycle", "acc", "macs"), n) for n in range(1, 5)]
    assert actual == [("", word, "") for word in expected]
