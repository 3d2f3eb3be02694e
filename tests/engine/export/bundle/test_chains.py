import torch
from torch import nn

from engine.evaluation_settings import EvaluationSettings
from engine.export.bundle.network_code import network_code
from engine.supernets import registry


class Groups(nn.Module):
    """Chains of all their layers, but for the second group: a value in it is read twice."""

    def __init__(self):
        super().__init__()
        self.a = nn.ModuleDict({"first": nn.Linear(4, 4), "second": nn.Tanh()})
        self.b = nn.ModuleDict({"first": nn.Linear(4, 4), "second": nn.Tanh()})
        self.c = nn.ModuleDict({"first": nn.Linear(4, 4), "second": nn.Tanh()})

    def forward(self, x):
        y = self.a["first"](self.a["second"](x))
        z = self.b["first"](y)
        z = z + self.b["second"](z)
        return self.c["second"](self.c["first"](z))


def test_a_group_whose_layers_follow_one_another_is_one_step():
    torch.manual_seed(0)
    source = network_code(Groups(), torch.randn(2, 4), 'A "title" \\').source
    body = source[source.index("    def forward(self, x):\n        x = self.a") :].splitlines()
    assert [line.strip() for line in body[1:7]] == [
        "x = self.a(x)", "x = self.b.first(x)", "y = self.b.second(x)", "x = x + y",
        "x = self.c(x)", "return x",
    ]  # fmt: skip
    assert source.startswith('"""A \'title\' /.\n')


def test_a_block_of_mobilenet_is_one_step():
    supernet = registry.load("ofa_mbv3_fashion_d234_e346_k357")
    config = supernet.space.to_config(supernet.space.smallest)
    module = supernet.extract(config, EvaluationSettings())
    source = network_code(module, torch.zeros(2, 1, 28, 28), "A sub-network").source
    lines = [line.strip() for line in source.splitlines()]
    begin = lines.index("def forward(self, x):", lines.index("class Network(Layers):"))
    assert lines[begin + 1 : begin + 5] == [
        "x = self.first_conv(x)", "y = self.blocks[0](x)", "x = y + x", "y = self.blocks[1](x)"
    ]  # fmt: skip
    assert '"act": nn.Hardswish(inplace=True),' in lines
