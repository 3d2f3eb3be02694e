"""What torch says of fvcore's own code is not said to a user; what it says of theirs is."""

import subprocess
import sys

import pytest

_COUNTED = """
import torch
from torch import nn
from engine.supernets.counting import count_by_part
assert count_by_part(nn.Linear(2, 3), torch.zeros(1, 2))[""][:2] == (6, 9)
"""
_OWN = """
torch.jit.script(nn.Linear(2, 3))
"""


def written(code):
    """What a program writes to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=200
    )
    return done.stderr


def test_counting_warns_of_nothing():
    assert written(_COUNTED) == ""


def test_a_warning_of_what_the_user_compiles_stays():
    if not written(f"from torch import nn\nimport torch\n{_OWN}"):
        pytest.skip("this release of torch says nothing of torch.jit.script")
    assert "FutureWarning: `torch.jit.script` is" in written(_COUNTED + _OWN)
