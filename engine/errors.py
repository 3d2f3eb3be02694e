"""Errors a user can act on: each message says what is wrong, where, and what to do."""


class DynasError(Exception):
    """Base of every error that this package raises on purpose.

    `stderr` is the end of the stderr of the process that failed, if it was another one.

    >>> try:
    ...     front.best("acc", where="macs <= 5 ms")
    ... except DynasError as error:
    ...     type(error).__name__
    'ConfigError'
    """

    stderr: str = ""


class ConfigError(DynasError):
    """An invalid configuration."""


class UnknownMetricError(ConfigError):
    """The name of a metric, `words`, that neither a package, nor the script, nor a log defines."""

    def __init__(self, message: str, words: str = "") -> None:
        super().__init__(message)
        self.words = words


class DataError(DynasError):
    """Data or weights that are missing, damaged or of the wrong kind."""


class SpaceError(DynasError):
    """A genotype or configuration that is not in the search space."""


class NotAllowedError(DynasError):
    """A visitor of a server named a file outside the folders that visitors may use."""


class UnusableDataError(DataError):
    """Data that every evaluation needs is unavailable, so no evaluation can succeed."""


class EvaluationError(DynasError):
    """One sub-network could not be measured; the search goes on without it."""


class CancelledError(DynasError):
    """Work was cancelled by the user."""


class LogError(DynasError):
    """An evaluation log that cannot be opened, read or written."""


class DamagedLogError(LogError):
    """An evaluation log with unreadable records; the readable ones can be recovered."""


class RunError(DynasError):
    """A run whose state does not allow the requested action."""


class FilterError(DynasError):
    """A filter expression cannot be read."""


class FigureError(DynasError):
    """A figure without data, or without the package that draws it."""
