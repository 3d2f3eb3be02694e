"""The command that trains a supernet."""

import typer

from engine.training.command import main

if __name__ == "__main__":
    typer.run(main)
