"""`python -m tests.engine.python_api.instant_script SCRIPT`: a script with a search of no time.

The script is run as the main module; an evaluation takes 0.1 seconds.
"""

import runpy
import sys
from functools import partial

from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator

RunService.__init__.__defaults__ = (partial(InstantEvaluator, seconds=0.1), lambda config: None)
runpy.run_path(sys.argv[1], run_name="__main__")
