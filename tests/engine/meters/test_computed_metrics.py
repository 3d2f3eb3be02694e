"""Whether a metric is computed is a fact of its source in a run, not of its name."""

import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import pipeline
from engine.meters.computation import Computation, ComputedMetrics
from engine.meters.computed_metrics import computed_metrics, measured_metrics
from engine.meters.latency_table import part_key, parts_of
from engine.search.approaches import check, problem_for
from engine.search.surrogate import Surrogate
from engine.supernets import registry
from tests.made_predictor import write_predictor

BUILT_IN = "ofa_mbv3_fashion_d234_e346_k357"
OFA = "ofa_mbv3_d234_e346_k357_w1.0"
COSTS = {"macs", "params", "size"}


def settings_of(predictor: str | None = None, table: Path | None = None) -> EvaluationSettings:
    """Accuracy from a predictor, latency from a table, where they are given."""
    told = {"accuracy_source": "published predictor", "predictor_path": predictor}
    meters = {} if table is None else {"latency": {"table": str(table)}}
    return EvaluationSettings(supernet=told if predictor else {}, meters=meters)


def written_table(path: Path, name: str, leave_out: int = 0) -> Path:
    """A table of all parts of a supernet's space, without the first `leave_out`."""
    space, rng, blocks = registry.load(name).space, np.random.default_rng(3), {}
    for part in parts_of(space):
        for choices in np.ndindex(*(len(space.genes[gene].choices) for gene in part.genes)):
            blocks[part_key(space, part.genes, choices)] = round(float(rng.random()), 4)
    kept = dict(list(blocks.items())[leave_out:])
    path.write_text(yaml.safe_dump({"base": 1.5, "blocks": kept}))
    return path


def by_shape(path: Path, name: str) -> Path:
    """A table in OFA's format for a supernet and all of its resolutions."""
    rng, layers = np.random.default_rng(4), set[str]()
    for table in registry.load(name).table_layers.values():
        layers.update(table.fixed)
        layers.update(str(n) for choice in table.choices for n in choice.names.flat)
    entries = {layer: {"mean": round(float(rng.random()), 4)} for layer in sorted(layers)}
    path.write_text(yaml.safe_dump(entries))
    return path


@pytest.mark.parametrize(
    ("has_predictor", "has_table", "computed"),
    [(False, False, set()), (True, False, {"acc"}), (False, True, {"lat"}),
     (True, True, {"acc", "lat"})],
)  # fmt: skip
def test_sources_decide_what_is_computed(tmp_path, has_predictor, has_table, computed):
    predictor = write_predictor(tmp_path / "acc.pth") if has_predictor else None
    table = written_table(tmp_path / "table.yaml", OFA) if has_table else None
    supernet, settings = registry.load(OFA), settings_of(predictor, table)
    names = computed_metrics(supernet, settings).names
    assert names == COSTS | computed
    asked = ["acc", "lat", "macs"]
    assert measured_metrics(asked, supernet, settings) == [
        name for name in asked if name not in COSTS | computed
    ]


@pytest.mark.parametrize(
    ("name", "write"),
    [
        (BUILT_IN, written_table),
        (OFA, written_table),
        (OFA, by_shape),
        (f"{OFA}_r128-224", by_shape),
        ("ofa_proxyless_d234_e346_k357_w1.3", by_shape),
    ],
)
def test_computed_values_are_those_that_a_worker_reads(tmp_path, name, write):
    supernet = registry.load(name)
    predictor = write_predictor(tmp_path / "acc.pth") if name.startswith(OFA) else None
    settings = settings_of(predictor, write(tmp_path / "table.yaml", name))
    if name.startswith("ofa_proxyless"):
        pytest.importorskip("ofa")
        settings = settings_of(None, tmp_path / "table.yaml")
    computed = computed_metrics(supernet, settings)
    rows = supernet.space.sample(6, np.random.default_rng(1))
    names = sorted(computed.names & {"acc", "lat"})
    values = computed(rows)
    for i, row in enumerate(rows):
        if name.startswith("ofa_proxyless"):
            check_layers(supernet, row, values["lat"][i], tmp_path / "table.yaml")
            continue
        read = pipeline.measure(supernet, supernet.space.to_config(row), names, settings)
        assert {n: values[n][i] for n in names} == pytest.approx(read, rel=1e-9)


def check_layers(supernet, row, lat, path):
    """The latency is the sum of the layers that `ofa` itself asks a table for."""
    from engine.compat.ofa import table_layers

    net = supernet.model.build()
    config = supernet.space.to_config(row)
    net.set_active_subnet(**config)
    table = yaml.safe_load(path.read_text())
    layers = table_layers(net.get_active_subnet(), config["r"][0])
    assert lat == pytest.approx(sum(table[layer]["mean"] for layer in layers), rel=1e-9)


