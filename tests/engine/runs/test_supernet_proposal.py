import numpy as np
import pytest

from engine.errors import ConfigError
from engine.runs.results_csv import ResultsFile
from engine.runs.supernet_proposal import identify_supernet, propose_supernet, read_for_supernet
from engine.supernets import registry
from tests.engine.runs.importing.results_files import csv_text

W10, W12 = "ofa_mbv3_d234_e346_k357_w1.0", "ofa_mbv3_d234_e346_k357_w1.2"
VARIANTS = ["ofa_resnet50_r160", f"{W10}_r128-224"]


def file_of(name, factor=1.0, header=("Sub-network", " MACs", "Top-1 Acc (%)"), rows=20):
    """A file of a supernet whose MACs are counted `factor` times as high; empty for None."""
    supernet = registry.load(name)
    genotypes = supernet.space.sample(rows, np.random.default_rng(0))
    macs = supernet.exact_metrics(genotypes)["macs"]
    cells = [
        [str(supernet.space.to_config(g)), "" if factor is None else str(int(m * factor)), "75.5"]
        for g, m in zip(genotypes, macs, strict=True)
    ]
    return ResultsFile.read(csv_text(cells, header), "results.csv")


@pytest.mark.parametrize("name", [*registry.names(), *VARIANTS])
@pytest.mark.parametrize("factor", [1.0, 1.045])
def test_the_supernet_is_found_from_configurations_and_macs(name, factor):
    proposal = propose_supernet(file_of(name, factor))
    assert proposal.supernet == name
    assert registry.title(name) in proposal.reason


def test_without_macs_nothing_is_proposed_however_well_configurations_fit():
    proposal = propose_supernet(file_of(W10, None))
    assert proposal.supernet is None
    assert {W10, W12} <= set(proposal.fitting)
    assert "gives no MACs that could confirm this" in proposal.reason


def test_with_the_macs_of_none_nothing_is_proposed():
    proposal = propose_supernet(file_of(W10, 3.0))
    assert (proposal.supernet, proposal.confirmed) == (None, ())
    assert "the MACs that it gives do not" in proposal.reason


@pytest.mark.parametrize(
    ("config", "reason"),
    [("{'x': [1]}", "no supernet that is known here"), ("nonsense", "None of its configurations")],
)
def test_what_fits_no_supernet_is_told(config, reason):
    file = ResultsFile.read(
        csv_text([[config, "1", "75"]], ("config", "MACs", "acc")), "results.csv"
    )
    with pytest.raises(ConfigError, match=f"results.csv: .*{reason}.*Say which supernet"):
        identify_supernet(file)


def test_a_few_flawed_rows_do_not_hide_the_supernet():
    supernet = registry.load(W12)
    genotypes = supernet.space.sample(40, np.random.default_rng(0))
    macs = supernet.exact_metrics(genotypes)["macs"]
    cells = [
        [str(supernet.space.to_config(g)), str(int(m)), "75"]
        for g, m in zip(genotypes, macs, strict=True)
    ]
    cells[0][0], cells[1][1], cells[2][2] = "broken", "7", "300"
    file = ResultsFile.read(csv_text(cells, ("config", "macs", "acc")), "results.csv")
    assert propose_supernet(file).supernet == W12


def test_with_equal_macs_in_several_supernets_somebody_is_asked(monkeypatch):
    class Twin(type(registry.load(W10))):
        def __init__(self):
            super().__init__(W10)
            self.name = self.title = "twin"

    load, twin = registry.load, Twin()
    monkeypatch.setattr(registry, "names", lambda: [W10, W12, "twin"])
    monkeypatch.setattr(registry, "load", lambda name: twin if name == "twin" else load(name))
    proposal = propose_supernet(file_of(W10))
    assert (proposal.supernet, proposal.confirmed) == (None, (W10, "twin"))
    assert "alike" in proposal.reason


def test_the_wrong_choice_is_told_with_the_right_one():
    with pytest.raises(ConfigError, match=rf"20 of 20 rows do not fit.* are those of .*\({W12}\)"):
        read_for_supernet(file_of(W12), registry.load(W10))
