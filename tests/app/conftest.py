"""A small run that has ended, for tests of what pages show of one."""

from tests.app.compat.component_scan import components_sought_once as components_sought_once
from tests.twelve_evaluations import constrained_history as constrained_history
from tests.twelve_evaluations import history as history
