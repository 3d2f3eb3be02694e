"""Statistics of any batch-norm are averaged over calibration batches, whatever inputs are."""

import pytest
import torch
from torch import nn

from engine.tasks.statistics import calibrated_network, fast_network, recalibrate

SHAPES = {
    "a row of numbers": (nn.BatchNorm1d, (5,)),
    "a signal": (nn.BatchNorm1d, (5, 8)),
    "an image": (nn.BatchNorm2d, (5, 6, 6)),
    "a volume": (nn.BatchNorm3d, (5, 3, 4, 4)),
}


class Added(nn.Module):
    """Normalises the sum of its two arguments."""

    def __init__(self, norm):
        super().__init__()
        self.norm = norm(5)

    def forward(self, first, second):
        return self.norm(first + second)


def batches(shape, count=3, size=6):
    rng = torch.Generator().manual_seed(0)
    return [2 + 3 * torch.randn(size, *shape, generator=rng) for _ in range(count)]


def averaged(inputs):
    """The statistics that torch's own batch-norm has after one average over all batches."""
    dims = [0, *range(2, inputs[0].ndim)]
    means = torch.stack([batch.mean(dims) for batch in inputs])
    variances = torch.stack([batch.transpose(0, 1).flatten(1).var(1) for batch in inputs])
    return means.mean(0), variances.mean(0)


@pytest.mark.parametrize("what", SHAPES)
def test_statistics_of_every_kind_are_the_average_over_the_batches(what):
    kind, shape = SHAPES[what]
    inputs = batches(shape)
    module = nn.Sequential(kind(5))
    nn.init.constant_(module[0].running_mean, 9)
    recalibrate(module, inputs)
    mean, variance = averaged(inputs)
    torch.testing.assert_close(module[0].running_mean, mean, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(module[0].running_var, variance, atol=1e-4, rtol=0.05)
    assert module[0].momentum == 0.1
    assert not any(part.training for part in module.modules())


@pytest.mark.parametrize("form", ["a tuple", "a mapping"])
def test_inputs_may_be_several(form):
    inputs = batches((5, 8))
    halves = [(batch / 2, batch / 2) for batch in inputs]
    if form == "a mapping":
        halves = [{"second": second, "first": first} for first, second in halves]
    module = Added(nn.BatchNorm1d)
    network = calibrated_network(module, halves)
    mean, variance = averaged(inputs)
    torch.testing.assert_close(module.norm.running_mean, mean, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(module.norm.running_var, variance, atol=1e-5, rtol=1e-4)
    with torch.inference_mode():
        torch.testing.assert_close(network(halves[0]), module.norm(inputs[0]))


@pytest.mark.parametrize("what", SHAPES)
@pytest.mark.parametrize("nothing", [[], (), iter([])], ids=["list", "tuple", "iterator"])
def test_without_batches_statistics_stay(what, nothing):
    kind, shape = SHAPES[what]
    module = nn.Sequential(kind(5)).train()
    nn.init.normal_(module[0].running_mean)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    network = calibrated_network(module, nothing)
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert not module.training
    with torch.inference_mode():
        inputs = batches(shape)[0]
        torch.testing.assert_close(network(inputs), module(inputs), atol=1e-5, rtol=1e-5)


def test_without_batch_norm_no_batch_is_read():
    def unread():
        raise AssertionError("read")
        yield

    module = nn.Sequential(nn.Linear(4, 2), nn.LayerNorm(2))
    recalibrate(module, unread())
    assert not module.training


def test_batch_norm_without_statistics_of_its_own_is_left_as_it_is():
    module = nn.Sequential(nn.BatchNorm1d(5, track_running_stats=False))
    recalibrate(module, batches((5, 8)))
    assert module[0].running_mean is None


def test_outputs_in_bf16_come_as_the_numbers_that_a_metric_takes():
    network = fast_network(nn.Sequential(nn.Conv1d(5, 2, 3), nn.ReLU()), "bf16")
    with torch.inference_mode():
        assert network(batches((5, 8))[0]).dtype == torch.float32


class Folded(nn.Module):
    """Images by name through a convolution that can be fused, and rows of numbers behind it."""

    def __init__(self, middle):
        super().__init__()
        self.conv, self.norm, self.middle = nn.Conv2d(5, 4, 3), nn.BatchNorm2d(4), middle

    def forward(self, pixels):
        return self.middle(torch.relu(self.norm(self.conv(pixels))).flatten(2))


@pytest.mark.parametrize("form", ["a tensor", "a tuple", "a mapping"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("middle", ["nothing", "a convolution of signals"])
def test_a_network_with_one_input_takes_it_in_any_form(form, precision, middle):
    torch.manual_seed(0)
    module = Folded(nn.Conv1d(4, 3, 3) if middle != "nothing" else nn.Identity())
    forms = {
        "a tensor": lambda x: x,
        "a tuple": lambda x: (x,),
        "a mapping": lambda x: {"pixels": x},
    }
    inputs = [forms[form](batch) for batch in batches((5, 6, 6))]
    network = calibrated_network(module, inputs, precision)
    with torch.inference_mode():
        expected = module(batches((5, 6, 6))[0])
        outputs = network(inputs[0])
    torch.testing.assert_close(outputs.float(), expected, atol=0.05, rtol=0.05)
    assert module.norm.num_batches_tracked == 3


def test_words_stay_whole_numbers():
    module = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 2))
    tokens = torch.arange(6).view(2, 3)
    for precision in ("fp32", "bf16"):
        with torch.inference_mode():
            outputs = calibrated_network(module, [tokens], precision)(tokens)
            torch.testing.assert_close(outputs, module(tokens), atol=0.05, rtol=0.05)
