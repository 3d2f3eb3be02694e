"""The former name of `python -m engine.training`, for scripts that call it."""

import runpy

if __name__ == "__main__":
    runpy.run_module("engine.training", run_name="__main__")
