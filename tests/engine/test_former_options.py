"""Names that options had when all stood in one row: read, set, given, and named in errors."""

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.former_options import FORMER_OPTIONS
from engine.overrides import with_assignments

IMAGENET = "ofa_mbv3_d234_e346_k357_w1.0"
VALUES = {
    "dataset_path": "/images", "test_fraction": 0.5, "accuracy_source": "published predictor",
    "weights_path": "/w.pth", "supernet_ckpt_path": "/w.pth", "predictor_path": "/p.pth",
    "calibrate": False, "calibration_path": "/m.csv", "calibration": None,
    "latency_batch": 8, "threads": 2, "latency_table": "/t.yaml", "latency_runtime": "onnxruntime",
}  # fmt: skip


def of_imagenet(**dynas):
    return NASConfig(dynas={"supernet": IMAGENET, **dynas})


def at(config, name):
    """What is at the place of an option in the plain data of a configuration, None if nothing."""
    fields_by_name = config.to_dict()["nas"]["dynas"]
    *sections, last = FORMER_OPTIONS[name].path
    for section in sections:
        fields_by_name = fields_by_name.get(section, {})
    return fields_by_name.get(last)


@pytest.mark.parametrize("name", FORMER_OPTIONS)
def test_one_is_read_set_and_given_in_its_place(name):
    value, default = VALUES[name], FORMER_OPTIONS[name].default
    config = of_imagenet(**{name: value})
    assert getattr(config.dynas, name) == value
    assert at(config, name) == (None if value == default else value)
    assert NASConfig.from_yaml(config.to_yaml()) == config
    changed = of_imagenet()
    setattr(changed.dynas, name, value)
    assert changed.dynas == config.dynas
    assert changed.settings == config.settings
    given = with_assignments(of_imagenet(), [f"{name}={'null' if value is None else value}"])
    assert given.dynas == config.dynas


@pytest.mark.parametrize("name", FORMER_OPTIONS)
def test_one_that_is_set_to_its_default_is_as_if_it_was_never_set(name):
    default = FORMER_OPTIONS[name].default
    config = of_imagenet(**{name: VALUES[name]})
    setattr(config.dynas, name, default)
    assert config.dynas == of_imagenet().dynas
    assert of_imagenet(**{name: default}).dynas == of_imagenet().dynas
    assert getattr(config.dynas, name) == default


def test_one_stands_beside_others_in_its_place():
    nested = {"latency": {"threads": 1}}
    config = NASConfig(dynas={"meter_options": nested, "latency_batch": 8})
    assert config.dynas.meter_options == {"latency": {"batch": 8, "threads": 1}}
    config.dynas.threads = None
    assert config.dynas.meter_options == {"latency": {"batch": 8}}
    assert nested == {"latency": {"threads": 1}}


@pytest.mark.parametrize("name", FORMER_OPTIONS)
def test_one_that_is_given_twice_must_be_the_same(name):
    place, value = FORMER_OPTIONS[name].path, VALUES[name]
    again = value
    for step in reversed(place):
        again = {step: again}
    assert of_imagenet(**{name: value}, **again).dynas == of_imagenet(**{name: value}).dynas
    other = {**again, name: "another"}
    message = f"dynas.{name}: given twice: as {name} and as {'.'.join(place)}. Leave one of them"
    with pytest.raises(ConfigError, match=message):
        of_imagenet(**other)


def test_one_that_is_given_twice_in_a_file_is_named_with_its_place():
    text = "nas:\n  dynas:\n    meter_options: {latency: {batch: 4}}\n    latency_batch: 8"
    with pytest.raises(ConfigError, match=r"^Line 4, column 5, dynas.latency_batch: given twice"):
        NASConfig.from_yaml(text)


@pytest.mark.parametrize(
    "assignments", [["batch=4", "latency_batch=8"], ["latency_batch=4", "latency.batch=8"]]
)
def test_of_both_names_on_the_command_line_the_last_one_counts(assignments):
    assert with_assignments(of_imagenet(threads=2), assignments).dynas.meter_options == {
        "latency": {"batch": 8, "threads": 2}
    }


def test_a_further_setting_on_the_command_line_is_told_by_its_last_name():
    config = with_assignments(of_imagenet(), ["batch=8", "task_options.test_fraction=0.5"])
    assert (config.dynas.latency_batch, config.dynas.test_fraction) == (8, 0.5)


@pytest.mark.parametrize(
    ("yaml", "sentences"),
    [
        (f"supernet: {IMAGENET}\n    threads: 0\n    test_fraction: 2",
         "Line 4, column 5, dynas.threads: must be at least 1, not 0. "
         "Line 5, column 5, dynas.test_fraction: must be at most 1, not 2."),
        ("threads: 0\n    num_evals: x",
         "Line 4, column 5, dynas.num_evals: must be a whole number, not 'x'."),
        ("meter_options:\n      latency: {threads: 0, bach: 3}",
         "Line 4, column 17, dynas.meter_options.latency.threads: must be at least 1, not 0. "
         "Line 4, column 29, dynas.meter_options.latency.bach: there is no such option. Did you "
         "mean batch?"),
        ("meter_options:\n      latencey: {threads: 1}",
         "Line 4, column 7, dynas.meter_options.latencey: there is no such meter. Choose from: "
         "quality, costs, latency, memory, int8."),
        ("task_options: {dataset_path: 3}\n    device: tpu",
         "Line 4, column 5, dynas.device: must be cpu, mps, cuda, or one of several such as "
         "cuda:1, not 'tpu'."),
        ("task_options: 3", "Line 3, column 5, dynas.task_options: must be a mapping of settings, "
                            "not 3."),
        ("threads: 2\n    meter_options: 3",
         "Line 4, column 5, dynas.meter_options: must be a mapping of settings, not 3."),
        ("accuracy_source: published predictor",
         "Line 3, column 5, dynas.accuracy_source: there are no options to set here."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_as_it_was_written_with_its_place(yaml, sentences):
    with pytest.raises(ConfigError) as refused:
        NASConfig.from_yaml(f"nas:\n  dynas:\n    {yaml}")
    assert str(refused.value) == sentences


def test_what_cannot_be_set_is_named_as_it_was_set_and_leaves_all_as_it_was():
    config = of_imagenet(threads=2)
    for name, value in (("threads", 0), ("test_fraction", "much"), ("weights_path", 3)):
        with pytest.raises(ConfigError, match=f"^{name}: must be"):
            setattr(config.dynas, name, value)
    assert config.dynas == of_imagenet(threads=2).dynas


def test_what_a_supernet_has_no_use_for_is_accepted_as_before_and_left_out():
    config = NASConfig(dynas={"test_fraction": 0.1, "weights_path": "/w.pth", "threads": 2})
    config.dynas.test_fraction = 0.2
    assert with_assignments(config, ["test_fraction=0.3"]).to_dict() == config.to_dict()
    assert (config.dynas.task_options, config.dynas.supernet_options) == ({}, {})
    assert config.dynas.threads == 2


def test_options_of_a_supernet_that_is_not_there_are_kept_unread():
    config = NASConfig(dynas={"supernet": "gone", "task_options": {"any": 1}, "weights_path": "w"})
    assert config.dynas.task_options == {"any": 1}
    assert config.dynas.supernet_options == {"weights_path": "w"}
