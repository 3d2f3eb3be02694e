from app.subnetwork_panel import conditions_html, metric_rows
from engine.sources import PREDICTED
from tests.engine.records import evaluation

KNOWN = {"device": "cpu", "precision": "bf16", "runtime": "openvino", "runtime_version": "1.2"}


def test_what_a_quality_was_measured_with_is_said_where_it_is_known():
    measured = evaluation(quality_conditions={**KNOWN, "int8_runtime": "onnxruntime 1.3"})
    assert "Top-1 accuracy measured with OpenVINO 1.2 (cpu, bf16)." in conditions_html(measured)
    accuracy, *others = metric_rows(measured)
    assert "Measured with OpenVINO 1.2 (cpu, bf16)." in accuracy.help
    assert not any("OpenVINO" in row.help for row in others)


def test_a_log_of_an_older_version_says_nothing():
    assert conditions_html(evaluation()) == ""


def test_a_quality_that_was_not_measured_was_measured_with_nothing():
    predicted = evaluation(sources={"acc": PREDICTED}, quality_conditions=KNOWN)
    assert conditions_html(predicted) == ""


def test_a_quality_in_int8_has_its_own_runtime():
    conditions = {**KNOWN, "int8_runtime": "onnxruntime 1.3"}
    in_int8 = evaluation(
        metrics={"acc_int8": 90.0}, sources={"acc_int8": "measured"}, quality_conditions=conditions
    )
    assert "in int8 measured with ONNX Runtime 1.3 (int8)." in conditions_html(in_int8)
