import math
import time

import numpy as np
import pytest

from engine.config import NASConfig
from engine.constraints import Constraint, missed_constraints, parse_constraints, violations
from engine.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("macs <= 300e6", "macs <= 300e6"),
        ("macs<=300M", "macs <= 300e6"),
        ("params ≤ 4_500k", "params <= 4.5e6"),
        (" acc >= 75.5 ", "acc >= 75.5"),
        ("lat <= .5", "lat <= 0.5"),
        ("acc >= -0", "acc >= 0"),
        ("macs <= 123456789012345", "macs <= 123456789012345.0"),
    ],
)
def test_is_written_as_it_is_read(text, written):
    assert str(Constraint.parse(text)) == written
    assert Constraint.parse(written) == Constraint.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "macs",
        "macs =< 3",
        "macs = 3",
        "macs << 3",
        "<= 3",
        "macs <= many",
        "3 >= macs",
        "macs <= _5",
        "macs <= nan",
        "macs <= inf",
    ],
)
def test_what_is_no_constraint_is_refused_with_an_example(text):
    with pytest.raises(ConfigError, match=r"is not a constraint.*'macs <= 300e6'"):
        Constraint.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("macs <= 1 2", "'1 2' is not a number for MACs. Write one such as 300M or 300 M MACs."),
        ("macs <= 1e999", "'1e999' is not a number"),
        ("macs <= 4__5", "'4__5' is not a number"),
        ("macs <= 0x10", "'0x10' is not a number"),
        ("macs <= 1e300G", "'1e300G' is not a number"),
        ("macs <= 3m", "'3m' is not a number"),
        ("lat <= 20 s", "'20 s' is not a number for Latency. Write one such as 20 or 20 ms."),
        ("size <= 3 M", "'3 M' is not a number for Size. Write one such as 20 or 20 MB."),
        ("acc >= 90 %%", "'90 %%' is not a number"),
    ],
)
def test_a_wrong_number_or_unit_is_named(text, said):
    with pytest.raises(ConfigError) as refused:
        Constraint.parse(text)
    assert said in str(refused.value)
    assert "is not a constraint" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "written", "label"),
    [
        ("MACs < 300M", "macs < 300e6", "MACs < 300 M"),
        ("macs ≤ 300 M MACs", "macs <= 300e6", "MACs ≤ 300 M"),
        ("top-1 accuracy > 90", "acc > 90", "Top-1 accuracy > 90 %"),
        ("Top 1 Accuracy ≥ 90.5 %", "acc >= 90.5", "Top-1 accuracy ≥ 90.5 %"),
        ("LATENCY<=20 MS", "lat <= 20", "Latency ≤ 20 ms"),
        ("peak memory <= 3 MB", "peak_memory <= 3", "Peak memory ≤ 3 MB"),
        ("Parameters <= 5.1 M params", "params <= 5.1e6", "Parameters ≤ 5.1 M"),
        ("macs <= 50 k", "macs <= 50000", "MACs ≤ 50 k"),
    ],
)
def test_names_labels_units_and_signs_are_read_without_regard_to_case(text, written, label):
    constraint = Constraint.parse(text)
    assert (str(constraint), constraint.label) == (written, label)
    assert Constraint.parse(label) == Constraint.parse(written) == constraint


def test_a_strict_bound_excludes_its_limit():
    strict = Constraint.parse("macs < 200")
    assert (strict.violation([199, 200, 300]) > 0).tolist() == [False, True, True]
    assert strict.violation(300) == Constraint.parse("macs <= 200").violation(300)
    assert strict != Constraint.parse("macs <= 200")


def test_bounds_are_joined_by_commas_and_words():
    texts = [
        str(c) for c in parse_constraints("macs <= 3M and Latency < 20 ms, acc > 90 AND acc>90")
    ]
    assert texts == ["macs <= 3e6", "lat < 20", "acc > 90"]
    assert parse_constraints(" ") == []
    for wrong in ("macs <= 3M,", "and macs <= 3M", "macs <= 3M and, acc > 3", ","):
        with pytest.raises(ConfigError, match="is missing before or after a comma"):
            parse_constraints(wrong)
    with pytest.raises(ConfigError, match="at most 1,000 characters"):
        parse_constraints(", ".join(["macs <= 3M"] * 200))


@pytest.mark.parametrize(
    "text",
    ["macs <= 5,000,000", "macs <= 5,000 M and acc > 3", "acc > 3, macs <= 5,000k", "lat<1,5"],
)
def test_a_number_with_commas_is_refused_with_words_on_them(text):
    with pytest.raises(ConfigError, match="has commas, which separate constraints"):
        parse_constraints(text)


def test_a_joint_in_no_label_is_refused():
    for text in ("macs, acc > 3", "macs and acc > 3", "macs <= 3M, fast"):
        with pytest.raises(ConfigError):
            parse_constraints(text)


def test_an_unknown_label_has_a_suggestion():
    with pytest.raises(ConfigError, match=r"no metric 'accuracy'.*Did you mean Top-1 accuracy"):
        Constraint.parse("accuracy > 3")


def test_an_unknown_metric_is_named():
    with pytest.raises(
        ConfigError, match=r"There is no metric 'energy'\. Choose from: acc, acc_top5, acc_int8"
    ):
        Constraint.parse("energy <= 3")


def test_violation_is_a_share_of_the_limit():
    at_most, at_least = Constraint.parse("macs <= 200"), Constraint.parse("acc >= 80")
    assert at_most.violation([100, 200, 300]).tolist() == [0, 0, 0.5]
    assert at_least.violation([[100], [80], [60]]).tolist() == [[0], [0], [0.25]]
    assert Constraint.parse("lat <= 0").violation(2.0) == 2.0


def test_a_value_that_is_not_known_keeps_to_nothing():
    constraint = Constraint.parse("lat <= 20")
    assert violations([constraint], {"acc": 3.0}) == math.inf
    assert missed_constraints([constraint], {}) == [constraint]


def test_violations_add_up():
    constraints = [Constraint.parse("macs <= 100"), Constraint.parse("acc >= 50")]
    values = {"macs": np.array([100, 150, 150]), "acc": np.array([50, 50, 25])}
    assert violations(constraints, values).tolist() == [0, 0.5, 1.0]
    assert violations([], values) == 0


def test_a_configuration_measures_what_it_constrains():
    config = NASConfig(dynas={"constraints": ["lat <= 20"], "workers": 1})
    assert config.all_metrics == ["acc", "macs", "lat", "params"]
    assert NASConfig.from_yaml(config.to_yaml()) == config


def test_a_constraint_on_latency_wants_one_worker():
    with pytest.raises(ConfigError, match="set workers to 1"):
        NASConfig.from_dict({"dynas": {"constraints": ["lat <= 20"], "workers": 2}})
    assert NASConfig(dynas={"constraints": ["lat <= 20"]}).dynas.workers == 1


def test_a_long_text_is_refused_without_being_read():
    began = time.process_time()
    with pytest.raises(ConfigError, match="at most 200 characters, not 8,009") as refused:
        Constraint.parse(f"macs <= {'9' * 8000}x")
    assert time.process_time() - began < 0.1
    assert len(str(refused.value)) < 300
