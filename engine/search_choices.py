"""The setting `search.search_space`: any mapping of names to choices, as plain data."""

from typing import Annotated, Any

from pydantic import AfterValidator

from engine.errors import SpaceError
from engine.space.choices import choice_space, plain_choices


def _checked_choices(choices: dict[Any, Any]) -> dict[str, Any]:
    try:
        return dict(plain_choices(choice_space(choices)))
    except SpaceError as error:
        raise ValueError(str(error).removesuffix(".")) from None


SearchChoices = Annotated[dict[Any, Any], AfterValidator(_checked_choices)]
"""The choices by name, as a configuration holds them; numbers are in rising order."""
