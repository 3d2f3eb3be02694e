"""Results files with metrics and choices of a script, read in a program without that script."""

import numpy as np
import pytest

from engine import metrics, script_objects
from engine.config import NASConfig
from engine.data_dir import DataFolder, using
from engine.errors import ConfigError, RunError
from engine.meters.own_metrics import OwnMetric, offer_metrics
from engine.python_api.choice_search import ChoiceSearch
from engine.runs.described_runs import describe_runs, logged_names
from engine.runs.importing.configs import decode_genotypes, encode_configs
from engine.runs.service import RunService
from engine.space.choices import choice_space
from engine.supernets import registry
from engine.supernets.choices import supernet as choice_supernets
from engine.supernets.choices.trial import TrialFunctions
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.imported import import_text

CONFIGS = [{"width": 1, "norm": None}, {"width": 2, "norm": "batch"}]
CHOICES = {"width": [1, 2], "norm": [None, "batch"]}
OF_CHOICES = "\n".join(
    ["config,status,score,score_source"]
    + [f'"{config}",ok,{number}.5,measured' for number, config in enumerate(CONFIGS)]
)


def _of_layers():
    supernet = registry.load(registry.DEFAULT)
    genotypes = supernet.space.smallest[None]
    macs = int(supernet.exact_metrics(genotypes)["macs"][0])
    return f'config,layers,macs\n"{supernet.space.to_config(genotypes[0])}",5,{macs}'


OF_LAYERS = _of_layers()


@pytest.fixture
def service(tmp_path):
    """The service of a folder in which a program has searched that is not running any more."""
    service = RunService(tmp_path, InstantEvaluator)
    own = {"layers": OwnMetric(lambda network: 5.0, maximize=False, label="Layers")}
    with using(DataFolder.at(tmp_path)):
        offer_metrics(own)
        of_layers = NASConfig(approach="random", dynas={"metrics": ["layers", "macs"]})
        settings = NASConfig(approach="grid", dynas={"metrics": ["score"]})
        functions = TrialFunctions(lambda config: config["width"])
        of_choices = ChoiceSearch(CHOICES, functions, {}).offer(settings)
        for config in (of_layers, of_choices):
            config.dynas.num_evals = 2
            service._creation(config, "theirs")()
    forget()
    yield service
    service.close()


def forget():
    """Know as little as another program."""
    script_objects._offers.clear()
    choice_supernets._described.clear()
    metrics._restored.clear()


def test_a_file_of_a_search_of_choices_is_read_where_a_run_has_them(service):
    run_id = import_text(service, OF_CHOICES, "theirs.csv", NASConfig(approach="grid"))
    history = service.history(run_id)
    assert history.config.dynas.metrics == ["score"]
    assert [dict(e.config) for e in history.evaluations] == CONFIGS
    assert [e.metrics for e in history.evaluations] == [{"score": 0.5}, {"score": 1.5}]


def test_the_run_of_a_file_of_choices_is_shown_by_other_programs(service):
    run_id = import_text(service, OF_CHOICES, "theirs.csv", NASConfig(approach="grid"))
    forget()
    other = RunService(service.data_dir, InstantEvaluator)
    assert len(other.history(run_id).front()) == 1
    with pytest.raises(RunError, match="evaluates by functions of the script"):
        other.extend(run_id, 1)
    other.close()


def test_a_file_with_a_metric_of_a_script_is_read_where_a_run_has_it(service):
    config = NASConfig(approach="random", dynas={"metrics": ["layers", "macs"]})
    run_id = import_text(service, OF_LAYERS, "theirs.csv", config)
    (evaluation,) = service.history(run_id).evaluations
    assert evaluation.metrics["layers"] == 5.0
    assert service.history(run_id).metric("layers").direction == "min"
    with pytest.raises(RunError, match="measures layers by a function of the script"):
        service.extend(run_id, 1)


def test_a_metric_that_runs_of_the_folder_define_otherwise_is_not_guessed(service):
    with using(service.folder):
        offer_metrics({"layers": OwnMetric(lambda network: 5.0, label="Layers")})
        of_layers = NASConfig(approach="random", dynas={"metrics": ["layers", "macs"]})
        service._creation(of_layers, "more")()
    forget()
    config = NASConfig(approach="random", dynas={"metrics": ["layers", "macs"]})
    with pytest.raises(ConfigError, match=r"Two runs .* metric 'layers', .* of its Layers"):
        import_text(service, OF_LAYERS, "theirs.csv", config)
    offer_metrics({"layers": OwnMetric(lambda network: 5.0, maximize=False)})
    history = service.history(import_text(service, OF_LAYERS, "theirs.csv", config))
    assert history.metric("layers").direction == "min"


def test_what_a_file_has_is_said_where_the_objectives_are_missing(service):
    with pytest.raises(ConfigError, match=r"no sub-network with acc, .* It has layers, macs"):
        import_text(service, OF_LAYERS, "theirs.csv", NASConfig())


def test_elsewhere_a_sentence_says_where_they_are_known(tmp_path):
    service = RunService(tmp_path / "other", InstantEvaluator)
    for text, said in (
        (OF_CHOICES, "known where a run of the data folder has it, and in Python after offer_met"),
        (OF_CHOICES.replace("score", "acc"), "Choices of a script are known where a run of the"),
    ):
        with pytest.raises(ConfigError, match=said):
            import_text(service, text, "theirs.csv", NASConfig())
    service.close()


def test_a_folder_that_is_missing_describes_nothing(tmp_path):
    describe_runs(DataFolder.at(tmp_path / "missing"))
    assert logged_names() == set()


def test_choices_that_are_all_numbers_or_lists_are_read_as_they_are():
    for choices in ({"width": [1, 2]}, {"rate": [0.5, 0.25], "kernel": [[3, 3], [5, 5]]}):
        space = choice_space(choices)
        genotypes = space.sample(2, np.random.default_rng(0))
        configs = [space.to_config(genotype) for genotype in genotypes]
        encoded = encode_configs([str(config) for config in configs], space)
        assert encoded.problems == {}
        assert (encoded.genotypes == genotypes).all()
        assert list(decode_genotypes(genotypes, space)) == configs