def test_a_table_that_lacks_a_part_computes_nothing(tmp_path):
    settings = settings_of(table=written_table(tmp_path / "table.yaml", BUILT_IN, leave_out=1))
    assert "lat" not in computed_metrics(registry.load(BUILT_IN), settings).names


def refused_latency(table, name):
    config = NASConfig(
        approach="computed",
        dynas={"supernet": name, "metrics": ["macs", "lat"],
               "meter_options": {"latency": {"table": str(table)}}},
    )  # fmt: skip
    with pytest.raises(ConfigError) as refused:
        check(config, registry.load(name))
    assert "measured here" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_computed_search_names_what_its_table_lacks(tmp_path, count):
    whole = yaml.safe_load(by_shape(tmp_path / "whole.yaml", OFA).read_text())
    missing = [name for name in sorted(whole) if "kernel:7" in name][:count]
    path = tmp_path / "table.yaml"
    path.write_text(yaml.safe_dump({n: e for n, e in whole.items() if n not in missing}))
    sentence = refused_latency(path, OFA)
    amount = "an entry" if count == 1 else f"{count} entries"
    assert f"'lat' cannot be computed. The latency table {path} lacks {amount} that" in sentence
    assert sum(f"'{name}'" in sentence for name in missing) == min(count, 3)
    assert ("and 2 more. Add them, or" in sentence) == (count == 5)


def test_a_computed_search_names_the_missing_entries_of_a_generic_table(tmp_path):
    path = written_table(tmp_path / "table.yaml", BUILT_IN, leave_out=1)
    whole = yaml.safe_load(written_table(tmp_path / "whole.yaml", BUILT_IN).read_text())["blocks"]
    (missing,) = whole.keys() - yaml.safe_load(path.read_text())["blocks"].keys()
    assert f"{path} lacks an entry that sub-networks of {BUILT_IN} need: '{missing}'. Add it" in (
        refused_latency(path, BUILT_IN)
    )
    shapes = by_shape(tmp_path / "shapes.yaml", OFA)
    assert f"{shapes} is in OFA's format, which does not fit" in refused_latency(shapes, BUILT_IN)


def test_ten_thousand_networks_are_computed_in_well_under_a_second(tmp_path):
    settings = settings_of(
        write_predictor(tmp_path / "acc.pth"), written_table(tmp_path / "table.yaml", OFA)
    )
    supernet = registry.load(OFA)
    computed = computed_metrics(supernet, settings).only({"acc", "lat"})
    rows = supernet.space.sample(10_000, np.random.default_rng(0))
    computed(rows[:1])  # reads both files
    before = time.process_time()
    assert all(len(values) == 10_000 for values in computed(rows).values())
    assert time.process_time() - before < 0.8


def test_the_search_never_predicts_what_the_run_computes(tmp_path):
    table = written_table(tmp_path / "table.yaml", BUILT_IN)
    dynas = {
        "supernet": BUILT_IN,
        "metrics": ["acc", "lat"],
        "constraints": ["lat <= 12"],
        "meter_options": {"latency": {"table": str(table)}},
    }
    supernet, config = registry.load(BUILT_IN), NASConfig(dynas=dynas)
    problem = problem_for(config, supernet)
    rows = problem.sample_new(40, np.random.default_rng(0), set())
    assert (problem.exact(rows)["lat"] <= 12).all(), "a limit excludes before anything is measured"
    points = np.column_stack([-rows.sum(axis=1), problem.exact(rows)["lat"]]).astype(float)
    surrogate = Surrogate.fit(problem, rows, points)
    assert list(surrogate.fitted_predictors) == ["acc"]
    others = problem.sample_new(5, np.random.default_rng(1), set())
    np.testing.assert_array_equal(surrogate.predict(others)[:, 1], problem.exact(others)["lat"])


def test_a_budgeted_search_takes_quality_for_a_measurement_where_all_could_be_computed(tmp_path):
    predictor = write_predictor(tmp_path / "acc.pth")
    options = {"accuracy_source": "published predictor", "predictor_path": predictor}
    supernet = registry.load(OFA)

    def known(*metrics):
        config = NASConfig(
            dynas={"supernet": OFA, "metrics": list(metrics), "supernet_options": options}
        )
        return problem_for(config, supernet).computed_names

    assert known("acc", "macs") == {"macs"}
    assert known("acc", "lat") == {"acc"}


def test_only_what_is_asked_for_is_computed():
    called = []

    def costs(rows):
        called.append("costs")
        return {"macs": rows.sum(axis=1) * 1.0, "params": rows[:, 0] * 1.0}

    def quality(rows):
        called.append("quality")
        return {"acc": rows[:, 0] * 1.0}

    computed = ComputedMetrics([Computation(("macs", "params"), costs),
                                Computation(("acc",), quality)])  # fmt: skip
    assert list(computed.only({"macs"})(np.array([[1, 2]]))) == ["macs"]
    assert called == ["costs"]
