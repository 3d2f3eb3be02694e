"""The command that trains a supernet."""

from engine import program
from engine.training.command import main

if __name__ == "__main__":
    program.run_function(main, program.FROM_CHECKOUT, "python -m engine.training", error_status=2)
