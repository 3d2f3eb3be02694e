from pathlib import Path

import pytest

from engine.config import PATHS, DynasSection, NASConfig
from engine.errors import ConfigError
from engine.meters import registry as meters
from engine.options import fields
from engine.supernets import registry


def test_published_yaml_is_understood():
    config = NASConfig.from_yaml(
        "nas: {approach: dynas, search: {search_algorithm: nsga2}, "
        "dynas: {metrics: ['acc', 'macs'], population: 30, num_evals: 90, batch_size: 64}}"
    )
    assert (config.dynas.population, config.dynas.num_evals) == (30, 90)
    assert config.dynas.supernet == "ofa_mbv3_fashion_d234_e346_k357"


def test_published_attributes_are_understood():
    config = NASConfig(approach="dynas", search_algorithm="nsga2")
    config.dynas.num_evals = 12
    assert NASConfig.from_yaml(config.to_yaml()) == config


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        ("nas: {approach: magic}", "approach"),
        ("nas: {dynas: {metrics: [speed]}}", "There is no metric 'speed'. Choose from: acc"),
        ("nas: {dynas: {metrics: [acc, acc]}}", "named twice"),
        ("nas: {dynas: {metrics: [acc, lat], workers: 2}}", "set workers to 1"),
        ("nas: {dynas: {threads: 0}}", "dynas.threads: must be at least 1, not 0"),
        ("nas: {dynas: {threads: many}}", "dynas.threads: must be a whole number, not 'many'"),
        (
            "nas: {dynas: {threads: 2, device: cuda}}",
            "dynas.threads: are those of a processor: leave threads out, or set device to cpu",
        ),
        ("nas: {dynas: {threads: 2.5}}", "dynas.threads: must be a whole number, not 2.5"),
        ("nas: {dynas: {threads: 5000}}", "dynas.threads: must be at most 1024, not 5000"),
        (
            "nas: {dynas: {supernet: ofa_mbv3_d234_e346_k357_w1.0, test_fraction: 0}}",
            "dynas.test_fraction: must be more than 0, not 0",
        ),
        ("nas: {dynas: {record: params}}", r"must be a list such as \[params\]"),
        ("nas: {dynas: {metrics: []}}", "dynas.metrics: must name something, but is empty"),
        ("nas: {dynas: {metrics: [a, b, c, d, e]}}", "must have at most 4 entries, not 5"),
        ("nas: {dynas: {device: tpu}}", "must be cpu, mps, cuda, or .* not 'tpu'"),
        ("nas: {dynas: 3}", "dynas: must be a mapping of settings, not 3"),
        (
            "nas: {dynas: {supernet: ofa_mbv3_d234_e346_k357_w1.0, weights_path: 3}}",
            "dynas.weights_path: must be text, not 3",
        ),
        ("nas: {dynas: {populatoin: 3}}", r"dynas.populatoin: .*\. Did you mean population\?$"),
        ("nas: {dynas: {predictor: auto}}", "no such setting. It belongs to search"),
        ("nas: {dynas: {nonsense: 3}}", r"there is no such setting\.$"),
        ("nas: [", "not valid YAML"),
        ("just text", "must be a mapping"),
    ],
)
def test_bad_configuration_is_a_sentence(yaml, sentence):
    with pytest.raises(ConfigError, match=sentence):
        NASConfig.from_yaml(yaml)


def test_assignment_is_checked():
    config = NASConfig()
    with pytest.raises(ConfigError, match="num_evals"):
        config.dynas.num_evals = 0


def test_linas_is_another_name_of_dynas():
    assert NASConfig(approach="linas").approach == "dynas"


@pytest.mark.parametrize(
    ("algorithm", "metrics", "sentence"),
    [
        ("ga", ["acc", "macs"], "'ga' does not search for 2 objectives; choose from nsga2, age"),
        ("nsga2", ["acc"], "'nsga2' does not search for 1 objective; choose from ga, cmaes, de"),
        ("magic", ["acc", "macs"], "'magic' is unknown; choose from nsga2"),
    ],
)
def test_an_algorithm_that_does_not_fit_is_an_error_that_names_those_that_do(
    algorithm, metrics, sentence
):
    with pytest.raises(ConfigError, match=sentence):
        NASConfig.from_dict(
            {"search": {"search_algorithm": algorithm}, "dynas": {"metrics": metrics}}
        )


