"""Errors in a command line as sentences: what is wrong, where, and what to do."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from engine.compat import typer as commands
from engine.quoting import quoted

_REQUIREMENTS = (
    (r"in the range (\S+)<=x<=(\S+?)\.?$", "from {0} to {1}"),
    (r"in the range x>=(\S+?)\.?$", "at least {0}"),
    (r"in the range x<=(\S+?)\.?$", "at most {0}"),
    (r"greater than or equal to (\S+)", "at least {0}"),
    (r"less than or equal to (\S+)", "at most {0}"),
    (r"not one of (.+?)\.?$", "one of {0}"),
    (r"valid int", "a whole number"),
    (r"valid (?:float|number)", "a number"),
    (r"valid bool", "true or false"),
    (r"valid string", "text"),
)
"""What a value must be, by the message of Typer or Click about another value."""

_LONGEST_COMPARED = 100  # characters of a name that may be a misspelt one


def usage_sentence(error: Exception) -> str:
    """What is wrong with a command line, for a `CommandLineError` of `engine.compat.typer`."""
    text = commands.message(error)
    if match := re.match(r"No such command (?P<name>'.*?'|\".*?\")", text, re.DOTALL):
        return _unknown_command(error, match["name"][1:-1])
    if match := re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", text, re.DOTALL):
        return f"The command takes no argument {quoted(match[1])}. {_way_to_call(error)}"
    if option := commands.option_name(error):
        return _wrong_option(error, option, text)
    if name := commands.parameter_name(error):
        if commands.is_missing(error):
            return f"{name} is missing. {_way_to_call(error)}"
        return _wrong_value(error, name, text)
    return f"{text.strip().rstrip('.')}. {_way_to_call(error)}".rstrip()


def _unknown_command(error: Exception, name: str) -> str:
    names = commands.subcommands(error)
    suggestion = _suggestion(name, names)
    return f"There is no command {quoted(name)}. Choose from: {', '.join(names)}.{suggestion}"


def _wrong_option(error: Exception, option: str, text: str) -> str:
    if match := re.search(r"requires (?:an argument|(\d+) arguments)", text):
        if match[1]:
            return f"{option} needs {match[1]} values. Write them behind it, separated by spaces."
        return f"{option} needs a value. Write it behind {option}."
    if "does not take a value" in text:
        return f"{option} takes no value. Write {option} alone."
    suggestion = _suggestion(option, commands.options(error))
    command = commands.command(error)
    return (
        f"{command} has no option {quoted(option)}.{suggestion} {command} --help lists the options."
    )


def _wrong_value(error: Exception, name: str, text: str) -> str:
    value = commands.wrong_value(error)
    stated = re.match(r"(?:Value error, )?(?P<value>'.*?'|\S+) is not", text, re.DOTALL)
    if value is not None:
        given = f", not {quoted(str(value))}"
    else:
        given = f", not {quoted(stated['value'].strip(chr(39)))}" if stated else ""
    for pattern, requirement in _REQUIREMENTS:
        if match := re.search(pattern, text, re.DOTALL):
            return f"{name} must be {requirement.format(*match.groups())}{given}."
    return f"{name}: {text.strip().rstrip('.')}."


def _way_to_call(error: Exception) -> str:
    usage = commands.usage(error)
    return f"Call it as: {usage}" if usage else ""


def _suggestion(name: str, names: Sequence[str]) -> str:
    close = get_close_matches(name, names, n=1) if len(name) <= _LONGEST_COMPARED else []
    return f" Did you mean {close[0]}?" if close else ""
