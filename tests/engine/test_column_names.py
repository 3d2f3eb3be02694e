"""No metric of a package can be taken for another column, whichever way it comes in."""

import csv
import io
from dataclasses import replace

import pytest

from engine import logged_metrics, metrics
from engine.column_names import RESERVED_COLUMNS, column_name_problem
from engine.errors import ConfigError, DataError
from engine.export.shortlist import to_csv
from engine.export.table import run_csv
from engine.meters import registry as meters
from engine.metrics import METRICS, definition_problem, find_metric
from engine.python_api.front import Front
from engine.results_formats import RESULTS_FORMATS
from engine.runs.columns import run_columns
from engine.runs.importing import columns as of_imports
from engine.runs.results_rows import results_rows
from engine.runs.service import RunService
from engine.sources import source_column, uncalibrated_column
from engine.supernets import registry
from tests.engine.offered import SURPRISE
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished

HERE = "tests.engine.offered"


@pytest.fixture
def history(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield finished(service, config(6, results_csv_format="full"))
    service.close()


def header(text):
    return next(csv.reader(io.StringIO(text)))


def of_metrics(names):
    return {column for name in names for column in
            (name, source_column(name), uncalibrated_column(name))}  # fmt: skip


def test_every_column_of_every_table_is_one_that_no_metric_can_be_called_like(history):
    there = set(history.evaluations[0].metrics)
    columns = run_columns(history)
    tables = {
        "csv": header(run_csv(history)),
        "shortlist": header(to_csv(history, history.front(), {})),
        "data frame": list(Front(history).to_dataframe().columns),
        "filters": list(columns.by_name(6)),
        "import": [
            *of_imports._RUN_CSV_HEADINGS,
            *of_imports._TIME_HEADINGS,
            *of_imports._SUBNETWORK_HEADINGS,
            "status",
        ],
        **{name: one.headings for name, one in RESULTS_FORMATS.items()},
        "full": results_rows(history, history.supernet).header,
    }
    genes = {gene.name for gene in columns.genes}
    for table, names in tables.items():
        assert len(set(names)) == len(names), table
        usable = {
            n for n in names if n not in genes and n.isidentifier() and not column_name_problem(n)
        }
        assert usable - of_metrics(there) <= {"MACs"}, table


@pytest.mark.parametrize(
    ("name", "why"),
    [
        *((name, f"'{name}' is the name of another column") for name in sorted(RESERVED_COLUMNS)),
        ("Config", "'Config' is the name of another column"),
        ("acc_source", "'acc_source' is the name of another column"),
        ("x_uncalibrated", "'x_uncalibrated' is the name of another column"),
        ("MACS", "its name is taken"),
        ("and", "a word of filters"),
        ("1st", "letters, digits and underscores with a letter first"),
        ("my score", "letters, digits and underscores with a letter first. Call it my_score"),
        ("F1@5", "with a letter first. Call it F1_5"),
        ("test_f1", "names that begin with 'test_' are those of held-out data"),
    ],
)
def test_a_metric_by_the_name_of_a_column_is_refused_with_the_reason(name, why):
    assert why in definition_problem(name, replace(SURPRISE, name=name))


@pytest.mark.parametrize(
    "name",
    ["@", "", "1 st", "a-source", "see config!", "acc!", "time source", "and!", "test f1", "a c c"],
)
def test_a_name_is_offered_that_could_be_used(name):
    problem = definition_problem(name, replace(SURPRISE, name=name))
    _, _, offered = problem.partition("Call it ")
    assert not offered or not definition_problem(offered, replace(SURPRISE, name=offered))


def test_it_is_refused_at_every_door(install, monkeypatch):
    monkeypatch.setattr(f"{HERE}.ENERGY", replace(SURPRISE, name="front"))
    install(
        supernets={"called_like_a_column": f"{HERE}:CalledLikeAColumn",
                   "called_like_a_gene": f"{HERE}:CalledLikeAGene"},
        metrics={"front": f"{HERE}:ENERGY"},
        meters={"called_like_a_column": "tests.engine.offered_meters:CalledLikeAColumn"},
    )  # fmt: skip
    with pytest.raises(ConfigError, match="The metric 'front' of an installed package"):
        metrics.metric("front")
    with pytest.raises(DataError, match="the metric config of its task: 'config' is the name of"):
        registry.load("called_like_a_column")
    with pytest.raises(DataError, match="the metric width1 of its task has the name of a gene"):
        registry.load("called_like_a_gene")
    assert "the metric seconds: 'seconds' is the name of another column" in meters.problems()[0]
    assert metrics.metric_names() == list(METRICS)


def test_a_run_of_before_keeps_its_metric(install):
    install()
    before = replace(SURPRISE, name="front")
    logged_metrics.restore_metrics({"front": vars(before)})
    assert find_metric("front") == before
