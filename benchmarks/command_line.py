"""The command line of a benchmark that takes numbers or nothing; `--help` says what it measures."""

import argparse
from typing import Any


def given_numbers(documentation: str | None, **defaults: float) -> list[Any]:
    """The numbers that the command line gives, in the order of `defaults`; left out, the default.

    A number has the type of its default. `--help` prints the `documentation` of the module and the
    names and defaults. A wrong command line ends the program with status 2.
    """
    parser = argparse.ArgumentParser(
        description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in defaults.items():
        parser.add_argument(
            name, nargs="?", type=type(default), default=default, help=f"{default:,} by default"
        )
    return list(vars(parser.parse_args()).values())
