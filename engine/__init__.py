"""Multi-objective neural architecture search on weight-sharing super-networks.

>>> from engine import NAS, NASConfig
>>> pareto = NAS(NASConfig()).search()
"""

from engine.config import NASConfig
from engine.nas import NAS, ParetoSet
from engine.supernets.registry import load as load_supernet

__all__ = ["NAS", "NASConfig", "ParetoSet", "load_supernet"]
