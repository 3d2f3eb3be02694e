"""A small run that has ended, for tests of what pages show of one."""

from tests.twelve_evaluations import constrained_history as constrained_history
from tests.twelve_evaluations import history as history
