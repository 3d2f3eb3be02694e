import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.compat import torch as door
from tests.compat import changed

CHANGED = changed("torch")
GEOMETRY = ([1, 1], [1, 1], [1, 1], 1)
needs_onednn = pytest.mark.skipif(not door.has_onednn, reason="this torch has no oneDNN")


@pytest.fixture
def numbers():
    """Images, a weight, a bias and a summand."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(2, 3, 8, 8), (4, 3, 3, 3), (4,), (2, 4, 8, 8)]
    return [torch.randn(shape, generator=generator) for shape in shapes]


def ordered(x, weight):
    return door.onednn_ordered_weight(weight, *GEOMETRY, list(x.shape))


def near(given, expected):
    assert torch.allclose(given, expected, atol=1e-5), CHANGED


@needs_onednn
def test_onednn_convolves_and_activates(numbers):
    x, weight, bias, _ = numbers
    plain = functional.conv2d(x, weight, bias, padding=1)
    arguments = (x, ordered(x, weight), bias, *GEOMETRY)
    near(door.onednn_convolve(*arguments, "none", [], ""), plain)
    near(door.onednn_convolve(*arguments, "relu", [], ""), plain.relu())
    near(door.onednn_convolve(*arguments, "hardswish", [], ""), functional.hardswish(plain))
    near(door.onednn_convolve(*arguments, "hardtanh", [0.0, 6.0], ""), functional.relu6(plain))


@needs_onednn
def test_onednn_adds_in_passing_and_changes_the_summand_only_in_place(numbers):
    x, weight, bias, summand = numbers
    plain = functional.conv2d(x, weight, bias, padding=1) + summand
    before = summand.clone()
    arguments = (x, summand, ordered(x, weight), bias, *GEOMETRY, "add", 1.0)
    near(door.onednn_convolve_and_add(*arguments, None, [], None), plain)
    near(door.onednn_convolve_and_add(*arguments, "relu", [], None), plain.relu())
    assert torch.equal(summand, before), CHANGED
    result = door.onednn_convolve_and_add_in_place(summand, x, *arguments[2:], "relu", [], None)
    assert result.data_ptr() == summand.data_ptr(), CHANGED
    near(summand, plain.relu())


def test_this_torch_has_onednn_where_it_says_so():
    assert door.has_onednn == torch.backends.mkldnn.is_available(), CHANGED
    assert isinstance(door.processor_has_bf16(), bool)


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        (
            "cudnn_convolution_relu",
            "Tensor self, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, "
            "SymInt[] dilation, SymInt groups",
        ),
        (
            "cudnn_convolution_add_relu",
            "Tensor self, Tensor weight, Tensor z, Scalar? alpha, Tensor? bias, SymInt[] stride, "
            "SymInt[] padding, SymInt[] dilation, SymInt groups",
        ),
    ],
)
def test_cudnn_takes_what_it_is_given(name, signature):
    assert f"{name}({signature}) -> Tensor" in str(getattr(torch.ops.aten, name).default._schema), (
        CHANGED
    )


def test_every_result_of_an_operation_is_seen():
    results = []
    x = torch.ones(3, 4)
    with door.ResultRecorder(results.append):
        y = x + 1
        y.max(dim=1)
    x + 2
    assert [tuple(tensor.shape) for tensor in results] == [(3, 4), (3,), (3,)], CHANGED


def test_every_batch_norm_is_known_as_one():
    norms = [nn.BatchNorm1d(2), nn.BatchNorm2d(2), nn.BatchNorm3d(2), nn.SyncBatchNorm(2)]
    assert all(isinstance(norm, door.AnyBatchNorm) for norm in norms), CHANGED
    assert not isinstance(nn.LayerNorm(2), door.AnyBatchNorm), CHANGED


def test_what_is_nested_is_found_and_changed_however_deep():
    nested = {"a": (1, [2]), "b": {"c": 3}}
    assert door.tree_leaves(nested) == [1, 2, 3], CHANGED
    assert door.tree_map(lambda leaf: -leaf, nested) == {"a": (-1, [-2]), "b": {"c": -3}}, CHANGED


def test_operators_of_torch_have_the_name_by_which_code_calls_them():
    assert door.operator_name(torch.ops.aten.add.Tensor) == "torch.ops.aten.add.Tensor", CHANGED
    assert door.operator_name(torch.add) == "", CHANGED
    assert door.operator_name(torch.ops.mkldnn._convolution_pointwise.default) == "", CHANGED


def test_hooks_of_a_module_are_seen():
    before, after = nn.Linear(1, 1), nn.Linear(1, 1)
    assert not door.has_hooks(before), CHANGED
    before.register_forward_pre_hook(lambda module, inputs: None)
    after.register_forward_hook(lambda module, inputs, outputs: None)
    assert door.has_hooks(before), CHANGED
    assert door.has_hooks(after), CHANGED


def test_values_of_nested_outputs_can_be_replaced_in_their_form():
    program = torch.export.export(_NestedOutputs(), (torch.zeros(2),))
    form = door.tree_unflatten([1, 2], program.call_spec.out_spec)
    assert form == {"sum": 1, "parts": (2,)}, CHANGED


class _NestedOutputs(nn.Module):
    def forward(self, x):
        return {"sum": x.sum(), "parts": (x * 2,)}


def test_a_compiled_network_has_the_network_itself():
    network = nn.Linear(2, 2)
    assert getattr(torch.compile(network), door.COMPILED) is network, CHANGED
