"""The formats in which a search can write its results CSV, and the published headings."""

from typing import NamedTuple

SUBNETWORK_HEADING, DATE_HEADING = "Sub-network", "Date"

PUBLISHED_HEADINGS = {
    "Model Parameters": "params",
    "Latency (ms)": "lat",
    "MACs": "macs",
    "Top-1 Acc (%)": "acc",
}
"""The metric of each column of numbers in the files of Neural Compressor and DyNAS-T."""

_COMPRESSOR_HEADINGS = ("Latency (ms)", "MACs", "Top-1 Acc (%)")


class ResultsFormat(NamedTuple):
    """A format of the results CSV.

    `metric_headings` are the columns of numbers after sub-network and date, a part of
    `PUBLISHED_HEADINGS`; empty for the format with every metric of the search.
    """

    label: str
    metric_headings: tuple[str, ...]

    @property
    def has_every_metric(self) -> bool:
        """Whether each metric of the search has a column, and failed evaluations have rows."""
        return not self.metric_headings

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of a published format in order; empty for the one with every metric."""
        if self.has_every_metric:
            return ()
        return (SUBNETWORK_HEADING, DATE_HEADING, *self.metric_headings)

    def has_column(self, metric: str) -> bool:
        """Whether the values of the metric called `metric` are written."""
        return self.has_every_metric or metric in map(PUBLISHED_HEADINGS.get, self.metric_headings)


SIX_COLUMNS = "dynast"
"""The format of DyNAS-T, and of Neural Compressor since it runs DyNAS-T."""

RESULTS_FORMATS = {
    "neural_compressor": ResultsFormat("Neural Compressor", _COMPRESSOR_HEADINGS),
    SIX_COLUMNS: ResultsFormat("DyNAS-T", ("Model Parameters", *_COMPRESSOR_HEADINGS)),
    "full": ResultsFormat("Full, with sources", ()),
}
"""By the value of `results_csv_format`; the first is the default."""