def test_without_a_search_algorithm_the_objectives_decide():
    config = NASConfig()
    assert config.search_algorithm == "nsga2"
    config.dynas.metrics = ["acc"]
    assert config.search_algorithm == "ga"


def test_what_no_longer_fits_after_an_assignment_is_found_by_check():
    config = NASConfig(search_algorithm="nsga2")
    config.dynas.metrics = ["acc"]
    with pytest.raises(ConfigError, match="does not search for 1 objective"):
        config.check()


_BESIDE = "Only the settings under 'nas' are read. .*: 'model', 'evaluation', 'quantization'"


def test_the_other_keys_of_a_neural_compressor_file_are_named_in_one_warning():
    text = "model: {name: x}\nevaluation: {}\nquantization: {}\nnas: {dynas: {num_evals: 7}}"
    with pytest.warns(UserWarning, match=_BESIDE) as told:
        config = NASConfig.from_yaml(text)
    assert config.dynas.num_evals == 7
    assert len(told) == 1
    assert NASConfig.read(text).notice == str(told[0].message)


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        ("nas: {}\nmodle: {}", "there is an unknown key: 'modle'. Did you mean model"),
        ("nas: {}\nfoo: 1\nbar: 2", "there are unknown keys: 'foo', 'bar'. Remove them"),
        ("nas: {}\ndynas: {}", "'dynas' stands beside 'nas', where it is not read"),
        ("nass: {}", "Line 1, column 1, nass: there is no such setting. Did you mean nas"),
        ("nas: {}\nnas: {}", "line 2, column 1: the key 'nas' is given twice"),
        ("nas:\n  dynas:\n    num_evals: abc\n    workers: x",
         "Line 3, column 5, dynas.num_evals: must be a whole number, not 'abc'. Line 4, column 5,"),
        ("nas: {dynas: {num_evals: true}}", "num_evals: must be a whole number, not True"),
        ("nas: {stop: {seconds: true}}", "stop.seconds: must be a number, not True"),
        ("nas: {stop: {seconds: 1e400}}", "stop.seconds: must be a finite number, not '1e400'"),
        ("nas: {stop: {seconds: .nan}}", "stop.seconds: must be a finite number, not nan"),
        ("nas: {search: {seed: 99999999999999999999}}", "must be at most 9223372036854775807"),
        ("nas: {self: 3}", "self: there is no such setting"),
        ("nas: {search: 3, search_algorithm: ga}", "search: must be a mapping of settings, not 3"),
        ("nas: {dynas: {metrics: {acc: 1}}}", "metrics: must be a list"),
    ],
)  # fmt: skip
def test_what_would_be_misread_is_refused_with_its_place(yaml, sentence):
    with pytest.raises(ConfigError, match=sentence):
        NASConfig.from_yaml(yaml)


def test_numbers_that_yaml_reads_as_texts_are_numbers():
    config = NASConfig.from_yaml("nas: {stop: {seconds: 1e3}, dynas: {num_evals: '12'}}")
    assert (config.stop.seconds, config.dynas.num_evals) == (1000.0, 12)


@pytest.mark.parametrize(
    ("text", "number"), [("1e5", 100_000), ("1.25e2", 125), ("+2E3", 2000), ("5000e-1", 500)]
)
def test_a_whole_number_may_be_written_with_an_exponent(text, number):
    assert NASConfig.from_yaml(f"nas: {{dynas: {{num_evals: {text}}}}}").dynas.num_evals == number


@pytest.mark.parametrize("text", ["1.5e0", "1e-1", "1e999999999", "1e99", "e5", "1e", "1e5x"])
def test_what_is_no_whole_number_is_refused_at_once(text):
    with pytest.raises(ConfigError, match="num_evals: must be"):
        NASConfig.from_yaml(f"nas: {{dynas: {{num_evals: {text}}}}}")


