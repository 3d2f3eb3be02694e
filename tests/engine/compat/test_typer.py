import pytest
import typer

from engine.compat.typer import CommandLineError, command, is_help, message, options, wrong_value


def failure(*arguments: str) -> Exception:
    commands = typer.Typer(add_completion=False, no_args_is_help=True)

    @commands.command()
    def count(number: int = 0) -> None: ...

    @commands.command()
    def nothing() -> None: ...

    with pytest.raises(CommandLineError) as raised:
        commands(list(arguments), prog_name="studio", standalone_mode=False)
    return raised.value


def test_errors_of_a_command_line_have_one_base_class():
    assert issubclass(typer.BadParameter, CommandLineError)
    assert not issubclass(typer.Exit, CommandLineError)
    assert not issubclass(typer.Abort, CommandLineError)


def test_a_call_without_arguments_is_told_from_an_error():
    assert is_help(failure())
    assert not is_help(failure("count", "--number", "x"))


def test_the_parts_of_an_error_are_found():
    error = failure("count", "--number", "x")
    assert command(error) == "studio count"
    assert {"--number", "--help"} >= set(options(error)) >= {"--number"}
    assert wrong_value(error) == "x" or "'x'" in message(error)
