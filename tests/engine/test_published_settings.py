"""Settings by the names that Neural Compressor and DyNAS-T published, in every place."""

import warnings

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.former_options import FORMER_OPTIONS
from engine.meters.registry import all_meters
from engine.overrides import with_assignments
from engine.published_settings import IGNORED, MOVED
from engine.runs.search_checks import checked_supernet
from engine.runs.unused_settings import unused_settings

W12 = "ofa_mbv3_d234_e346_k357_w1.2"


@pytest.fixture(autouse=True)
def _no_warning_unless_expected():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_nas_is_the_configuration_and_seed_that_of_the_search():
    config = NASConfig(approach="dynas", search_algorithm="nsga2")
    config.nas.search.seed = 42
    assert config.seed == config.search.seed == 42
    config.seed = 61
    assert config.usr_cfg.nas.search.seed == 61
    config.nas.dynas.supernet = W12
    assert config.dynas.supernet == W12
    with pytest.raises(ConfigError, match="seed: must be at least 0, not -1"):
        config.seed = -1


def test_no_published_name_hides_a_setting_or_an_option():
    options = {name for meter in all_meters() for name in meter.Options.model_fields}
    settings = {*type(NASConfig().dynas).model_fields, *FORMER_OPTIONS, *options}
    assert not settings & {*IGNORED, *(path[-1] for path in MOVED if path[0] == "dynas")}


def test_sections_beside_nas_are_accepted_with_a_warning():
    config = NASConfig()
    with pytest.warns(UserWarning, match="model.framework is ignored: only the settings below nas"):
        config.usr_cfg.model.framework = "pytorch"
    assert config == NASConfig()


@pytest.mark.parametrize(
    ("given", "approach"),
    [("DyNAS", "dynas"), ("dynas", "dynas"), ("LINAS", "dynas"), ("Evolutionary", "evolutionary"),
     (None, "dynas")],
)  # fmt: skip
def test_the_case_of_an_approach_does_not_matter(given, approach):
    assert NASConfig(approach=given).approach == approach
    assert NASConfig.from_dict({"approach": given}).approach == approach


def test_the_arguments_of_later_versions_are_accepted():
    config = NASConfig("dynas", None, "nsga2", ["accuracy_top1", "macs"], seed=7)
    assert config.dynas.metrics == ["acc", "macs"]
    assert (config.search.search_algorithm, config.seed) == ("nsga2", 7)
    with pytest.warns(UserWarning, match=r"search\.\w+ is ignored: ") as warned:
        NASConfig("dynas", higher_is_better=[True], max_trials=3)
    assert [str(w.message).partition(":")[0] for w in warned] == [
        "search.higher_is_better is ignored",
        "search.max_trials is ignored",
    ]


COUNTERPARTS = [
    ("results_path", "out.csv", "results_csv_path"),
    ("optimization_metrics", ["acc", "params"], "metrics"),
    ("measurements", ["params", "macs"], "record"),
    ("eval_batch_size", 32, "batch_size"),
    ("supernet_ckpt_path", "/weights.pth", "weights_path"),
]


@pytest.mark.parametrize(("published", "value", "present"), COUNTERPARTS)
def test_a_setting_with_a_counterpart_sets_it(published, value, present):
    assigned = NASConfig(dynas={"supernet": W12})
    setattr(assigned.dynas, published, value)
    listed = str(value).replace("'", "")
    given = with_assignments(NASConfig(dynas={"supernet": W12}), [f"{published}={listed}"])
    read = NASConfig.from_dict({"dynas": {"supernet": W12, published: value}})
    for config in (assigned, given, read):
        assert getattr(config.dynas, present) == getattr(config.dynas, published) == value
        assert published not in config.to_yaml()


def test_the_checkpoint_is_that_of_the_weights_not_of_the_predictor():
    config = NASConfig(dynas={"supernet": W12, "supernet_ckpt_path": "/weights.pth"})
    assert config.dynas.supernet_options == {"weights_path": "/weights.pth"}


@pytest.mark.parametrize("name", IGNORED)
def test_a_setting_without_counterpart_warns_of_what_happens_instead(name):
    config = NASConfig()
    with pytest.warns(UserWarning, match=f"{name} is ignored: ") as warned:
        setattr(config.dynas, name, 20)
    assert warned[0].filename == __file__
    assert config == NASConfig()
    assert f"{name} is ignored" in NASConfig.read(f"nas: {{dynas: {{{name}: 20}}}}").notice
    with pytest.warns(UserWarning, match=f"{name} is ignored: ") as warned:
        assert with_assignments(config, [f"{name}=20"]) == config
    assert warned[0].filename == __file__


@pytest.mark.parametrize("name", ["distributed", "verbose"])
def test_a_switch_that_is_off_asks_for_nothing(name):
    assert NASConfig(dynas={name: False}) == NASConfig()


@pytest.mark.parametrize("first", ["batch_size", "eval_batch_size"])
def test_the_batch_of_the_evaluation_counts_in_either_order(first):
    config, values = NASConfig(), {"batch_size": 64, "eval_batch_size": 32}
    setattr(config.dynas, first, values.pop(first))
    (second,) = values
    with pytest.warns(UserWarning, match="batch_size 64 is replaced by eval_batch_size"):
        setattr(config.dynas, second, values[second])
    assert config.dynas.batch_size == 32


def test_the_batch_of_the_evaluation_counts_in_a_file():
    parsed = NASConfig.read("nas: {dynas: {batch_size: 64, eval_batch_size: 32}}")
    assert parsed.config.dynas.batch_size == 32
    assert "Set latency_batch for the batch that latency is timed with." in parsed.notice
    same = NASConfig.read("nas: {dynas: {batch_size: 64, eval_batch_size: 64}}")
    assert (same.config.dynas.batch_size, same.notice) == (64, "")


