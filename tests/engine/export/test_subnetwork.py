import pytest

from engine.config import NASConfig
from engine.export import subnetwork
from engine.supernets.registry import DEFAULT, load
from tests.engine.records import evaluation

SPACE = load(DEFAULT).space
SMALLEST = evaluation(config=SPACE.to_config(SPACE.smallest), genotype=tuple(SPACE.smallest))


def test_the_python_lines_rebuild_the_sub_network():
    names = {}
    exec(subnetwork.to_python(NASConfig(), SMALLEST), names)
    assert sum(p.numel() for p in names["network"].parameters()) == 82_458


def test_the_python_lines_name_the_data_and_the_weights_that_were_measured_with():
    files = {"dataset_path": "my images", "weights_path": "my.pth"}
    config = NASConfig(dynas={"supernet": "ofa_mbv3_d234_e346_k357_w1.0", **files})
    text = subnetwork.to_python(config, SMALLEST)
    supernet, task = "{'weights_path': 'my.pth'}", "{'dataset_path': 'my images'}"
    assert f"EvaluationSettings(supernet={supernet}, task={task}))" in text
    compile(text, "exported", "exec")


@pytest.mark.parametrize("write", [subnetwork.to_json, subnetwork.to_yaml])
def test_numbers_carry_their_source(write):
    assert "measured" in write(NASConfig(), SMALLEST)
