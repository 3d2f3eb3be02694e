"""The unit of a time axis."""

_UNITS = ((2 * 86_400.0, 86_400.0, "d"), (2 * 3600.0, 3600.0, "h"), (600.0, 60.0, "min"))


def time_unit(seconds: float) -> tuple[float, str]:
    """The seconds of the unit, and the unit, of an axis that is `seconds` long.

    >>> time_unit(4_000.0)
    (60.0, 'min')
    """
    return next(((size, unit) for least, size, unit in _UNITS if seconds >= least), (1.0, "s"))
