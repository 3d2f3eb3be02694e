"""Metrics as logs describe them: read without their package, and told from others of the name."""

from dataclasses import replace

import pytest

from engine import metrics
from engine.errors import ConfigError
from engine.logged_metrics import (
    definition_difference,
    describe_added_metrics,
    restore_metrics,
)
from engine.metrics import defined_by
from tests.engine.offered import ENERGY

OFFERED = "tests.engine.offered"


def test_a_log_describes_metrics_so_that_it_is_read_without_the_package(install):
    install(metrics={"energy": f"{OFFERED}:ENERGY"})
    described = describe_added_metrics(["acc", "energy"])
    assert list(described) == ["energy"]
    install()
    with pytest.raises(ConfigError):
        metrics.metric("energy")
    restore_metrics(described)
    assert metrics.metric("energy") == ENERGY
    assert "energy" not in metrics.metric_names(), (
        "a new search is not offered what is not installed"
    )


@pytest.mark.parametrize("fields", [{}, {"name": "energy"}, {**vars(ENERGY), "direction": "up"}])
def test_a_description_that_is_damaged_is_passed_over(install, fields):
    install()
    restore_metrics({"energy": fields})
    assert metrics.find_metric("energy") is None


def test_a_description_of_a_newer_version_is_read(install):
    install()
    restore_metrics({"energy": {**vars(ENERGY), "colour": "green"}})
    assert metrics.find_metric("energy") == ENERGY


def test_another_metric_of_the_name_remains_outside_the_run(install):
    install(metrics={"energy": f"{OFFERED}:ENERGY"})
    more = replace(ENERGY, direction="max")
    definitions = restore_metrics(describe_added_metrics([]) | {"energy": vars(more)})
    assert metrics.metric("energy") == ENERGY
    with defined_by(definitions):
        assert metrics.metric("energy") == more
    assert metrics.metric("energy") == ENERGY


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"label": "Joules", "description": "Other words."}, ""),
        ({"direction": "max"}, "of its Energy more is better, not less"),
        ({"unit": ""}, "its Energy is without a unit, not in mJ"),
        ({"highest": 5.0}, "its Energy has other bounds"),
    ],
)
def test_what_makes_two_metrics_of_a_name_different(changes, said):
    assert definition_difference(ENERGY, replace(ENERGY, **changes)) == said
