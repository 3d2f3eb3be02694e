"""The command that trains the built-in architecture, in a checkout and for `torchrun`."""

import runpy

if __name__ == "__main__":
    runpy.run_module("engine.training_command", run_name="__main__")
