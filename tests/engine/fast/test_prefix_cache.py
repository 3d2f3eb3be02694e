"""What sub-networks have in common is computed once, and nobody sees it in the numbers."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from ofa.utils import SEModule
from torch import Tensor, nn

from engine.fast.network import FusedNetwork
from engine.fast.prefix_cache import PrefixCache, PrefixOutput, digest_of_inputs, digest_prefixes
from engine.fast.program import Program, trace
from engine.fast.segment import Segment
from engine.meters.pipeline import measure
from engine.supernets.base import EvaluationSettings
from engine.supernets.builtin.fashion_images import FashionImages
from engine.supernets.builtin.supernet import FashionSupernet
from engine.tasks import statistics

CALIBRATION, VALIDATION = 40, 30
SPLITS = ("calibration", "validation")


def images(n: int, seed: int = 0) -> Tensor:
    x = torch.randn(n, 1, 28, 28, generator=torch.Generator().manual_seed(seed))
    return x.contiguous(memory_format=torch.channels_last)


@pytest.fixture(scope="module")
def supernet() -> FashionSupernet:
    return FashionSupernet()


@pytest.fixture(scope="module")
def modules(supernet: FashionSupernet) -> list[nn.Module]:
    """Three sub-networks: the first two differ in the third block, the last in the first."""
    changes: list[dict[str, Any]] = [{}, {"ks": {1: 7}}, {"e": {0: 6}}]
    base = supernet.space.to_config(supernet.space.smallest)
    configs = [
        {**base, **{k: [v.get(i, x) for i, x in enumerate(base[k])] for k, v in change.items()}}
        for change in changes
    ]
    return [supernet.extract(config, EvaluationSettings()) for config in configs]


def measure_outputs(
    module: nn.Module, cache: PrefixCache, calibration: int = CALIBRATION
) -> list[Tensor]:
    """All statistics, and the logits."""
    network = statistics.calibrated_network(
        module, images(calibration).split(20), prefix_cache=cache
    )
    norms = [m for m in module.modules() if isinstance(m, nn.BatchNorm2d)]
    results = [t for norm in norms for t in (norm.running_mean, norm.running_var)]
    return [t.clone() for t in results if t is not None] + [network(images(VALIDATION, 1))]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The results of the parts that were run for their moments."""
    results_run: list[str] = []
    moments = Segment.moments

    def spied(part: Segment, batch: Tensor, to_end: bool) -> Any:
        results_run.append(part.program.result)
        return moments(part, batch, to_end)

    monkeypatch.setattr(Segment, "moments", spied)
    return results_run  # type: ignore[return-value]


def test_numbers_are_the_same_to_the_last_bit_whatever_was_measured_before(
    modules: list[nn.Module],
) -> None:
    separate_outputs = [measure_outputs(module, PrefixCache()) for module in modules]
    shared = PrefixCache()
    for _ in range(4):  # each time one part further is known
        for module, expected in zip(modules, separate_outputs, strict=True):
            for value, other in zip(measure_outputs(module, shared), expected, strict=True):
                assert torch.equal(value, other)


def test_numbers_are_the_same_where_little_can_be_kept(modules: list[nn.Module]) -> None:
    expected, tiny = (
        measure_outputs(modules[0], PrefixCache()),
        PrefixCache(300_000),
    )  # one batch of 20
    for _ in range(3):
        for value, other in zip(measure_outputs(modules[0], tiny), expected, strict=True):
            assert torch.equal(value, other)


def test_parts_that_a_network_has_in_common_with_another_are_not_run(
    modules: list[nn.Module], runs: list[str]
) -> None:
    cache = PrefixCache()
    first, second, third = ([p.result for p in _parts(m)][:-1] for m in modules)
    assert first[:3] == second[:3] == third[:3]  # called the same, but the weights differ
    calls: list[list[str]] = []
    for module in (modules[0], modules[0], modules[0], modules[1], modules[2]):
        runs.clear()
        measure_outputs(module, cache, calibration=20)
        calls.append(list(runs))
    names = calls[0]
    assert calls[1:3] == [names[1:], names[2:]]
    assert calls[3] == names[2:]  # the first block and what is before it
    assert calls[4] == names[1:]  # what is before the first block


def test_parts_do_what_the_whole_does(modules: list[nn.Module]) -> None:
    full_network = statistics.fast_network(modules[0])
    network = FusedNetwork.from_module(modules[0], prefix_cache=PrefixCache(0))
    assert network is not None
    torch.testing.assert_close(network(images(7)), full_network(images(7)), atol=1e-5, rtol=1e-5)


def test_parts_hand_on_small_values(modules: list[nn.Module]) -> None:
    parts = _parts(modules[0])
    channels = [p.steps[-1].conv.out_channels for p in parts[:-1]]  # type: ignore[union-attr]
    assert channels == [16, 16, 16, 24, 24, 48, 48]
    assert parts[0].source == "x"
    assert [part.source for part in parts[1:]] == [part.result for part in parts[:-1]]


