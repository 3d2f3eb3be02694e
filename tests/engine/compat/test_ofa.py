import pytest
import torch
from ofa.imagenet_classification.elastic_nn.modules.dynamic_op import DynamicSeparableConv2d
from ofa.imagenet_classification.elastic_nn.networks import OFAMobileNetV3, OFAResNets
from ofa.imagenet_classification.networks import MobileNetV3

from engine.compat.ofa import (
    ElasticMobileNetV3,
    depthwise_forward,
    replace_depthwise_forward,
    table_layers,
)
from tests.compat import changed

CHANGED = changed("ofa")
CHOICES = {"ks": [3, 5, 7], "e": [3, 4, 6], "d": [2, 3, 4]}


@pytest.fixture(scope="module")
def whole():
    torch.manual_seed(0)
    return OFAMobileNetV3(
        n_classes=10, dropout_rate=0, width_mult=1.0, ks_list=CHOICES["ks"],
        expand_ratio_list=CHOICES["e"], depth_list=CHOICES["d"],
    ).eval()  # fmt: skip


def test_a_network_of_given_parts_is_as_one_that_ofa_makes(whole):
    head = (whole.final_expand_layer, whole.feature_mix_layer, whole.classifier)
    made = ElasticMobileNetV3(
        whole.first_conv, list(whole.blocks), whole.block_group_info, head,
        kernels=CHOICES["ks"], expands=CHOICES["e"], depths=CHOICES["d"],
    ).eval()  # fmt: skip
    own, theirs = set(vars(made)), set(vars(whole))
    assert own >= theirs - {"base_stage_width"}, f"{CHANGED} It sets {theirs - own} besides."
    assert list(made.state_dict()) == list(whole.state_dict()), CHANGED
    images = torch.randn(1, 3, 64, 64)
    for net in (made, whole):
        net.set_active_subnet(ks=5, e=4, d=3)
    with torch.no_grad():
        assert torch.equal(made(images), whole(images)), CHANGED
        extracted = made.get_active_subnet()
        assert isinstance(extracted, MobileNetV3)
        assert torch.allclose(extracted.eval()(images), whole(images), atol=1e-5), CHANGED


def test_an_elastic_convolution_takes_another_forward_pass():
    net = torch.nn.Sequential(DynamicSeparableConv2d(4, [3, 5]), torch.nn.ReLU())
    images, asked = torch.randn(2, 4, 6, 6), []

    def forward(convolution, x, kernel_size=None):
        asked.append((convolution, kernel_size or convolution.active_kernel_size))
        return depthwise_forward(convolution, x, 3)

    net[0].active_kernel_size = 3
    wanted = net(images)
    net[0].active_kernel_size = 5
    replace_depthwise_forward(net, forward)
    assert torch.equal(net(images), wanted), CHANGED
    assert asked == [(net[0], 5)], CHANGED
    assert net[0].stride == 1, CHANGED
    assert net[0].get_active_filter(4, 5).shape == (4, 1, 5, 5), CHANGED


def test_a_table_has_the_layers_of_a_network_in_its_order(whole):
    whole.set_active_subnet(ks=3, e=3, d=2)
    network = whole.get_active_subnet()
    layers = table_layers(network, 64)
    assert layers[0].startswith("Conv-input:64x64x3-output:32x32x"), CHANGED
    assert all(layer.startswith("expanded_conv-input:") for layer in layers[1:-4]), CHANGED
    assert len(layers) == 1 + len(network.blocks) + 4, CHANGED


def test_there_is_no_table_for_a_resnet():
    assert table_layers(OFAResNets(n_classes=10).get_active_subnet(), 64) is None
