"""Roles: what genes choose, independent of their groups' names."""

from collections.abc import Sequence
from typing import Any, Literal, cast, get_args

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space.choice import Choice, Kind
from engine.space.gene_checks import wrong_gene

Role = Literal["kernel", "expansion", "width", "depth", "heads", "resolution", "rank", "other"]
"""What a gene chooses; declared by the space, not derived from the group's name."""


def checked_role(group: str, role: Any, kind: Kind, choices: Sequence[Choice]) -> Role:
    """The validated role; the choices of an input resolution are numbers of pixels."""
    roles = get_args(Role)
    if not isinstance(role, str) or role not in roles:
        raise wrong_gene(
            group, f"has the role {quoted(role)}. Choose {', '.join(roles[:-1])} or {roles[-1]}."
        )
    if role == "resolution":
        for choice in (choices[0], choices[-1]) if kind == "range" else choices:
            if isinstance(choice, bool) or not isinstance(choice, int) or choice < 1:
                raise wrong_gene(
                    group,
                    f"has the role resolution and the choice {quoted(choice)}. Give whole numbers "
                    "of pixels, or choose the role other.",
                )
    return cast(Role, str(role))


def check_resolutions(genes: Sequence[tuple[str, Role]]) -> None:
    """Raise SpaceError if several genes, as pairs of group and role, are a resolution."""
    sides = [group for group, role in genes if role == "resolution"]
    if len(sides) > 1:
        raise SpaceError(
            f"The genes '{sides[0]}' and '{sides[1]}' both have the role resolution, and inputs "
            "have one. Give one of them another role."
        )
