"""Errors a user can act on: each message says what is wrong, where, and what to do."""


class DynasError(Exception):
    """Base of every error that this package raises on purpose.

    `stderr` is the end of the stderr of the process that failed, if it was another one, and
    `worker` the name of that process, if it was one of another machine.

    >>> try:
    ...     front.best("acc", where="macs <= 5 ms")
    ... except DynasError as error:
    ...     type(error).__name__
    'ConfigError'
    """

    stderr: str = ""
    worker: str = ""


class ConfigError(DynasError):
    """An invalid configuration.

    >>> NASConfig(dynas={"num_evals": 0})
    Traceback (most recent call last):
    engine.errors.ConfigError: dynas.num_evals: must be at least 1, not 0.
    """


class UnknownMetricError(ConfigError):
    """The name of a metric, `words`, that neither a package, nor the script, nor a log defines."""

    def __init__(self, message: str, words: str = "") -> None:
        super().__init__(message)
        self.words = words


class DataError(DynasError):
    """Data or weights that are missing, damaged or of the wrong kind.

    >>> run.export("")
    Traceback (most recent call last):
    engine.errors.DataError: ...
    """


class SpaceError(DynasError):
    """A genotype or configuration that is not in the search space.

    >>> SearchSpace((Gene("width", (8, 16)),)).encode({"width": [12]})
    Traceback (most recent call last):
    engine.errors.SpaceError: width[0] = 12 is not in the space. Choose from 8, 16.
    """


class ElasticError(DynasError):
    """A network that cannot be made elastic, with the layer and the reason.

    >>> issubclass(ElasticError, DynasError)
    True
    """


class NotAllowedError(DynasError):
    """A visitor of a server named a file outside the folders that visitors may use.

    Dashboards raise it, scripts do not.

    >>> issubclass(NotAllowedError, DynasError)
    True
    """


class UnusableDataError(DataError):
    """Data that every evaluation needs is unavailable, so no evaluation can succeed.

    A task or a supernet of yours may raise it, which ends the run. It can be resumed.

    >>> def read_image(path):
    ...     if not path.exists():
    ...         raise UnusableDataError(f"There is no image {path}. Restore it.")
    ...     return path.read_bytes()
    """


class EvaluationError(DynasError):
    """One sub-network could not be measured; the search goes on without it.

    A task, a supernet or a meter of yours may raise it, as may a function that is a metric.

    >>> def kernels(config):
    ...     if 7 in config["ks"]:
    ...         raise EvaluationError("The accelerator has no kernel of 7 x 7.")
    ...     return len(set(config["ks"]))
    """


class CancelledError(DynasError):
    """Work was cancelled by the user.

    Only who cancels work sees it: stopping a run is no error.

    >>> issubclass(CancelledError, DynasError)
    True
    """


class LogError(DynasError):
    """An evaluation log that cannot be opened, read or written.

    >>> runs(data_dir=" ")
    Traceback (most recent call last):
    engine.errors.LogError: The data folder is named by a path, not ' '.
    """


class DamagedLogError(LogError):
    """An evaluation log with unreadable records; the readable ones can be recovered.

    `dynas-studio log repair RUN` recovers what can be read.

    >>> issubclass(DamagedLogError, LogError)
    True
    """


class RunError(DynasError):
    """A run whose state does not allow the requested action.

    >>> load_run("no such run")
    Traceback (most recent call last):
    engine.errors.RunError: There is no run 'no such run'. It may have been deleted.
    """


class FilterError(DynasError):
    """A filter expression cannot be read.

    >>> issubclass(FilterError, DynasError)
    True
    """


class FigureError(DynasError):
    """A figure without data, or without the package that draws it.

    >>> plot_fronts([])
    Traceback (most recent call last):
    engine.errors.FigureError: There are no runs to draw: give one at least.
    """
