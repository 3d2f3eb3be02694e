"""An accuracy predictor in the published form: a sum over kernels and expansions."""

from pathlib import Path

import torch

LOWEST, HIGHEST = 70.0, 84.0


def write_predictor(path: Path) -> str:
    """A predictor of the MobileNets that says more of larger sub-networks; its path."""
    weight = torch.zeros(1, 128)
    each = (HIGHEST - LOWEST) / 100 / 40  # of twenty kernels and twenty expansions
    for choice in range(3):
        weight[0, choice:120:3] = each * (choice + 1) / 3
    weight[0, 120:] = LOWEST / 100 + 0.002 * torch.arange(8) - 0.014
    torch.save({"0.weight": weight}, path)
    return str(path)
