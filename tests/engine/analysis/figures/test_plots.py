"""Figures of one run as a notebook draws them; `tests/browser/test_figures.py` has the pages'."""

import subprocess
import sys

import pytest

import engine
from engine import (
    load_run,
    plot_front,
    plot_hypervolume,
    plot_importance,
    plot_live_front,
    plot_parallel,
    plot_prediction,
    plot_predictor_quality,
    plot_suggestions,
)
from engine.analysis.figures import plots
from engine.analysis.figures.theme import page_theme
from engine.errors import DataError, DynasError, FigureError, FilterError, RunError
from engine.python_api.front import Front
from tests.long_log import write_long_log
from tests.sourced_run import sourced_history


@pytest.fixture(scope="module")
def long_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    return load_run(write_long_log(folder, 120), folder)


def trace(figure, name):
    return next(one for one in figure.data if one.name == name)


def numbers(figure, name):
    return list(trace(figure, name).customdata)


def drawn(figure):
    """The numbers of all points."""
    return [int(n) for one in figure.data if one.customdata is not None for n in one.customdata]


def of_front(history):
    return {e.number: e.metrics for e in history.front()}


def test_the_front_is_that_of_the_run_in_the_units_of_its_axes(history):
    shown = trace(plot_front(history), "On the front")
    front = of_front(history)
    assert set(shown.customdata) == set(front)
    assert shown.x.tolist() == [front[n]["macs"] / 1e6 for n in shown.customdata]
    assert shown.y.tolist() == [front[n]["acc"] for n in shown.customdata]


def test_a_pointer_on_a_point_shows_chosen_columns_and_the_note(history, monkeypatch):
    monkeypatch.setattr(plots, "evaluation_notes", lambda run: {front[0]: "wide <b>at</b> the end"})
    front = list(of_front(history))
    figure = plot_front(history, hover=["params", "d1", "ks3", "feasible"])
    shown = trace(figure, "On the front")
    texts = dict(zip(map(int, shown.customdata), shown.text, strict=True))
    evaluation = history.evaluations[front[0] - 1]
    assert f"Stage 1 depth: {evaluation.config['d'][0]}" in texts[front[0]]
    assert f"Parameters: {evaluation.metrics['params'] / 1e3:.2f} k" in texts[front[0]]
    assert "Feasible: yes" in texts[front[0]]
    assert "Note: wide" in texts[front[0]]
    assert "<b>" not in texts[front[0]]
    assert "Note" not in texts[front[-1]]
    with pytest.raises(FigureError, match="There is no metric 'x'"):
        plot_front(history, hover=["x"])


def test_the_line_of_the_front_goes_from_left_to_right(history):
    line = trace(plot_front(history), "Pareto front")
    assert line.x.tolist() == sorted(line.x)
    assert len(line.x) == len(history.front())
    assert line.line.color == page_theme("light")["front"]


def test_every_measured_sub_network_is_drawn_once(history):
    assert sorted(drawn(plot_front(history))) == [e.number for e in history.evaluations if e.ok]


def test_the_front_as_it_was(long_run):
    then = plot_front(long_run, at=60)
    assert max(drawn(then)) <= 60
    first = [e for e in long_run.evaluations[:60] if long_run.feasible(e)]
    best = max(first, key=lambda e: e.metrics["acc"]).number
    assert best in numbers(then, "On the front")
    assert {long_run.evaluations[n - 1].cycle for n in numbers(then, "Newest cycle")} == {1}


def test_what_a_filter_does_not_let_pass_is_grey(history):
    figure = plot_front(history, where="acc > 88")
    other = {e.number for e in history.evaluations if e.ok and not e.metrics["acc"] > 88}
    assert set(numbers(figure, "Filtered out")) == other


def test_three_metrics_are_drawn_in_3d(history):
    figure = plot_front(history, "macs", "acc", "params", log="z")
    assert trace(figure, "On the front").type == "scatter3d"
    assert figure.layout.scene.zaxis.type == "log"


