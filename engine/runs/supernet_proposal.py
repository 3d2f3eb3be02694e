"""SupernetProposal: finds the supernet of a results CSV by its configurations and MACs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine import script_objects
from engine.errors import ConfigError, DynasError
from engine.runs.importing.row_classification import macs_column
from engine.runs.importing.sub_networks import read_sub_networks
from engine.runs.importing.tolerances import macs_agree
from engine.runs.results_csv import ImportedResults, OtherSupernetError, ResultsFile
from engine.supernets import registry
from engine.supernets.base import Supernet
from engine.supernets.choices.supernet import described_supernets

_SAMPLE_SIZE = 200  # rows, evenly spread over the file
_MIN_SHARE = 0.9  # of them that must fit a supernet
_INPUT_RESOLUTION = re.compile(r"""['"]r['"]: \[([0-9]{1,5})\]""")
"""The input resolution `r` in a configuration of OFA's supernets."""


@dataclass(frozen=True)
class SupernetProposal:
    """The names of the supernets that may be those of a file.

    The search spaces of `fitting` contain the sub-networks of the file. Those of `confirmed` also
    have its MACs: exactly if any has, else within the tolerance between counters. Choices of a
    script, which have no MACs, are confirmed by their metrics. `reason` is a sentence on the
    result.
    """

    confirmed: tuple[str, ...]
    fitting: tuple[str, ...]
    reason: str

    @property
    def supernet(self) -> str | None:
        """The only confirmed supernet; None if the user has to choose."""
        return self.confirmed[0] if len(self.confirmed) == 1 else None


@dataclass(frozen=True)
class _Fit:
    """Counts of sampled rows that fit a supernet.

    `configs` rows can be read, `fitting` are in its search space; `macs` of these state MACs, which
    are `equal` or `near` to those of the supernet. `has_metrics` tells that the file has all
    metrics of a supernet of choices.
    """

    supernet: Supernet
    configs: int
    fitting: int
    macs: int
    equal: int
    near: int
    has_metrics: bool

    @property
    def fits(self) -> bool:
        return self.fitting > 0 and self.fitting >= _MIN_SHARE * self.configs

    def has_matching_macs(self, matching_count: int) -> bool:
        return self.fits and self.macs > 0 and matching_count >= _MIN_SHARE * self.macs


def propose_supernet(file: ResultsFile) -> SupernetProposal:
    """Compare the configurations and MACs of a file with those of every known supernet."""
    row_numbers = file.successful_rows
    positions = np.unique(
        np.linspace(0, len(row_numbers) - 1, min(len(row_numbers), _SAMPLE_SIZE)).astype(int)
    )
    rows = [row_numbers[position] for position in positions]
    fits = [_fit(file, rows, supernet) for supernet in _supernets(file)]
    fitting = [fit for fit in fits if fit.fits]
    equal = [fit for fit in fitting if fit.has_matching_macs(fit.equal)]
    near = [fit for fit in fitting if fit.has_matching_macs(fit.near)]
    confirmed = equal or near or [fit for fit in fitting if fit.has_metrics]
    return SupernetProposal(
        tuple(fit.supernet.name for fit in confirmed),
        tuple(fit.supernet.name for fit in fitting),
        _reason(confirmed, fitting, any(fit.configs for fit in fits)),
    )


def identify_supernet(file: ResultsFile) -> str:
    """The name of the supernet of the file.

    Raises ConfigError, with the candidates, if it is ambiguous.
    """
    proposal = propose_supernet(file)
    if proposal.supernet is None:
        raise ConfigError(f"{file.table.origin}: {proposal.reason} Say which supernet it is of.")
    return proposal.supernet


def read_for_supernet(file: ResultsFile, supernet: Supernet) -> ImportedResults:
    """The rows as evaluations of `supernet`; an error names the supernet that would fit.

    Raises ConfigError as `ResultsFile.for_supernet` does.
    """
    try:
        return file.for_supernet(supernet)
    except OtherSupernetError as error:
        raise ConfigError(f"{error} {propose_supernet(file).reason}") from None


def _supernets(file: ResultsFile) -> Iterator[Supernet]:
    resolutions = {
        int(match[1])
        for text in file.table.subnetworks
        if (match := _INPUT_RESOLUTION.search(text))
    }
    choices = (*described_supernets(), *script_objects.offered("supernet"))
    for name in dict.fromkeys((*registry.names_for_inputs(resolutions), *choices)):
        try:
            yield registry.load(name)
        except DynasError:
            continue  # the page of supernets says why it does not load


def _fit(file: ResultsFile, rows: Sequence[int], supernet: Supernet) -> _Fit:
    networks = read_sub_networks([file.table.subnetworks[row] for row in rows], supernet)
    unreadable = sum(not problem.is_config for problem in networks.problems.values())
    fitting = [position for position in range(len(rows)) if position not in networks.problems]
    macs, exact = macs_column(file.numbers, rows)[fitting], networks.macs[fitting]
    columns = {column.metric for column in file.table.columns.metrics}
    names = {metric.name for metric in supernet.task.metrics}
    return _Fit(
        supernet,
        configs=len(rows) - unreadable,
        fitting=len(fitting),
        macs=int((~np.isnan(macs)).sum()),
        equal=int((macs == exact).sum()),
        near=int(macs_agree(macs, exact).sum()),
        has_metrics=bool(supernet.no_network_reason) and names <= columns,
    )


def _reason(confirmed: Sequence[_Fit], fitting: Sequence[_Fit], readable: bool) -> str:
    if not readable:
        return "None of its configurations can be read."
    if not fitting:
        return (
            "Its configurations are of no supernet that is known here. Choices of a script are "
            "known where a run of the data folder has them."
        )
    if confirmed:
        shared = "metrics" if confirmed[0].has_metrics else "MACs"
        alike = " alike" if confirmed[1:] else ""
        return f"Its configurations and {shared} are those of {_titles(confirmed)}{alike}."
    start = f"Its configurations fit {_titles(fitting)}"
    if any(fit.macs for fit in fitting):
        return f"{start}, but the MACs that it gives do not."
    return f"{start}, but it gives no MACs that could confirm this."


def _titles(fits: Sequence[_Fit]) -> str:
    """The titles and names of supernets, as a list in words."""
    *first, last = (f"{fit.supernet.title} ({fit.supernet.name})" for fit in fits)
    return f"{', '.join(first)} and {last}" if first else last
