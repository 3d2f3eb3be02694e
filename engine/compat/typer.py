"""Typer and Click: the class of their errors, which moved from Click to Typer, and their parts."""

from collections.abc import Sequence
from typing import Any

import typer

CommandLineError: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)
"""The base class of the errors that a wrong command line raises."""


def message(error: Exception) -> str:
    """The text of a CommandLineError, without the name of the parameter."""
    return str(getattr(error, "message", "") or error)


def is_help(error: Exception) -> bool:
    """Whether the error stands for the help of a command that needs arguments and got none.

    Its `message` is the help, or empty where Typer has printed it.
    """
    return type(error).__name__ == "NoArgsIsHelpError"


def command(error: Exception) -> str:
    """The command as it was called, such as `dynas-studio log check`; empty if unknown."""
    context = getattr(error, "ctx", None)
    return context.command_path if context else ""


def usage(error: Exception) -> str:
    """How the command is called, such as `dynas-studio csv RUN [OPTIONS]`; empty if unknown."""
    context = getattr(error, "ctx", None)
    if context is None:
        return ""
    arguments = [
        str(p.name).upper() if p.required else f"[{str(p.name).upper()}]"
        for p in context.command.get_params(context)
        if p.param_type_name == "argument"
    ]
    return " ".join([context.command_path, *arguments, "[OPTIONS]"])


def subcommands(error: Exception) -> Sequence[str]:
    """The names of the commands among which one had to be chosen."""
    context = getattr(error, "ctx", None)
    return list(getattr(context.command, "commands", ())) if context else ()


def options(error: Exception) -> Sequence[str]:
    """The options of the command, such as `--data-dir`."""
    context = getattr(error, "ctx", None)
    parameters = context.command.get_params(context) if context else ()
    return [
        name
        for parameter in parameters
        if parameter.param_type_name == "option"
        for name in (*parameter.opts, *parameter.secondary_opts)
    ]


def option_name(error: Exception) -> str:
    """The option of an error that concerns an option unknown to the command, or its use."""
    return str(getattr(error, "option_name", "") or "")


def parameter_name(error: Exception) -> str:
    """The parameter with a missing or wrong value: `--port`, or `RUN` for an argument."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.name).upper()


def is_missing(error: Exception) -> bool:
    """Whether the error is a parameter without a value."""
    return type(error).__name__ == "MissingParameter"


def wrong_value(error: Exception) -> Any:
    """The value that was refused; None where only the message has it."""
    problems = getattr(error.__cause__, "errors", None)
    return problems()[0].get("input") if callable(problems) else None
