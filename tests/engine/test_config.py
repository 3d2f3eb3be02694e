from pathlib import Path

import pytest

from engine.config import PATHS, DynasSection, NASConfig
from engine.errors import ConfigError


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
        ("nas: {dynas: {threads: 2, device: cuda}}", "leave threads out, or set device to cpu"),
        ("nas: {dynas: {threads: 2.5}}", "dynas.threads: must be a whole number, not 2.5"),
        ("nas: {dynas: {threads: 5000}}", "dynas.threads: must be at most 1024, not 5000"),
        ("nas: {dynas: {test_fraction: 0}}", "must be more than 0, not 0"),
        ("nas: {dynas: {constraints: acc >= 3}}", r"must be a list such as \[acc >= 3\]"),
        ("nas: {dynas: {metrics: []}}", "dynas.metrics: must name something, but is empty"),
        ("nas: {dynas: {metrics: [a, b, c, d, e]}}", "must have at most 4 entries, not 5"),
        ("nas: {dynas: {device: tpu}}", "must be cpu, mps, cuda, or .* not 'tpu'"),
        ("nas: {dynas: 3}", "dynas: must be a mapping of settings, not 3"),
        ("nas: {dynas: {weights_path: 3}}", "dynas.weights_path: must be text, not 3"),
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
        NASConfig(search_algorithm=algorithm, dynas={"metrics": metrics})


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


@pytest.mark.parametrize("name", PATHS)
def test_every_path_can_be_made_absolute(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = NASConfig(dynas={name: "some/where"})
    assert getattr(given.with_absolute_paths().dynas, name) == str(tmp_path / "some" / "where")
    assert getattr(given.dynas, name) == "some/where"
    home = NASConfig(dynas={name: "~/there"}).with_absolute_paths()
    assert getattr(home.dynas, name) == str(Path("~/there").expanduser())


def test_every_setting_that_names_a_file_is_among_the_paths():
    named = {n for n in DynasSection.model_fields if n.endswith(("_path", "_table"))}
    assert named == set(PATHS)