def test_a_file_is_named_with_the_line_of_what_is_wrong(tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text("nas:\n  dynas:\n    workers: x\n")
    with pytest.raises(ConfigError, match=r"search.yaml, line 3, column 5, dynas.workers: must"):
        NASConfig.from_file(path)
    path.write_bytes("nas: {}".encode("utf-16"))
    with pytest.raises(ConfigError, match=r"search.yaml cannot be read: its text is UTF-16"):
        NASConfig.from_file(path)
    with pytest.raises(ConfigError, match="/dev/zero cannot be read: it is a device"):
        NASConfig.from_file("/dev/zero")


def test_an_assignment_that_is_refused_changes_nothing():
    config = NASConfig()
    with pytest.raises(ConfigError, match="a metric is named twice"):
        config.dynas.metrics = ["acc", "acc"]
    with pytest.raises(ConfigError, match="Did you mean num_evals"):
        config.dynas.num_eval = 3
    assert config == NASConfig()


class _Unprintable:
    def __repr__(self):
        raise RuntimeError


def _holding_itself() -> dict[str, object]:
    data: dict[str, object] = {}
    data["dynas"] = {"metrics": [data], "num_evals": data}
    return data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (_holding_itself(), "dynas.metrics.0: must be text"),
        ({"dynas": {"num_evals": _Unprintable()}}, "must be a whole number, not <_Unprintable"),
        ({"dynas": {"num_evals": 10**10_000}}, "not a whole number of about 10,001 digits"),
        ({"stop": {"seconds": 10**10_000}}, "stop.seconds: must be a number, not a whole number"),
        ({"dynas": {"metrics": {"acc", "macs"}}}, "metrics: must be a list"),
        ({"dynas": {"metrics": [b"acc"]}}, "metrics.0: must be text, not b'acc'"),
        ({"dynas": {"supernet": b"x"}}, "supernet: must be text, not b'x'"),
        ({"dynas": {"num_evals": b"12"}}, "num_evals: must be a whole number, not b'12'"),
        ({"dynas": {"supernet": "\ud800"}}, "holds a character that no text can have"),
        ({"dynas": {"supernet": "x" * 10**6}}, "supernet: must be at most 200 characters"),
        ({"dynas": {3: 1}}, "the name of a setting must be text"),
        ({3: 1}, "A setting has a text as its name, not 3"),
        ({"dynas": {"\ud800": 1}}, "holds a character that no text can have"),
        ({f"k{n}": 1 for n in range(5000)}, "4,990 more settings are wrong"),
        ({"x" * 10**6: 1}, "there is no such setting"),
    ],
)
def test_hostile_data_is_a_short_sentence(data, sentence):
    with pytest.raises(ConfigError, match=sentence) as refused:
        NASConfig.from_dict(data)
    assert len(str(refused.value)) < 2500
    str(refused.value).encode()


FORMER_PATHS = (
    "dataset_path",
    "weights_path",
    "predictor_path",
    "calibration_path",
    "latency_table",
)


@pytest.mark.parametrize("name", [*PATHS, *FORMER_PATHS])
def test_every_path_can_be_made_absolute(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    supernet = "ofa_mbv3_d234_e346_k357_w1.0"
    given = NASConfig(dynas={"supernet": supernet, name: "some/where"})
    assert getattr(given.with_absolute_paths().dynas, name) == str(tmp_path / "some" / "where")
    assert getattr(given.dynas, name) == "some/where"
    home = NASConfig(dynas={"supernet": supernet, name: "~/there"}).with_absolute_paths()
    assert getattr(home.dynas, name) == str(Path("~/there").expanduser())


def test_each_path_of_a_list_can_be_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = {"wheels": ["a.whl", "b/c.whl"]}
    given = NASConfig(dynas={"cluster": "tcp://host:1", "cluster_options": options})
    wheels = given.with_absolute_paths().dynas.cluster_options["wheels"]
    assert wheels == [str(tmp_path / "a.whl"), str(tmp_path / "b" / "c.whl")]
    assert given.dynas.cluster_options["wheels"] == ["a.whl", "b/c.whl"]


def test_every_setting_that_names_a_file_is_among_the_paths():
    named = {n for n in DynasSection.model_fields if n.endswith(("_path", "_table"))}
    assert named == set(PATHS)


def test_every_option_that_names_a_file_is_a_path():
    models = [meter.Options for meter in meters.BUILT_IN]
    for name in registry.names():
        supernet = registry.load(name)
        models += [supernet.Options, supernet.task.Options]
    for option in (option for model in models for option in fields(model)):
        assert (option.kind == "path") == option.name.endswith(("_path", "table")), option.name
