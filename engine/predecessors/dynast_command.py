"""The command `dynast`: a search with the arguments of DyNAS-T's command of this name."""

from pathlib import Path

import typer

from engine.errors import ConfigError
from engine.search_output import print_front, stopped_by_signals
from engine.standard_output import reserve_stdout

app = typer.Typer()


@app.command(
    "dynast",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def dynast(context: typer.Context) -> None:
    """Search with the arguments of DyNAS-T's command; `dynast --help` lists them."""
    from engine import data_dir as data_folder
    from engine.predecessors import dynast_arguments
    from engine.predecessors.dynas import configuration
    from engine.python_api.nas import run_search, warnings_before_search

    if {"-h", "--help"} & set(context.args):
        typer.echo(dynast_arguments.help_text(context.command_path), nl=False)
        return
    try:
        arguments = dynast_arguments.read(context.args, context.command_path)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from None
    with reserve_stdout(), stopped_by_signals():
        data_folder.use_path(Path(path) if (path := arguments.pop("data_dir", "")) else None)
        config, notice = configuration(arguments)
        for sentence in filter(None, [notice, *warnings_before_search(config)]):
            typer.echo(sentence, err=True)
        front = run_search(config, data_folder.current().path)
        table = front.to_dataframe().to_csv()
    print_front(front, table)
