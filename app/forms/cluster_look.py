"""What is known of the cluster in the New search form, which is tried as soon as it is named.

The outcome is kept in the session for that address and those options, until it is tried again.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.access import policy as access
from app.background import Job
from app.progress import job_failure
from app.session import jobs
from engine.cluster import registry as clusters
from engine.cluster.base import ClusterState
from engine.cluster_kinds import kind_of
from engine.errors import ConfigError
from engine.options import path_option_names

_LOOK = "new_search_cluster_look"
_TIMEOUT = 10.0  # seconds that a cluster has to answer


@dataclass(frozen=True)
class Look:
    """A look at a cluster: `subject` is its address with its options, `job` the attempt."""

    subject: tuple[str, str]
    name: str
    job: Job

    @property
    def state(self) -> ClusterState | None:
        """The state of the cluster; None while it is awaited, or if it did not answer."""
        has_answered = self.job.done() and self.job.exception() is None
        return self.job.result() if has_answered else None

    @property
    def problem(self) -> str:
        """Why the cluster cannot be used, as a sentence; empty if it can or is awaited."""
        return job_failure(self.job).removeprefix("cluster: ")


def look(address: str, options: Mapping[str, Any]) -> Look:
    """The look at a cluster with these options, which begins now if there is none."""
    subject = _subject(address, options)
    previous: Look | None = st.session_state.get(_LOOK)
    if previous is not None and previous.subject == subject:
        return previous
    forget()
    check = access.current()
    name = f"cluster {uuid.uuid4().hex}"

    def connect() -> ClusterState:
        check.check_cluster(address, _paths(address, options))
        return clusters.look_at(address, options, _TIMEOUT)

    new = st.session_state[_LOOK] = Look(subject, name, jobs().submit(name, connect))
    return new


def last_look(address: str, options: Mapping[str, Any]) -> Look | None:
    """The look at a cluster with these options, if there is one."""
    known: Look | None = st.session_state.get(_LOOK)
    return known if known is not None and known.subject == _subject(address, options) else None


def forget() -> None:
    """Forget the last look, so that the cluster is tried again."""
    previous: Look | None = st.session_state.pop(_LOOK, None)
    if previous is not None:
        jobs().discard(previous.name)


def _subject(address: str, options: Mapping[str, Any]) -> tuple[str, str]:
    return address, repr(sorted(options.items(), key=str))


def _paths(address: str, options: Mapping[str, Any]) -> dict[str, str]:
    """The options of a cluster that are paths, by name."""
    names = path_option_names(kind_of(address).options)
    return {name: str(options[name]) for name in names if options.get(name)}


def check_cluster(address: str, options: Mapping[str, Any]) -> None:
    """Raise ConfigError if the cluster was tried and cannot be used."""
    kind_of(address)
    look = last_look(address, options)
    if look is not None and look.problem:
        raise ConfigError("The cluster cannot be used. The section Where says why.")
