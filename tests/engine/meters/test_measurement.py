import copy

import pytest
import torch
from torch import nn

from engine.fast.folding import fold_batch_norm
from engine.meters.latency import measure_latency
from engine.supernets.builtin.network import FashionMobileNetV3
from engine.tasks import statistics
from engine.tasks.images import accuracy

IMAGES = torch.randn(60, 1, 28, 28, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def subnet() -> nn.Module:
    """A sub-network with random weights and batch-norm statistics."""
    torch.manual_seed(0)
    net = FashionMobileNetV3()
    net.set_active_subnet(ks=5, e=4, d=3)
    module: nn.Module = net.get_active_subnet().eval()
    for norm in norms(module):
        nn.init.normal_(norm.running_mean)
        nn.init.uniform_(norm.running_var, 0.5, 2)
        nn.init.uniform_(norm.weight, 0.5, 2)
        nn.init.normal_(norm.bias)
    return module


def norms(module: nn.Module) -> list[nn.BatchNorm2d]:
    return [m for m in module.modules() if isinstance(m, nn.BatchNorm2d)]


def test_recalibration_averages_the_statistics_of_the_batches(subnet: nn.Module) -> None:
    first = norms(subnet)[0]
    conv = subnet.first_conv.conv
    inputs = [conv(batch).detach() for batch in IMAGES.split(20)]  # type: ignore[operator,union-attr]
    statistics.recalibrate(subnet, IMAGES.split(20))
    means = torch.stack([x.mean((0, 2, 3)) for x in inputs])
    variances = torch.stack([x.transpose(0, 1).flatten(1).var(1, unbiased=False) for x in inputs])
    assert len(inputs) == 3
    torch.testing.assert_close(first.running_mean, means.mean(0), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(first.running_var, variances.mean(0), atol=1e-5, rtol=1e-4)


def test_recalibration_leaves_the_rest_as_it_was(subnet: nn.Module) -> None:
    before = {name: value.clone() for name, value in subnet.named_parameters()}
    momenta = [norm.momentum for norm in norms(subnet)]
    statistics.recalibrate(subnet, IMAGES.split(20))
    assert [norm.momentum for norm in norms(subnet)] == momenta
    assert not any(module.training for module in subnet.modules())
    assert all(torch.equal(before[name], value) for name, value in subnet.named_parameters())


def test_recalibrating_twice_is_recalibrating_once(subnet: nn.Module) -> None:
    statistics.recalibrate(subnet, IMAGES.split(20))
    state = copy.deepcopy(subnet.state_dict())
    statistics.recalibrate(subnet, IMAGES.split(20))
    assert all(torch.equal(state[name], value) for name, value in subnet.state_dict().items())


@torch.inference_mode()
def test_folding_batch_norm_keeps_the_output(subnet: nn.Module) -> None:
    statistics.recalibrate(subnet, [IMAGES])
    expected = subnet(IMAGES)
    folded = fold_batch_norm(subnet)
    assert not norms(folded)
    assert norms(subnet), "the original keeps its batch-norm"
    torch.testing.assert_close(folded(IMAGES), expected, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("batch", [1, 3, 4, 100])
def test_top1_is_the_percentage_of_right_answers(batch: int) -> None:
    logits = torch.eye(4)
    labels = torch.tensor([0, 1, 2, 0])
    assert accuracy.top1(nn.Identity(), logits, labels, batch) == 75.0


def test_top_k_counts_labels_among_the_k_largest_logits() -> None:
    logits = torch.tensor([[0.3, 0.2, 0.1], [0.3, 0.2, 0.1], [0.3, 0.2, 0.1]])
    labels = torch.tensor([0, 1, 2])
    batches = [(logits[:2], labels[:2]), (logits[2:], labels[2:])]
    shares = accuracy.top_k(nn.Identity(), batches, [1, 2, 3])
    assert shares == pytest.approx((100 / 3, 200 / 3, 100))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_top1_of_a_network_that_diverges_is_no_number(bad: float) -> None:
    logits = torch.eye(4)
    logits[3, 3] = bad
    value = accuracy.top1(nn.Identity(), logits, torch.arange(4), batch=2)
    assert value != value


@pytest.mark.parametrize("threads", [1, 2])
def test_latency_is_timed_with_as_many_threads_as_asked(threads: int) -> None:
    before = torch.get_num_threads()
    thread_counts: set[int] = set()
    module = nn.Identity()
    module.register_forward_pre_hook(lambda *_: thread_counts.add(torch.get_num_threads()))
    timed = measure_latency(module, IMAGES[:1], threads=threads)
    assert thread_counts == {threads}
    assert torch.get_num_threads() == before
    assert 0 < timed.median < 1000


def test_latency_passes_the_example_as_one_batch() -> None:
    thread_counts: list[int] = []
    module = nn.Identity()
    module.register_forward_pre_hook(lambda _, args: thread_counts.append(len(args[0])))
    measure_latency(module, IMAGES[:7])
    assert set(thread_counts) == {7}
    assert len(thread_counts) > 50, "there is a warm-up before the timed passes"


def test_a_module_that_is_not_fused_classifies_in_full_precision_as_on_a_gpu(
    subnet: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under autocast, linear layers would round logits to bf16, and they would tie."""
    statistics.recalibrate(subnet, IMAGES.split(20))
    with torch.inference_mode():
        expected = subnet(IMAGES)
    monkeypatch.setattr(statistics.FusedNetwork, "from_module", lambda *_: None)
    with torch.inference_mode():
        full = statistics.fast_network(subnet)(IMAGES)
        half = statistics.fast_network(subnet, "bf16")(IMAGES)
    torch.testing.assert_close(full, expected, atol=1e-4, rtol=1e-3)
    assert not torch.equal(half, half.bfloat16().float())
    assert 0 < (half - expected).norm() < 0.05 * expected.norm()
    assert all(type(m) is not statistics._ExactLinear for m in subnet.modules())
