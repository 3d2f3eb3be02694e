"""`python -m engine.supernets.ofa.downloads NAME` downloads the files of an ImageNet supernet."""

import sys

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from engine.errors import DataError
from engine.supernets.ofa.catalogue import MODELS


def main(names: list[str]) -> None:
    """Download the weights and the accuracy predictor of each supernet in `names`."""
    unknown = [name for name in names if name not in MODELS]
    if unknown or not names:
        sys.exit(f"Give one or more of: {', '.join(MODELS)}.")
    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    )  # fmt: skip
    files = [f for name in names for f in (MODELS[name].weights, MODELS[name].predictor) if f]
    with Progress(*columns) as bars:
        for file in dict.fromkeys(files):
            task = bars.add_task(file.name, total=None)
            try:
                file.fetch(lambda done, total, t=task: bars.update(t, completed=done, total=total))  # type: ignore[misc]
            except DataError as error:
                sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
