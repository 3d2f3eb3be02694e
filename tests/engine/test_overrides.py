import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.overrides import read_configuration, with_assignments


def test_a_setting_replaces_that_of_the_file_and_leaves_the_others():
    config = NASConfig(
        dynas={"supernet": "ofa_mbv3_d234_e346_k357_w1.0", "num_evals": 40, "batch_size": 7}
    )
    changed = with_assignments(
        config,
        [
            "precision=bf16",
            "test_fraction=0.2",
            "search.seed=3",
            "metrics=[acc, lat]",
            "workers=1",
            "threads=1",
        ],
    )
    assert (changed.dynas.precision, changed.dynas.test_fraction) == ("bf16", 0.2)
    assert (changed.search.seed, changed.dynas.metrics) == (3, ["acc", "lat"])
    assert (changed.dynas.threads, changed.settings.meter("latency")) == (1, {"threads": 1})
    assert (changed.dynas.num_evals, changed.dynas.batch_size) == (40, 7)
    assert config.dynas.precision == "fp32"


def test_the_approach_and_nothing_can_be_set():
    config = NASConfig(dynas={"warm_start": "earlier.csv"})
    changed = with_assignments(config, ["approach=random", "warm_start=null"])
    assert (changed.approach, changed.dynas.warm_start) == ("random", None)


def test_without_assignments_nothing_changes():
    config = NASConfig(stop={"seconds": 60})
    assert with_assignments(config, []) == config


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("speed=3", "There is no setting 'speed'. Choose from: approach, .*precision"),
        ("device", "'device' gives no value. Write name=value"),
        ("=cpu", "gives no value"),
        ("precision=fp16", "dynas.precision: must be 'fp32' or 'bf16', not 'fp16'"),
        ("device=gpu", "dynas.device"),
        ("batch_size=0", "dynas.batch_size"),
        ("metrics=[acc", r"The value of 'metrics=\[acc' cannot be read"),
        ("metrics=[acc, acc]", "a metric is named twice"),
    ],
)
def test_what_cannot_be_set_is_one_sentence(text, message):
    with pytest.raises(ConfigError, match=message):
        with_assignments(NASConfig(), [text])


def test_the_supernet_comes_first_wherever_it_is_given():
    given = ["weights_path=null", "supernet_options.calibrate=false"]
    changed = with_assignments(NASConfig(), [*given, "supernet=ofa_mbv3_d234_e346_k357_w1.0"])
    assert changed.dynas.supernet_options == {"calibrate": False}


def test_options_of_the_cluster_are_set_like_others():
    given = ["resources={GPU: 1}", "cluster_options.threads=2", "cluster=tcp://scheduler:8786"]
    dynas = with_assignments(NASConfig(), given).dynas
    assert dynas.cluster_options == {"resources": {"GPU": 1}, "threads": 2}
    assert with_assignments(NASConfig(), ["metrics=[acc, lat]", "threads=1"]).dynas.threads == 1
    with pytest.raises(ConfigError, match=r"There is no setting 'cluster_options\.queue'"):
        with_assignments(NASConfig(), ["cluster_options.queue=short"])


def test_null_that_says_something_stays():
    config = NASConfig(dynas={"max_failures": None})
    assert with_assignments(config, ["num_evals=7"]).dynas.max_failures is None


def test_empty_assignments_to_a_section_of_options_that_is_empty_fill_it(tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text("nas:\n  stop:\n  dynas:\n    meter_options: {latency: }\n")
    config = read_configuration(path, ["latency.batch=8", "cycles=3"]).config
    assert (config.dynas.latency_batch, config.stop.cycles) == (8, 3)


@pytest.mark.parametrize(
    ("text", "assignments"),
    [
        ("dynas: {metrics: [acc, lat]}", ["workers=1"]),
        ("dynas: {num_evals: many}", ["num_evals=7"]),
        ("dynas: {latency_batch: 0}", ["batch=8"]),
        ("dynas: {meter_options: {latency: {batch: 0}}}", ["latency_batch=8"]),
        ("dynas: {latency_batch: 8, meter_options: {latency: {batch: 4}}}", ["batch=8"]),
        ("search_algorithm: unknown", ["search_algorithm=nsga2"]),
        ("dynas: {supernet: not_there, task_options: {test_fraction: 0.1}}",
         ["supernet=ofa_mbv3_d234_e346_k357_w1.0"]),
    ],
)  # fmt: skip
def test_an_assignment_mends_a_file(tmp_path, text, assignments):
    path = tmp_path / "search.yaml"
    path.write_text(f"nas: {{{text}}}")
    read_configuration(path, assignments).config.check()


def test_what_is_wrong_in_a_file_has_its_place_and_what_is_assigned_has_none(tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text("nas:\n  dynas:\n    num_evals: many\n    workers: 2\n")
    with pytest.raises(ConfigError) as refused:
        read_configuration(path, ["workers=0"])
    assert str(refused.value) == (
        f"{path}, line 3, column 5, dynas.num_evals: must be a whole number, not 'many'. "
        "dynas.workers: must be at least 1, not 0."
    )


@pytest.mark.parametrize("section", ["dynas: 3", "dynas: {meter_options: 3}"])
def test_what_is_no_section_is_refused_beside_an_assignment_to_it(tmp_path, section):
    path = tmp_path / "search.yaml"
    path.write_text(f"nas: {{{section}}}")
    with pytest.raises(ConfigError, match="must be a mapping of settings, not 3"):
        read_configuration(path, ["latency.batch=8"])
