"""Which supernet a results CSV is of, as far as the file shows it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import ConfigError, DynasError
from engine.runs.importing.agreement import macs_agree
from engine.runs.importing.networks import sub_networks
from engine.runs.importing.sorting import given_macs
from engine.runs.results_csv import ImportedResults, OtherSupernetError, ResultsFile
from engine.supernets import registry
from engine.supernets.base import Supernet

_LOOKED_AT = 200  # rows, spread over the file
_MOST = 0.9  # of them that a supernet must have for the file to be of it
_INPUT = re.compile(r"""['"]r['"]: \[([0-9]{1,5})\]""")
"""The input resolution in a configuration of OFA's supernets, which call it `r`."""


@dataclass(frozen=True)
class SupernetProposal:
    """The supernets that a file may be of, by name.

    Those of `fitting` have the sub-networks of the file. Those of `confirmed` also have its MACs:
    exactly, if some have, else as near as counters differ. `reason` says in a sentence what was
    found.
    """

    confirmed: tuple[str, ...]
    fitting: tuple[str, ...]
    reason: str

    @property
    def supernet(self) -> str | None:
        """The one that the file is of; None where somebody has to choose."""
        return self.confirmed[0] if len(self.confirmed) == 1 else None


@dataclass(frozen=True)
class _Fit:
    """How many of the rows looked at are of a supernet.

    `configs` can be read, `fitting` are of its space; of these, `macs` give MACs, which are `equal`
    to those of the supernet, or `near`.
    """

    supernet: Supernet
    configs: int
    fitting: int
    macs: int
    equal: int
    near: int

    @property
    def fits(self) -> bool:
        return self.fitting > 0 and self.fitting >= _MOST * self.configs

    def has_macs(self, agreeing: int) -> bool:
        return self.fits and self.macs > 0 and agreeing >= _MOST * self.macs


def propose_supernet(file: ResultsFile) -> SupernetProposal:
    """Compare the configurations and MACs of a file with those of every known supernet."""
    given = file.given
    places = np.unique(np.linspace(0, len(given) - 1, min(len(given), _LOOKED_AT)).astype(int))
    rows = [given[place] for place in places]
    fits = [_fit(file, rows, supernet) for supernet in _supernets(file)]
    fitting = [fit for fit in fits if fit.fits]
    equal = [fit for fit in fitting if fit.has_macs(fit.equal)]
    confirmed = equal or [fit for fit in fitting if fit.has_macs(fit.near)]
    return SupernetProposal(
        tuple(fit.supernet.name for fit in confirmed),
        tuple(fit.supernet.name for fit in fitting),
        _reason(confirmed, fitting, any(fit.configs for fit in fits)),
    )


def identify_supernet(file: ResultsFile) -> str:
    """The name of the one supernet that the file is of.

    Raises ConfigError, with what was found, where the file does not show it.
    """
    found = propose_supernet(file)
    if found.supernet is None:
        raise ConfigError(f"{file.table.origin}: {found.reason} Say which supernet it is of.")
    return found.supernet


def read_for_supernet(file: ResultsFile, supernet: Supernet) -> ImportedResults:
    """What the rows say of sub-networks of `supernet`; errors tell which supernet would fit.

    Raises ConfigError as `ResultsFile.of` does.
    """
    try:
        return file.of(supernet)
    except OtherSupernetError as error:
        raise ConfigError(f"{error} {propose_supernet(file).reason}") from None


def _supernets(file: ResultsFile) -> Iterator[Supernet]:
    inputs = {int(found[1]) for text in file.table.subnetworks if (found := _INPUT.search(text))}
    for name in registry.names_for_inputs(inputs):
        try:
            yield registry.load(name)
        except DynasError:
            continue  # the page of supernets says why it does not load


def _fit(file: ResultsFile, rows: Sequence[int], supernet: Supernet) -> _Fit:
    networks = sub_networks([file.table.subnetworks[row] for row in rows], supernet)
    unreadable = sum(not problem.is_config for problem in networks.problems.values())
    fitting = [place for place in range(len(rows)) if place not in networks.problems]
    macs, exact = given_macs(file.numbers, rows)[fitting], networks.exact["macs"][fitting]
    return _Fit(
        supernet,
        configs=len(rows) - unreadable,
        fitting=len(fitting),
        macs=int((~np.isnan(macs)).sum()),
        equal=int((macs == exact).sum()),
        near=int(macs_agree(macs, exact).sum()),
    )


def _reason(confirmed: Sequence[_Fit], fitting: Sequence[_Fit], readable: bool) -> str:
    if not readable:
        return "None of its configurations can be read."
    if not fitting:
        return "Its configurations are of no supernet that is known here."
    if len(confirmed) == 1:
        return f"Its configurations and MACs are those of {_titles(confirmed)}."
    if confirmed:
        return f"Its configurations and MACs are those of {_titles(confirmed)} alike."
    start = f"Its configurations fit {_titles(fitting)}"
    if any(fit.macs for fit in fitting):
        return f"{start}, but the MACs that it gives do not."
    return f"{start}, but it gives no MACs that could confirm this."


def _titles(fits: Sequence[_Fit]) -> str:
    """The supernets with their names, by which they are chosen."""
    *first, last = (f"{fit.supernet.title} ({fit.supernet.name})" for fit in fits)
    return f"{', '.join(first)} and {last}" if first else last
