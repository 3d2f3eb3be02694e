"""FusedNetwork: calibrates and classifies like the module that it is made from."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from engine.supernets.fused.calibration import Moments, moments
from engine.supernets.fused.convolution import Convolution, Packed
from engine.supernets.fused.program import Program, trace
