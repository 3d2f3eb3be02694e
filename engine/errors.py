"""Errors a user can act on: each message says what is wrong, where, and what to do."""


class DynasError(Exception):
    """Base of every error that this package raises on purpose.

    `stderr` is the end of what was written where it happened, if that was another process.
    """

    stderr: str = ""


class ConfigError(DynasError):
    """A configuration that cannot be run as it stands."""


class DataError(DynasError):
    """Data or weights that are missing, damaged or of the wrong kind."""


class SpaceError(DynasError):
    """A genotype or configuration that is not in the search space."""


class NotAllowedError(DynasError):
    """A file that a visitor of a server named, and that the server does not use for visitors."""


class UnusableDataError(DataError):
    """Data that every evaluation needs cannot be had: none of a search can be made."""


class EvaluationError(DynasError):
    """One sub-network could not be measured; the search goes on without it."""


class CancelledError(DynasError):
    """Work that was given up because somebody asked for that."""


class LogError(DynasError):
    """An evaluation log that cannot be opened, read or written."""


class DamagedLogError(LogError):
    """An evaluation log with records that cannot be read; those that can may still be kept."""


class RunError(DynasError):
    """A run that cannot do what it was asked in its present state."""


class FilterError(DynasError):
    """A filter expression cannot be read."""


class FigureError(DynasError):
    """There is nothing to draw, or nothing to draw it with."""
