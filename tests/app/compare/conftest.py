"""Runs made up for comparisons."""

from tests.comparable_runs import make as make
from tests.comparable_runs import two as two
