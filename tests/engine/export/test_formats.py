import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.evaluation.record import Evaluation
from engine.export.formats import SHORTLIST_FORMATS, SUBNETWORK_FORMATS, subnetwork_format
from engine.supernets import registry


@pytest.fixture(scope="module")
def smallest() -> Evaluation:
    space = registry.load(NASConfig().dynas.supernet).space
    return Evaluation(
        number=7,
        genotype=tuple(int(gene) for gene in space.smallest),
        config=space.to_config(space.smallest),
        cycle=0,
        status="ok",
        metrics={"macs": 1.5e6},
        sources={"macs": "exact"},
        seconds=1.0,
        finished=0.0,
    )


@pytest.mark.parametrize("entry", SUBNETWORK_FORMATS, ids=lambda entry: entry.name)
def test_each_format_writes_the_configuration_of_the_sub_network(entry, smallest):
    text = entry.write(NASConfig(), smallest)
    assert NASConfig().dynas.supernet in text
    assert all(group in text for group in smallest.config)
    assert entry.file_name(7) == f"subnetwork-7.{entry.suffix}"
    assert subnetwork_format(entry.name) is entry


@pytest.mark.parametrize("entries", [SUBNETWORK_FORMATS, SHORTLIST_FORMATS])
def test_names_labels_and_files_of_formats_differ(entries):
    for values in zip(*((e.name, e.label, e.suffix) for e in entries), strict=True):
        assert len(set(values)) == len(values)


def test_an_unknown_format_is_refused_with_those_that_there_are():
    with pytest.raises(
        ConfigError, match=r"no export format 'xml'. Choose from json, yaml, python"
    ):
        subnetwork_format("xml")
