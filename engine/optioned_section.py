"""The part of the section `dynas` that keeps the options of the supernet, its task and meters.

Options and the supernet can be assigned in any order: an option that the current supernet does not
declare waits for one that does.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import (
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from engine import config_options
from engine.evaluation_settings import EvaluationSettings, OptionValues
from engine.former_options import FORMER_OPTIONS, SECTIONS, nest_former_options
from engine.path_text import absolute_path
from engine.setting_errors import error_details
from engine.settings_section import COMPLETE, Section
from engine.supernets.registry import DEFAULT


class OptionedSection(Section):
    """A section with a supernet and options, which former names reach as well."""

    if TYPE_CHECKING:
        supernet: str
        supernet_options: OptionValues
        task_options: OptionValues
        meter_options: dict[str, OptionValues]
        cluster: str | None
        cluster_options: OptionValues

        @property
        def settings(self) -> EvaluationSettings:
            """How sub-networks are measured."""

    _waiting: dict[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def paths(self) -> dict[tuple[str, ...], str]:
        """The options that are file paths, by the path of their setting."""
        others = config_options.options_of_cluster(self.cluster, self.cluster_options)
        return config_options.path_options(self.supernet, self.settings, others)

    def with_absolute_paths(self, leave: Collection[str] = ()) -> Self:
        """A copy with absolute paths, except for the settings in `leave`."""
        left_out = {"workers"} - self.model_fields_set  # their number follows from the place
        data = self.model_dump(exclude=left_out)
        for (*sections, name), text in self.paths.items():
            section: Any = data
            for step in sections:
                section = section[step]
            if name not in leave:
                section[int(name) if isinstance(section, list) else name] = absolute_path(text)
        return type(self).model_validate(data)

    @property
    def waiting_options(self) -> dict[str, Any]:
        """Options by former names that the current supernet does not have, without defaults."""
        return dict(self._waiting)

    @property
    def refused_options(self) -> dict[str, Any]:
        """The waiting options without which the search would be another one."""
        return {n: value for n, value in self._waiting.items() if FORMER_OPTIONS[n].refused}

    @property
    def unused_former_options(self) -> frozenset[str]:
        """Former names that were given although this supernet has no such option."""
        return frozenset(name for name in self._waiting if not FORMER_OPTIONS[name].refused)

    def let_wait(self, options: Mapping[str, Any]) -> None:
        """Replace the waiting options; values that equal the default are left out."""
        self._waiting = {n: v for n, v in options.items() if v != FORMER_OPTIONS[n].default}

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """An option by its former name."""
            option = FORMER_OPTIONS.get(name)
            if option is None:
                return super().__getattr__(name)
            return self._waiting.get(name, option.value(self.__dict__))

    def _assign(self, name: str, value: Any) -> None:
        """Set a setting, or an option by its former name."""
        if name not in FORMER_OPTIONS:
            super()._assign(name, value)
        elif config_options.undeclared_former_options(self.supernet, {name: value}):
            self.let_wait({**self._waiting, name: value})
        else:
            self._set_options({name: value})

    def _set_options(self, by_former_name: Mapping[str, Any]) -> None:
        options = {key: getattr(self, key) for key in SECTIONS.values()}
        with config_options.former_names_in_errors(by_former_name):
            nested = nest_former_options({**options, **by_former_name})
            for section in {FORMER_OPTIONS[name].path[0] for name in by_former_name}:
                super()._assign(section, nested.get(section, {}))

    @model_validator(mode="after")
    def _options_are_known(self, info: ValidationInfo) -> "OptionedSection":
        """Check the options of installed packages; leave out values that equal the default."""
        if info.context is not COMPLETE:
            self._exchange_waiting_options()
        errors = config_options.unknown_meters(self.meter_options)
        self.__dict__["meter_options"] = _without_empty(self.meter_options)
        for options in (
            *config_options.owned_options(self.supernet, self.settings),
            *config_options.options_of_cluster(self.cluster, self.cluster_options),
        ):
            section, *name = options.setting
            known = options if info.context is COMPLETE or name else options.declared()
            try:
                values = known.non_default_values()
            except ValidationError as error:
                errors += error_details(error, lambda path: path)
                continue
            if name:
                values = _without_empty({**self.meter_options, name[0]: values})
            else:
                values = {**options.without(known.values), **values}
            self.__dict__[section] = values
        if errors:
            raise ValidationError.from_exception_data("options", errors)
        return self

    def _exchange_waiting_options(self) -> None:
        """Let options wait that the supernet lacks, and set the waiting ones that it has."""
        options = {key: getattr(self, key) for key in (SECTIONS["supernet"], SECTIONS["task"])}
        if not self._waiting and not any(options.values()):
            return
        given: dict[str, Any] = dict(self._waiting)
        for section, values in options.items():
            given |= config_options.former_names(section, values)
        lacking = config_options.undeclared_former_options(self.supernet, given)
        for section, values in options.items():
            names = {FORMER_OPTIONS[name].name for name in lacking
                     if FORMER_OPTIONS[name].path[0] == section}  # fmt: skip
            options[section] = {n: value for n, value in values.items() if n not in names}
        declared = {n: value for n, value in self._waiting.items() if n not in lacking}
        nested = nest_former_options({**options, **declared})
        for section in options:
            self.__dict__[section] = nested.get(section, {})
        self.let_wait({name: given[name] for name in given if name in lacking})

    @model_validator(mode="after")
    def _meters_agree(self, info: ValidationInfo) -> "OptionedSection":
        if info.context is COMPLETE and (errors := config_options.disagreements(self.settings)):
            raise ValidationError.from_exception_data("options", errors)
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _nested(
        cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        """Move options with former names to their sections; defined last so that it runs first."""
        if not isinstance(data, Mapping) or not any(name in FORMER_OPTIONS for name in data):
            return handler(data)
        undeclared = config_options.undeclared_former_options(
            str(data.get("supernet", DEFAULT)), data
        )
        if info.context is COMPLETE:
            undeclared = {name for name in undeclared if not FORMER_OPTIONS[name].refused}
        effective = {key: data[key] for key in data if key not in undeclared}
        if errors := config_options.duplicate_options(effective):
            raise ValidationError.from_exception_data("options", errors)
        with config_options.former_names_in_errors(
            [name for name in data if name in FORMER_OPTIONS]
        ):
            section = handler(nest_former_options(effective))
        section.let_wait({name: data[name] for name in undeclared} | section.waiting_options)
        return section


def _without_empty(options: Mapping[str, OptionValues]) -> dict[str, OptionValues]:
    return {meter: values for meter, values in options.items() if values}
