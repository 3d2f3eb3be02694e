import os
from pathlib import Path

import pytest
import torch
from torch import nn

from engine.errors import DataError
from engine.supernets.ofa import weights
from engine.supernets.ofa.catalogue import MODELS

URL = "https://example.org/weights"
NAME = "ofa_mbv3_d234_e346_k357_w1.0"


@pytest.fixture(scope="module")
def net() -> nn.Module:
    """The w1.0 supernet with random weights."""
    torch.manual_seed(0)
    return MODELS[NAME].build()


@pytest.fixture
def other_net() -> nn.Module:
    """The same supernet with other random weights."""
    torch.manual_seed(1)
    return MODELS[NAME].build()


def same(a: nn.Module, b: nn.Module) -> bool:
    pairs = zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    return all(torch.equal(x, y) for x, y in pairs)


def legacy(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The names of the published checkpoints, which an older `ofa` wrote."""
    return {
        name.replace(".conv.", ".mobile_inverted_conv.", 1).replace(".bn.bn.", ".bn."): value
        for name, value in state.items()
    }


@pytest.mark.parametrize("form", ["plain", "nested", "legacy names", "without counters"])
def test_every_published_form_is_loaded(
    net: nn.Module, other_net: nn.Module, tmp_path: Path, form: str
) -> None:
    state = dict(net.state_dict())
    content = {
        "plain": state,
        "nested": {"state_dict": state},
        "legacy names": {"state_dict": legacy(state)},
        "without counters": {k: v for k, v in state.items() if "num_batches" not in k},
    }[form]
    torch.save(content, tmp_path / "weights")
    assert not same(net, other_net)
    weights.load(other_net, tmp_path / "weights", URL)
    assert same(net, other_net)


@pytest.mark.parametrize("name", MODELS)
def test_common_names_are_names_still(name: str) -> None:
    names = list(MODELS[name].build().state_dict())
    assert len({weights.common_name(n) for n in names}) == len(names)


def test_the_weights_that_ofa_loads_are_those_loaded_here(
    net: nn.Module, other_net: nn.Module, tmp_path: Path
) -> None:
    torch.save(legacy(dict(net.state_dict())), tmp_path / "weights")
    weights.load(other_net, tmp_path / "weights", URL)
    reference = MODELS[NAME].build()
    reference.load_state_dict(legacy(dict(net.state_dict())))
    assert same(reference, other_net)


def test_weights_with_a_gap_are_refused(
    net: nn.Module, other_net: nn.Module, tmp_path: Path
) -> None:
    state = dict(net.state_dict())
    del state["blocks.3.conv.point_linear.conv.conv.weight"]
    torch.save(state, tmp_path / "weights")
    with pytest.raises(DataError, match=r"another network: blocks\.3\..* is missing"):
        weights.load(other_net, tmp_path / "weights", URL)


@pytest.mark.parametrize("loaded", ["ofa_mbv3_d234_e346_k357_w1.2", "ofa_resnet50"])
def test_weights_of_another_supernet_are_refused(
    other_net: nn.Module, tmp_path: Path, loaded: str
) -> None:
    torch.save(MODELS[loaded].build().state_dict(), tmp_path / "weights")
    with pytest.raises(DataError, match=r"weights of another network.*choose the supernet"):
        weights.load(other_net, tmp_path / "weights", URL)


def test_unknown_tensors_are_refused(net: nn.Module, other_net: nn.Module, tmp_path: Path) -> None:
    torch.save({**net.state_dict(), "extra": torch.zeros(1)}, tmp_path / "weights")
    with pytest.raises(DataError, match="extra is not a part of this network"):
        weights.load(other_net, tmp_path / "weights", URL)


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", "half"])
def test_a_file_that_is_no_checkpoint_says_where_to_get_one(
    net: nn.Module, tmp_path: Path, content: bytes | str
) -> None:
    path = tmp_path / "weights"
    if content == "half":
        torch.save(net.state_dict(), path)
        content = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(content)  # type: ignore[arg-type]
    with pytest.raises(DataError, match=f"{path} cannot be loaded.*{URL}"):
        weights.read_state(path, URL)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "weights")
    for path in (tmp_path / "weights", Path("/dev/zero"), tmp_path):
        with pytest.raises(DataError, match=r"not a regular file. Give the path of"):
            weights.read_state(path, URL)


@pytest.mark.parametrize("content", [{"ran": print}, [torch.zeros(1)], {"a": 1}])
def test_a_file_with_more_or_less_than_weights_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "weights")
    with pytest.raises(DataError, match=r"more than weights|no weights by name"):
        weights.read_state(tmp_path / "weights", URL)
