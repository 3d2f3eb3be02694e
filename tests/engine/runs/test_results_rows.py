from engine.evaluation.record import Evaluation
from engine.results_formats import RESULTS_FORMATS
from engine.runs.results_rows import FullRows, PublishedRows
from tests.engine.records import evaluation

MEASURED = {"acc": ["measured"], "macs": ["exact"], "params": ["exact"]}


def published(name, sources=MEASURED):
    return PublishedRows(RESULTS_FORMATS[name].metric_headings, sources)


def known(**metrics) -> Evaluation:
    return evaluation(metrics={"macs": 5e6, "params": 8e4, **metrics})


def test_a_row_of_neural_compressor_has_five_cells_whatever_was_measured():
    rows = published("neural_compressor")
    row = rows.row(known(acc=91.5, acc_top5=99.0, size=2.0, energy=1.5))
    assert len(row) == len(rows.header) == 5
    assert row[0] == "{'ks': [3], 'e': [3], 'd': [2]}"
    assert row[2:] == [0, 5_000_000, 91.5]


def test_a_row_of_dynast_has_the_parameters_before_the_latency():
    rows = published("dynast")
    assert rows.header[2:] == ["Model Parameters", "Latency (ms)", "MACs", "Top-1 Acc (%)"]
    assert rows.row(known(acc=91.5, lat=1.75))[2:] == [80_000, 1.75, 5_000_000, 91.5]


def test_a_latency_that_was_not_measured_is_0_and_another_value_is_empty():
    assert published("neural_compressor").row(known())[2:] == [0, 5_000_000, ""]


def test_a_failed_evaluation_has_no_row_in_the_published_formats():
    assert published("neural_compressor").row(evaluation(ok=False)) is None
    assert published("dynast").row(evaluation(ok=False)) is None


def test_the_heading_of_what_was_not_measured_says_so():
    sources = {**MEASURED, "acc": ["published predictor"], "lat": ["lookup table"]}
    assert published("dynast", sources).header[2:] == [
        "Model Parameters",
        "Latency (ms), lookup table",
        "MACs",
        "Top-1 Acc (%), published predictor",
    ]


def test_a_full_row_has_every_metric_its_source_and_the_reason_of_a_failure():
    sources = {"acc": ["measured"], "energy": ["imported"], "macs": ["exact"]}
    rows = FullRows(sources, has_conditions=False)
    measured = evaluation(
        number=3, cycle=2, metrics={"acc": 91.5, "energy": 0.25, "macs": 5e6},
        sources={"acc": "measured", "energy": "imported", "macs": "exact"},
    )  # fmt: skip
    first = dict(zip(rows.header, rows.row(measured), strict=True))
    failed = dict(zip(rows.header, rows.row(evaluation(ok=False, number=4)), strict=True))
    assert {k: first[k] for k in ("evaluation", "cycle", "status", "acc", "energy", "macs")} == {
        "evaluation": 3, "cycle": 2, "status": "ok", "acc": 91.5, "energy": 0.25, "macs": 5_000_000,
    }  # fmt: skip
    assert (first["acc_source"], first["energy_source"]) == ("measured", "imported")
    assert (failed["status"], failed["reason"], failed["acc"]) == ("failed", "out of memory", "")
    assert failed["macs"] == 5_000_000


def test_a_full_row_keeps_what_a_predictor_said_before_calibration():
    source = "published predictor, calibrated on published measurements"
    rows = FullRows({"acc": [source], "macs": ["exact"]}, has_conditions=False)
    row = rows.row(evaluation(sources={"acc": source}, uncalibrated={"acc": 88.25}))
    assert rows.header[-1] == "acc_uncalibrated"
    assert row[-1] == 88.25


def test_a_reason_that_looks_like_a_formula_is_text_in_a_spreadsheet():
    rows = FullRows({"macs": ["exact"]}, has_conditions=False)
    row = dict(zip(rows.header, rows.row(evaluation(ok=False, reason="=1+1")), strict=True))
    assert row["reason"] == "'=1+1"
