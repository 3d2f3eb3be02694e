import pytest

from engine import plot_fronts, plot_hypervolumes
from engine.analysis.palette import LINE_STYLES
from engine.errors import FigureError
from tests.comparable_runs import FAST, SLOW


@pytest.fixture
def runs(make):
    return [make("fast", FAST, "dynas"), make("slow", SLOW), make("slow", SLOW[:7], seed=1)]


def names(figure):
    return [one.name for one in figure.data if one.mode and "markers" in one.mode]


def test_each_run_has_its_front_and_seeds_share_one(runs):
    figure = plot_fronts(runs)
    assert names(figure) == ["fast", "slow (2 seeds)", "Selected"]
    assert list(figure.data[1].x) == [3.0]
    assert list(figure.data[1].y) == [93.0]
    assert names(plot_fronts(runs, apart=True)) == [
        "fast",
        "slow · slow-0",
        "slow · slow-1",
        "Selected",
    ]
    assert plot_fronts(runs, "params", "macs").layout.xaxis.title.text.startswith("Parameters")


def test_panels_have_room_for_any_number_of_runs(make):
    many = [make(f"run {i}", FAST, population=10 + i) for i in range(len(LINE_STYLES) + 3)]
    figure = plot_fronts(many, panels=True)
    assert len(figure.layout.annotations) == len(many)
    with pytest.raises(FigureError, match=r"plot_fronts\(runs, panels=True\)"):
        plot_fronts(many)
    with pytest.raises(FigureError, match="No sub-network of these runs"):
        plot_fronts([make("empty", [])], panels=True)


def test_hypervolumes_have_a_band_over_seeds(runs):
    figure = plot_hypervolumes(runs)
    assert names(figure) == ["fast", "slow (2 seeds)"]
    assert [one.name for one in figure.data][:2] == [
        "slow (2 seeds), lower quartile", "slow (2 seeds), upper quartile",
    ]  # fmt: skip
    lines = {one.name: one for one in figure.data}
    assert lines["fast"].y[-1] > lines["slow (2 seeds)"].y[-1]


def test_what_cannot_be_drawn_together_is_said(make, runs):
    other = make("other", FAST, metrics=["acc", "params"])
    with pytest.raises(FigureError, match="The hypervolume of other cannot be held against that"):
        plot_hypervolumes([runs[0], other])
    many = [make(f"run {i}", FAST, population=10 + i) for i in range(len(LINE_STYLES) + 1)]
    with pytest.raises(FigureError, match="At most 8 can be told apart"):
        plot_fronts(many)
    with pytest.raises(FigureError, match="give one at least"):
        plot_fronts([])
    for draw in (plot_fronts, plot_hypervolumes):
        with pytest.raises(FigureError, match="No sub-network of these runs has been measured"):
            draw([make("empty", [])])


def test_a_title_and_a_legend_have_lines_of_their_own(runs):
    layout = plot_fronts(runs).layout
    assert layout.title.text == "Pareto fronts"
    assert (layout.title.y, layout.title.yanchor) == (1, "top")
    assert (layout.legend.y, layout.legend.yanchor) == (1.01, "bottom")
    assert layout.margin.t >= 60


def test_the_only_objective_of_runs_is_drawn_as_the_best_so_far(make):
    accuracies = [(accuracy,) for accuracy in (90.0, 92.0, 91.0, 93.0)]
    one = make("one", accuracies, metrics=["acc"], record=[])
    figure = plot_fronts([one])
    assert (figure.layout.title.text, figure.layout.xaxis.title.text) == (
        "Best so far", "Evaluation"
    )  # fmt: skip
    for trace in figure.data[:2]:
        assert (list(trace.x), list(trace.y)) == ([1, 2, 4], [90.0, 92.0, 93.0])
