import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.overrides import overridden


def test_a_setting_replaces_that_of_the_file_and_leaves_the_others():
    config = NASConfig(
        dynas={"supernet": "ofa_mbv3_d234_e346_k357_w1.0", "num_evals": 40, "batch_size": 7}
    )
    changed = overridden(
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
    changed = overridden(config, ["approach=random", "warm_start=null"])
    assert (changed.approach, changed.dynas.warm_start) == ("random", None)


def test_without_assignments_nothing_changes():
    config = NASConfig(stop={"seconds": 60})
    assert overridden(config, []) == config


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
        ("metrics=[acc, lat]", "set workers to 1"),
    ],
)
def test_what_cannot_be_set_is_one_sentence(text, message):
    with pytest.raises(ConfigError, match=message):
        overridden(NASConfig(), [text])