def test_the_live_front_names_what_is_missed(constrained_history):
    figure = plot_live_front(constrained_history, "params", "acc")
    missed = [e for e in constrained_history.evaluations if e.ok and e.metrics["acc"] < 89]
    assert numbers(figure, "Infeasible") == [e.number for e in missed]
    assert "infeasible: Top-1 accuracy ≥ 89 %" in trace(figure, "Infeasible").text[0]
    assert trace(figure, "Infeasible").x.tolist() == [e.metrics["params"] / 1e3 for e in missed]


def test_the_hypervolume_ends_at_the_last_evaluation(history):
    (staircase,) = plot_hypervolume(history).data
    assert (staircase.x[-1], staircase.y[-1]) == (12, history.hypervolume[-1])
    (line,) = plot_hypervolume(history, at=7).layout.shapes
    assert line.x0 == 7


@pytest.mark.parametrize("plot", [plot_front, plot_live_front, plot_suggestions])
def test_the_only_objective_of_a_run_is_drawn_over_the_order_of_evaluations(history_of_one, plot):
    figure = plot(history_of_one)
    assert figure.layout.xaxis.title.text == "Evaluation"
    assert figure.layout.yaxis.title.text == "Top-1 accuracy (%), more is better"
    best = max((e for e in history_of_one.evaluations if e.ok), key=lambda e: e.metrics["acc"])
    front = next(one for one in figure.data if one.name in ("On the front", "Within the limits"))
    assert (list(front.x), list(front.y)) == ([best.number], [best.metrics["acc"]])
    assert not any(len(one.x) for one in figure.data if one.mode == "lines")
    assert plot(history_of_one, "params").layout.xaxis.title.text.startswith("Parameters")


def test_predictions_stand_over_measurements(history):
    points = trace(plot_prediction(history), "Top-1 accuracy")
    told = [e for e in history.evaluations if e.ok and e.predicted]
    assert list(points.customdata) == [e.number for e in told]
    assert points.x.tolist() == [e.metrics["acc"] for e in told]
    assert points.y.tolist() == [e.predicted["acc"] for e in told]


def test_the_quality_of_predictors_by_cycle(history):
    ranking, error = (plot_predictor_quality(history, measure=m) for m in ("tau", "rmse"))
    cycles = sorted({e.cycle for e in history.evaluations if e.ok and e.predicted})
    assert list(error.data[0].x) == cycles
    assert ranking.layout.yaxis.title.text == "Kendall's tau"
    assert error.layout.yaxis.title.text == "RMSE (%)"


def test_parallel_coordinates_of_chosen_columns(history):
    (lines,) = plot_parallel(history, ["macs", "d1"], where="front").data
    assert [one.label for one in lines.dimensions] == ["MACs", "Stage 1 depth"]
    assert sorted(lines.dimensions[0].values) == sorted(
        metrics["macs"] for metrics in of_front(history).values()
    )


def test_importance_has_a_bar_for_each_part(long_run):
    (bars,) = plot_importance(long_run, "macs").data
    assert list(bars.x) == sorted(bars.x)
    assert "Stage 1 depth" in bars.y
    with pytest.raises(FigureError, match="There is no metric 'maccs' to draw here"):
        plot_importance(long_run, "maccs")


def test_suggestions_keep_to_limits(history):
    front = of_front(history)
    limit = max(metrics["macs"] for metrics in front.values()) - 1
    figure = plot_suggestions(history, limits={"macs": limit}, shortlist=[1])
    within = {n for n, metrics in front.items() if metrics["macs"] <= limit}
    assert within <= set(numbers(figure, "Within the limits")) | {1}
    assert set(front) - within <= set(numbers(figure, "Beyond the limits"))
    assert list(trace(figure, "On the shortlist").text) == ["#1"]
    assert len(trace(figure, "Suggested").x)


def drawn_alike(one, other):
    return one.to_json() == other.to_json()


