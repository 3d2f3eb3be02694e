"""Runs that tests of analyses look at."""

from tests.comparable_runs import make as make
from tests.comparable_runs import two as two
from tests.twelve_evaluations import constrained_history as constrained_history
from tests.twelve_evaluations import history as history
from tests.twelve_evaluations import history_of_one as history_of_one
