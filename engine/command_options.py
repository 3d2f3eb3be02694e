"""Arguments and options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from engine import data_dir as data_folder

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Where runs are kept; $DYNAS_DATA_DIR or ~/.dynas-studio if left out.",
        callback=data_folder.use_path,
    ),
]
RunId = Annotated[str, typer.Argument(help="The run's id, as `runs` lists it.")]
