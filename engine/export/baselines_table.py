"""The baselines of a run as a CSV table."""

import csv
import io
import json

from engine.analysis.metric_names import in_config_order
from engine.metrics import exported_value
from engine.runs.baselines.record import Baselines
from engine.runs.history import RunHistory
from engine.sources import source_column


def baselines_csv(baselines: Baselines, history: RunHistory) -> str:
    """A row for each measured network, smallest first, and the original one last.

    Columns: `network` (`uniform`, `largest` or `original`), each metric, the source of each, and
    the config. The original one has none if it is not a sub-network of the supernet.
    """
    found = [network for network in baselines.networks if not network.reason]
    networks = [*found, *([baselines.original] if baselines.original else [])]
    names = in_config_order((name for n in networks for name in n.metrics), history.config)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["network", *names, *map(source_column, names), "config"])
    for network in networks:
        values = [
            exported_value(name, network.metrics[name]) if name in network.metrics else ""
            for name in names
        ]
        sources = [network.sources.get(name, "") for name in names]
        writer.writerow([network.kind, *values, *sources, json.dumps(network.config)])
    return buffer.getvalue()
