"""The results CSV that Neural Compressor and DyNAS-T write, row by row as the search goes."""

import csv
from datetime import datetime
from pathlib import Path

from engine.errors import ConfigError
from engine.evaluation.record import Evaluation

COLUMNS = ("Sub-network", "Date", "Latency (ms)", "MACs", "Top-1 Acc (%)")


class PublishedCsv:
    """Writes `path`. What another search left there is kept beside it under a numbered name."""

    def __init__(self, path: str | Path, known: list[Evaluation]) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and not known:
                self.path.rename(_free_name(self.path))
            with self.path.open("w", newline="") as file:
                csv.writer(file).writerow(COLUMNS)
        except OSError as error:
            raise ConfigError(
                f"results_csv_path {self.path} cannot be written: {error.strerror}. "
                "Choose another path, or leave it out."
            ) from None
        for evaluation in known:
            self.write(evaluation)

    def write(self, evaluation: Evaluation) -> None:
        """Add a row; failed evaluations have none."""
        if not evaluation.ok:
            return
        metrics = evaluation.metrics
        date = datetime.fromtimestamp(evaluation.finished).strftime("%Y-%m-%d %H:%M:%S.%f")
        row = (
            str(dict(evaluation.config)), date, metrics.get("lat", ""),
            int(metrics["macs"]), metrics.get("acc", ""),
        )  # fmt: skip
        with self.path.open("a", newline="") as file:
            csv.writer(file).writerow(row)


def _free_name(path: Path) -> Path:
    number = 1
    while (other := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    return other