def test_a_setting_by_two_names_must_be_the_same():
    text = "nas:\n  seed: 1\n  search: {seed: 2}"
    with pytest.raises(ConfigError, match=r"^Line 2, column 3, seed: given twice: as seed and as"):
        NASConfig.from_yaml(text)
    assert NASConfig.from_yaml(text.replace("2}", "1}")).seed == 1


def test_an_error_names_what_the_user_wrote_and_where():
    text = "nas:\n  dynas:\n    results_path: 5\n    measurements: [zeal]"
    with pytest.raises(ConfigError) as refused:
        NASConfig.from_yaml(text)
    assert "Line 3, column 5, dynas.results_path: must be text, not 5." in str(refused.value)
    assert "Line 4, column 5, dynas.measurements: There is no metric 'zeal'" in str(refused.value)


def test_the_tactic_and_the_algorithm_of_dynas_t_reach_their_settings():
    data = {"dynas": {"search_tactic": "linas", "search_algo": "age"}}
    config = NASConfig.from_dict(data)
    assert (config.approach, config.search.search_algorithm) == ("dynas", "age")
    config.search_tactic = "evolutionary"
    assert config.approach == config.search_tactic == "evolutionary"
    with pytest.raises(ConfigError, match=r"Set search\.search_algorithm of the config"):
        config.dynas.search_algo = "age"
    assert with_assignments(config, ["search_tactic=random"]).approach == "random"


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("supernet_ckpt_pat", "supernet_ckpt_path"), ("dataset_pth", "dataset_path"),
     ("eval_batchsize", "eval_batch_size"), ("num_eval", "num_evals")],
)  # fmt: skip
def test_a_misspelt_name_is_answered_with_the_right_one(typo, meant):
    with pytest.raises(ConfigError, match=rf"Did you mean {meant}\?"):
        setattr(NASConfig().dynas, typo, 5)
    with pytest.raises(ConfigError, match=rf"Did you mean {meant}\?"):
        NASConfig.from_dict({"dynas": {typo: 5}})
    with pytest.raises(ConfigError, match=rf"Did you mean {meant}\?"):
        with_assignments(NASConfig(), [f"{typo}=5"])


def test_a_checkpoint_without_effect_is_named_when_the_search_starts():
    config = NASConfig()
    config.dynas.supernet_ckpt_path = "/weights.pth"
    sentences = unused_settings(config, checked_supernet(config))
    assert sentences == [
        "supernet_ckpt_path has no effect: ofa_mbv3_fashion_d234_e346_k357 has no such option."
    ]


def test_a_checkpoint_without_effect_is_named_by_the_check():
    config = NASConfig()
    config.dynas.supernet_ckpt_path = "/weights.pth"
    with pytest.warns(UserWarning, match="supernet_ckpt_path has no effect: ofa_mbv3_fa") as warned:
        config.check()
    assert [warning.filename for warning in warned] == [__file__]
    config.dynas.supernet = W12
    config.check()


@pytest.mark.parametrize(
    ("section", "published", "value"),
    [("", "seed", 5), ("", "search_algo", "age"), ("", "approach", "random"),
     ("", "search_tactic", "random"), ("dynas", "eval_batch_size", 32),
     ("dynas", "optimization_metrics", ["acc", "params"]), ("dynas", "measurements", ["macs"]),
     ("dynas", "results_path", "out.csv"), ("dynas", "supernet_ckpt_path", "/weights.pth"),
     ("dynas", "num_workers", None)],
)  # fmt: skip
def test_none_leaves_a_published_setting_out(section, published, value):
    config, usual = NASConfig(), NASConfig()
    holder = config.dynas if section else config
    setattr(holder, published, value)
    setattr(holder, published, None)
    assert config == usual
    assert config.dynas.model_fields_set == usual.dynas.model_fields_set
    config.dynas.supernet = W12
    config.check()


def test_a_batch_size_stays_when_that_of_the_evaluation_is_left_out():
    config = NASConfig(dynas={"batch_size": 64})
    config.dynas.eval_batch_size = None
    assert config.dynas.batch_size == 64


@pytest.mark.parametrize(
    ("section", "published", "value"),
    [("dynas", "eval_batch_size", "many"), ("dynas", "results_path", 5),
     ("dynas", "optimization_metrics", 5), ("dynas", "measurements", ["acc", "acc"]),
     ("dynas", "supernet_ckpt_path", 5), ("", "search_tactic", "magic"), ("", "search_algo", 5),
     ("", "seed", -1)],
)  # fmt: skip
def test_a_refused_assignment_names_what_was_assigned_and_changes_nothing(
    section, published, value
):
    config = NASConfig(dynas={"supernet": W12})
    before = config.to_dict()
    with pytest.raises(ConfigError, match=rf"^{published}(\.\d)?: "):
        setattr(config.dynas if section else config, published, value)
    assert config.to_dict() == before


@pytest.mark.parametrize(
    ("section", "name", "reason"),
    [("", "nas", r"it is the configuration itself\. Set its settings, such as config\.nas\."),
     ("", "usr_cfg", r"it holds the configuration\. Set"), ("", "constraints", "belongs to dynas"),
     ("", "objectives", "it follows from other settings"), ("dynas", "paths", "it follows from")],
)  # fmt: skip
def test_what_is_no_setting_cannot_be_assigned(section, name, reason):
    config = NASConfig()
    with pytest.raises(ConfigError, match=f"^{name}: .*{reason}"):
        setattr(config.dynas if section else config, name, 3)
    assert config == NASConfig()