def test_a_run_is_what_a_search_returned_what_was_loaded_or_an_id(data_dir, monkeypatch):
    history = sourced_history(data_dir, "run", [{}] * 4)
    loaded = load_run("run", data_dir)
    assert loaded.id == "run"
    assert drawn_alike(plot_front(Front(history)), plot_front(loaded))
    monkeypatch.setenv("DYNAS_DATA_DIR", str(data_dir))
    assert drawn_alike(plot_front("run"), plot_front(loaded))
    with pytest.raises(RunError, match="There is no run 'gone'"):
        plot_front("gone")
    with pytest.raises(FigureError, match="Give a Run, what NAS"):
        plot_front(7)


def test_a_run_that_nobody_drives_any_more_is_not_under_way(data_dir):
    log = sourced_history(data_dir, "run", [{}] * 4).log
    log.append_event("state", {"state": "running", "message": ""})
    assert load_run("run", data_dir).summary().state == "interrupted"


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda run: plot_front(run, where="maccs < 5M"), "no column 'maccs'"),
        (lambda run: plot_front(run, "gone"), "There is no metric 'gone' to draw here"),
        (
            lambda run: plot_front(run, style="red"),
            "style: give 'light', 'dark' or 'published', not 'red'",
        ),
        (lambda run: plot_parallel(run, ["ks99"]), "'ks99'"),
        (lambda run: plot_parallel(run, where="acc > 100"), "No sub-network passes the filter"),
        (lambda run: plot_prediction(run, "macs"), "There is no metric 'macs' to draw here"),
        (lambda run: plot_suggestions(run, limits={"mac": 1.0}), "There is no metric 'mac'"),
        (lambda run: plot_suggestions(run, shortlist=[99]), "no number 99"),
        (plot_importance, "Importance needs 20 measured sub-networks"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(history, draw, sentence):
    with pytest.raises((FigureError, FilterError, DataError), match=sentence):
        draw(history)


ONE_RUN = [
    plot_front, plot_live_front, plot_hypervolume, plot_prediction, plot_predictor_quality,
    plot_parallel, plot_importance, plot_suggestions,
]  # fmt: skip


@pytest.mark.parametrize("draw", ONE_RUN, ids=lambda draw: draw.__name__)
def test_a_run_without_a_measurement_is_no_figure(make, draw):
    with pytest.raises(DynasError, match=r"measured|predict|front"):
        draw(make("empty", []))


@pytest.mark.parametrize("draw", ONE_RUN, ids=lambda draw: draw.__name__)
@pytest.mark.parametrize("style", ["dark", "published"])
def test_every_figure_has_every_style(long_run, draw, style):
    figure = draw(long_run, style=style)
    background = {"dark": "#11161f", "published": "#ffffff"}[style]
    assert figure.layout.paper_bgcolor == background
    assert "@" not in figure.to_json().replace("@\u2060", "")


def test_the_published_style_has_triangles_in_a_frame(history):
    figure = plot_live_front(history, style="published")
    assert trace(figure, "On the front").marker.symbol == "triangle-up"
    assert figure.layout.xaxis.mirror
    assert not figure.layout.showlegend
    assert all(one.name != "Selected" for one in figure.data)


def test_a_name_is_no_markup_in_a_figure(make):
    run = make("<b>x</b>", [(90.0, 6e6)])
    assert "<b>" not in engine.plot_fronts([run, make("y", [(91.0, 5e6)])]).to_json()


def test_without_plotly_a_sentence_says_how_to_get_it(history, monkeypatch):
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", None)
    with pytest.raises(FigureError, match="pip install plotly"):
        plot_front(history)


def test_plotly_is_loaded_when_the_first_figure_is_drawn():
    code = (
        "import sys\n"
        "from engine import NAS, load_run, plot_front, plot_fronts\n"
        "print({'plotly', 'streamlit', 'starlette'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_figure_for_every_name_that_the_package_offers():
    offered = [name for name in engine.__all__ if name.startswith("plot_")]
    assert len(offered) == 16
    assert all(getattr(engine, name).__doc__ for name in offered)
