"""GPUs as torch would tell of them: there may be none where this runs."""

from contextlib import nullcontext

import pytest
import torch

from engine import devices
from engine.errors import DataError
from engine.fast.network import FusedNetwork
from engine.meters import latency


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """An old GPU that only emulates bf16, and a new one."""
    chosen = ["cuda:0"]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(
        torch.cuda, "device", lambda name: chosen.__setitem__(0, name) or nullcontext()
    )
    monkeypatch.setattr(
        torch.cuda,
        "is_bf16_supported",
        lambda including_emulation=True: including_emulation or chosen[0] == "cuda:1",
    )


@pytest.mark.usefixtures("gpus")
def test_gpus_are_listed_and_asked_for_bf16_one_by_one() -> None:
    assert devices.available_devices()[:3] == ["cpu", "cuda:0", "cuda:1"]
    for device, precision in (("cuda", "fp32"), ("cuda:0", "fp32"), ("cuda:1", "bf16")):
        devices.check(device, precision)
    with pytest.raises(DataError, match="'cuda:0' does not compute in bf16"):
        devices.check("cuda:0", "bf16")
    with pytest.raises(DataError, match=r"no device 'cuda:2'.*cpu, cuda:0, cuda:1"):
        devices.check("cuda:2", "fp32")


def test_a_pass_on_a_gpu_is_over_when_the_gpu_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device: waited.append(str(device)))
    monkeypatch.setattr(torch.mps, "synchronize", lambda: waited.append("mps"))
    for name in ("cpu", "cuda:1", "mps"):
        latency._synchronize(torch.device(name))
    assert waited == ["cuda:1", "mps"]


def test_operators_of_the_processor_are_not_used_elsewhere() -> None:
    conv = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.BatchNorm2d(4))
    assert FusedNetwork.from_module(conv.eval()) is not None
    assert FusedNetwork.from_module(conv.to("meta")) is None
