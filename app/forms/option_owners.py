"""Who has options in the New search form: supernet, task, meters and cluster."""

from dataclasses import dataclass

import streamlit as st

from app.forms.keys import CLUSTER, key
from engine import cluster_kinds
from engine.meters import registry as meters
from engine.options import OptionField, Options, fields
from engine.supernets.base import Supernet

SECTIONS = ("supernet_options", "task_options", "meter_options", "cluster_options")
"""The settings of a configuration that hold options."""

SUPERNET_OPTIONS, TASK_OPTIONS, METER_OPTIONS, CLUSTER_OPTIONS = SECTIONS

Setting = tuple[str, ...]
"""The path of options in a configuration: `("task_options",)`, `("meter_options", "latency")`."""


@dataclass(frozen=True)
class Owner:
    """A supernet, task, meter or cluster with options: their setting, label and model."""

    setting: Setting
    label: str
    model: type[Options]

    def key(self, name: str) -> str:
        """The session key of the option `name`."""
        return option_key(self.setting, name)

    @property
    def drawn(self) -> tuple[OptionField, ...]:
        """The options that a form draws."""
        return tuple(f for f in fields(self.model) if f.form and f.kind != "plain data")


def option_key(setting: Setting, name: str) -> str:
    """The session key of an option, such as `new_task_options.dataset_path`."""
    return f"new_{'.'.join((*setting, name))}"


def key_of(option: str) -> str:
    """The session key of an option as requirements name it, such as `task.dataset_path`."""
    whose, _, name = option.partition(".")
    return option_key((f"{whose}_options",), name)


def owners(supernet: Supernet | None) -> list[Owner]:
    """All owners of options: supernet and task, if it loads, the meters, and the cluster used."""
    all_owners = []
    if supernet is not None:
        all_owners.append(Owner((SUPERNET_OPTIONS,), "Supernet", supernet.Options))
        all_owners.append(Owner((TASK_OPTIONS,), "Task", supernet.task.Options))
    all_owners += meter_owners()
    if (cluster := cluster_owner()) is not None:
        all_owners.append(cluster)
    return [owner for owner in all_owners if fields(owner.model)]


def meter_owners() -> list[Owner]:
    """The meters."""
    return [Owner((METER_OPTIONS, m.name), m.label, m.Options) for m in meters.all_meters()]


def cluster_owner() -> Owner | None:
    """The cluster that the form names; None without one to which something here connects."""
    address = cluster_address()
    if not address or cluster_kinds.address_problem(address):
        return None
    kind = cluster_kinds.kind_of(address)
    return Owner((CLUSTER_OPTIONS,), kind.title, kind.options)


def cluster_address() -> str:
    """The address of the cluster in the form; empty if it searches on this machine."""
    if st.session_state.get(key("place")) != CLUSTER:
        return ""
    return str(st.session_state.get(key("cluster")) or "").strip()
