"""The settings of a search as an object of their own, as Neural Compressor 2 has them."""

import warnings
from typing import Any

from pydantic import ValidationError

from engine.config_sections import DynasSection
from engine.errors import ConfigError
from engine.published_settings import translate
from engine.setting_errors import error_sentences


class DyNASConfig(DynasSection):
    """The section `dynas` of a `NASConfig`: `NASConfig("dynas", dynas=DyNASConfig(...))`.

    Takes all settings of that section by keyword; None stands for one that is left out. Invalid
    values raise ConfigError.

    >>> from dynas_studio import DyNASConfig, NASConfig
    >>> settings = DyNASConfig(metrics=["accuracy_top1", "macs"], num_evals=100)
    >>> NASConfig("dynas", dynas=settings).dynas.metrics
    ['acc', 'macs']
    """

    def __init__(self, /, supernet: str | None = None, **settings: Any) -> None:
        given = {"supernet": supernet, **settings}
        given = {name: value for name, value in given.items() if value is not None}
        translation = translate({"dynas": given})
        try:
            super().__init__(**translation.settings["dynas"])
        except ValidationError as error:
            raise ConfigError(error_sentences(error, DynasSection)) from None
        for notice in translation.notices:
            warnings.warn(notice, UserWarning, stacklevel=2)

    @property
    def config(self) -> "DyNASConfig":
        """The settings, where Neural Compressor keeps them."""
        return self
