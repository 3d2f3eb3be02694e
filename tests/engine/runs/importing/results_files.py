"""Results files as different programs and spreadsheets write them."""

import csv
import io

from engine.supernets.registry import DEFAULT, load

SUPERNET = load(DEFAULT)
SMALLEST = SUPERNET.space.to_config(SUPERNET.space.smallest)
LARGEST = SUPERNET.space.to_config(SUPERNET.space.largest)
HEADER = ("Sub-network", "Date", "Latency (ms)", "MACs", "Top-1 Acc (%)")


def macs(config):
    """The exact MACs of a configuration as an integer."""
    return int(SUPERNET.exact_metrics(SUPERNET.space.encode(config))["macs"][0])


def row(config=SMALLEST, acc="89.5", lat="1.5", stated_macs=None, date="2023-01-01 00:00:00"):
    """The cells of a row; exact MACs unless others are stated."""
    return [str(config), date, lat, str(macs(config) if stated_macs is None else stated_macs), acc]


def csv_text(rows, header=HEADER, separator=",", end="\r\n", **options):
    """The text of a CSV file with a header and rows."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end, **options).writerows([header, *rows])
    return out.getvalue()