def test_a_network_leaves_what_it_starts_from_as_it_is(modules: list[nn.Module]) -> None:
    cache = PrefixCache()
    measure_outputs(modules[0], cache)
    values = [r.value for v in cache._outputs.values() for r in v.values() if r.value is not None]
    originals = [value.clone() for value in values]
    measure_outputs(modules[0], cache)
    assert len(values) == CALIBRATION // 20 + 1
    assert all(torch.equal(a, b) for a, b in zip(values, originals, strict=True))


def test_other_weights_statistics_precision_or_threads_are_another_beginning(
    supernet: FashionSupernet,
) -> None:
    module = supernet.extract(
        supernet.space.to_config(supernet.space.smallest), EvaluationSettings()
    )
    first = _parts(module)[:1]
    digests = [
        digest_prefixes(first, torch.float32, True),
        digest_prefixes(first, torch.bfloat16, True),
    ]
    digests += [digest_prefixes(first, torch.float32, False)]
    norm = next(m for m in module.modules() if isinstance(m, nn.BatchNorm2d))
    with torch.no_grad():
        norm.running_mean.add_(1)  # type: ignore[union-attr]
    assert digest_prefixes(first, torch.float32, False) == digests[2]
    digests += [digest_prefixes(first, torch.float32, True)]
    with torch.no_grad():
        norm.weight.mul_(2)
    digests += [digest_prefixes(first, torch.float32, False)]
    threads = torch.get_num_threads()
    torch.set_num_threads(threads + 1)
    digests += [digest_prefixes(first, torch.float32, False)]
    torch.set_num_threads(threads)
    assert len({d[0] for d in digests}) == len(digests)


def test_what_is_no_convolution_ends_the_beginning() -> None:
    def block() -> list[nn.Module]:
        return [nn.Conv2d(16, 16, 1), nn.BatchNorm2d(16)]

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.se = nn.Sequential(*block(), *block()), SEModule(16)
            self.last = nn.Sequential(*block(), *block())

        def forward(self, x: Tensor) -> Tensor:
            return self.last(self.se(self.first(x)))  # type: ignore[no-any-return]

    program = trace(Net().eval())
    assert program is not None
    parts = program.parts()
    assert [len(part.steps) for part in parts] == [1, 3, 1]  # `se` may change what it reads
    assert len(digest_prefixes(parts, torch.float32, False)) == 1


def test_other_images_are_told_apart() -> None:
    assert digest_of_inputs(images(3)) == digest_of_inputs(images(4)[:3])
    assert digest_of_inputs(images(3)) != digest_of_inputs(images(3, seed=1))


def output_of_size(megabytes: int) -> PrefixOutput:
    return PrefixOutput(torch.zeros(megabytes * 250_000), {})


def test_the_beginning_that_was_not_asked_for_the_longest_goes_first() -> None:
    cache, start = PrefixCache(3_000_000), PrefixOutput(None, {})
    for name in (b"a", b"b", b"c"):
        cache.put(name, b"images", output_of_size(1))
    assert cache.longest_prefix([b"a"], b"images", start)[0] == 1
    cache.put(b"d", b"images", output_of_size(1))
    results = [
        cache.longest_prefix([name], b"images", start)[0] for name in (b"a", b"b", b"c", b"d")
    ]
    assert results == [1, 0, 1, 1]


def test_the_longest_beginning_is_found_that_the_images_went_through() -> None:
    cache, start = PrefixCache(9_000_000), PrefixOutput(None, {})
    cache.put(b"a", b"images", short := output_of_size(1))
    cache.put(b"ab", b"images", long := output_of_size(1))
    cache.put(b"abc", b"others", output_of_size(1))
    prefixes = [b"a", b"ab", b"abc"]
    assert cache.longest_prefix(prefixes, b"images", start) == (2, long)
    assert cache.longest_prefix(prefixes[:1], b"images", start) == (1, short)
    assert cache.longest_prefix(prefixes, b"unseen", start) == (0, start)


def test_images_beyond_the_limit_are_not_kept_but_those_before_are() -> None:
    cache, start = PrefixCache(2_500_000), PrefixOutput(None, {})
    for name in (b"1", b"2", b"3"):
        cache.put(b"a", name, output_of_size(1))
    assert [cache.longest_prefix([b"a"], name, start)[0] for name in (b"1", b"2", b"3")] == [
        1,
        1,
        0,
    ]


def test_top1_of_a_supernet_does_not_depend_on_what_it_measured_before(
    supernet: FashionSupernet, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = EvaluationSettings()
    subsets = {split: [t[:200] for t in supernet.task.tensors(split, settings)] for split in SPLITS}
    monkeypatch.setattr(FashionImages, "tensors", lambda self, split, settings: subsets[split])
    genotypes = supernet.space.sample(2, np.random.default_rng(0))
    other, config = map(supernet.space.to_config, genotypes)
    measure(supernet, other, ["acc"], settings)
    uncached = measure(FashionSupernet(), config, ["acc"], settings)
    assert [measure(supernet, config, ["acc"], settings) for _ in range(2)] == [uncached, uncached]


def _parts(module: nn.Module) -> tuple[Program, ...]:
    program = trace(module)
    assert program is not None
    return program.parts()
