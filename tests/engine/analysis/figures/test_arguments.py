"""Whatever is given to a function that draws, it draws or says in a sentence what is wrong."""

import inspect

import plotly.graph_objects as go
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from engine import load_run, plot_front, plot_fronts, plot_hypervolume, plot_suggestions
from engine.analysis.figures.arguments import _CHECKS
from engine.errors import DynasError, FigureError
from tests.long_log import write_long_log

PLOTS = [getattr(engine, name) for name in engine.__all__ if name.startswith("plot_")]


class Unprintable:
    def __repr__(self):
        raise RuntimeError


words = st.sampled_from(
    ["", "q", "x", "macs", "acc", "50k", "macs <", "\0", "\ud800", "9" * 500, "1e999", "nan"]
)
single = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 200), st.just(10**400), st.floats(), words,
    st.complex_numbers(), st.binary(max_size=3), st.just(object()), st.builds(Unprintable),
    st.just(int),
)  # fmt: skip
hostile = st.one_of(
    single,
    st.lists(single, max_size=3),
    st.dictionaries(st.one_of(words, st.integers()), single, max_size=3),
    st.frozensets(words),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    return load_run(write_long_log(folder, 60), folder)


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.__name__)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_only_our_errors_come_out(plot, data, run):
    first, *others = inspect.signature(plot).parameters
    arguments = {first: [run, run] if first == "runs" else run}
    name = data.draw(st.sampled_from([first, *others]))
    arguments[name] = data.draw(hostile)
    try:
        outcome = plot(**arguments)
    except DynasError as error:
        outcome = str(error).encode().decode()
    assert isinstance(outcome, go.Figure) or 10 < len(outcome) < 1000


def test_every_argument_of_every_function_is_checked():
    given = {name for plot in PLOTS for name in inspect.signature(plot).parameters}
    assert given - {"run"} == set(_CHECKS)


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda run: plot_suggestions(run, limits={"macs": "50x"}),
         "limits: '50x' is not a number for MACs. Write one such as 300M or 300 M MACs."),
        (lambda run: plot_suggestions(run, limits={"macs": None}),
         "limits: The limit on 'macs' is None. Write a finite number"),
        (lambda run: plot_suggestions(run, limits=[("macs", 1)]), "limits: give a text, not"),
        (lambda run: plot_suggestions(run, weights={"acc": -1}), "weights['acc']: give 0 or more"),
        (lambda run: plot_suggestions(run, weights={"acc": 0}), "weights: give one that is more"),
        (lambda run: plot_suggestions(run, weights={"speed": 1}), "There is no metric 'speed'"),
        (lambda run: plot_suggestions(run, shortlist="12"), "shortlist: give a list of the"),
        (lambda run: plot_front(run, log="q"), "log: give 'x', 'y' or 'z', not 'q'."),
        (lambda run: plot_front(run, at=600), "at: the run has evaluations 1 to 60, and no number"),
        (lambda run: plot_front(run, at=True), "at: give a whole number, not True."),
        (lambda run: plot_front(run, outliers="no"), "outliers: give True or False, not 'no'."),
        (lambda run: plot_front(run, where=3), "where: give a text, not 3."),
        (lambda run: plot_hypervolume(run, at=0), "at: the run has evaluations 1 to 60, and no"),
        (lambda run: plot_hypervolume(run, style="neon"),
         "style: give 'light', 'dark' or 'published', not 'neon'."),
        (lambda run: plot_fronts(run), "runs: give a list of runs, not "),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_argument_is_said(run, draw, sentence):
    with pytest.raises(FigureError) as raised:
        draw(run)
    assert str(raised.value).startswith(sentence)


def test_limits_are_read_as_constraints_are(run):
    worst = max(e.metrics["macs"] for e in run.front())
    limit = worst * 0.8
    numbers, texts = (
        plot_suggestions(run, limits={"macs": given}).to_plotly_json()["data"]
        for given in (limit, f"{limit / 1e6!r} M")
    )
    assert str(numbers) == str(texts)


@pytest.mark.parametrize("arguments", [(3,), (None,), ("x", 3), ("x", "a\0b"), ("\0",), ("../x",)])
def test_a_run_that_cannot_be_is_said(arguments, tmp_path):
    with pytest.raises(DynasError):
        load_run(*arguments) if len(arguments) > 1 else load_run(*arguments, tmp_path)
