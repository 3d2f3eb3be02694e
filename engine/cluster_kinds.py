"""Kinds of clusters by the scheme of an address, with the options that each declares."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pydantic import field_validator

from engine import plug_ins
from engine.errors import ConfigError
from engine.options import Options, option
from engine.quoting import error_text, quoted

OPTIONS = "cluster_options"
"""The setting of a configuration that holds the options of a cluster."""

_TLS_HINT = "For an address that begins with tls://"
_HOST_AND_PORT = re.compile(r"[\w.-]+:\d+")


class DaskOptions(Options):
    """How the workers of a Dask cluster are used."""

    resources: dict[str, float] = option(
        {},
        "Resources",
        "Resources of Dask that a measurement takes, such as `GPU: 1` for workers started with "
        '`--resources "GPU=1"`.',
        hint="GPU: 1",
    )

    @field_validator("resources")
    @classmethod
    def _are_taken(cls, resources: dict[str, float]) -> dict[str, float]:
        for name, amount in resources.items():
            if not amount > 0:
                raise ValueError(f"{quoted(name)} must be more than 0, not {amount:g}")
        return resources

    priority: int = option(
        0, "Priority", "Measurements of a larger priority come first.", ge=-1000, le=1000
    )
    threads: int | None = option(
        None, "Threads", "Threads of a measurement; by default an equal share of the cores.",
        hint="shared", ge=1, le=1024,
    )  # fmt: skip
    send_limit: float = option(
        4.0, "Send limit", "The largest file or folder that is sent to machines that lack it, in "
        "GiB.", ge=0, le=1000,
    )  # fmt: skip
    wheels: list[str] = option(
        [], "Wheels", "Files of packages, `*.whl`, that measurements need and machines may lack.",
        form=False, path=True,
    )  # fmt: skip
    tls_ca_file: str | None = option(
        None,
        "Certificate authority",
        "The file of a TLS certificate authority.",
        path=True,
        hint=_TLS_HINT,
    )
    tls_client_cert: str | None = option(
        None,
        "Client certificate",
        "The file of the TLS certificate of this client.",
        path=True,
        hint=_TLS_HINT,
    )
    tls_client_key: str | None = option(
        None,
        "Client key",
        "The file of the TLS key of this client.",
        path=True,
        hint=_TLS_HINT,
    )


@dataclass(frozen=True)
class ClusterKind:
    """A kind of clusters: its `schemes`, the model of its options, and where its class is.

    `implementation` is `module:class`; the class derives from `engine.cluster.base.Cluster`.
    """

    title: str
    schemes: tuple[str, ...]
    options: type[Options]
    implementation: str

    def load(self) -> Any:
        """The class; raises ImportError if what it needs is not installed."""
        module, _, name = self.implementation.partition(":")
        return getattr(import_module(module), name)


DASK = ClusterKind(
    title="Dask",
    schemes=("tcp", "tls", "ws", "wss", "ucx", "inproc"),
    options=DaskOptions,
    implementation="engine.cluster.dask_cluster:DaskCluster",
)


@functools.cache
def kinds() -> Mapping[str, ClusterKind | str]:
    """The kind for each scheme, or a sentence on why the package that has it cannot be used.

    An entry of the group `dynas_studio.clusters` is a class with `title`, `schemes` and `Options`.
    """
    by_scheme: dict[str, ClusterKind | str] = dict.fromkeys(DASK.schemes, DASK)
    for name, point in plug_ins.find_entry_points(plug_ins.CLUSTERS).items():
        try:
            loaded = point.load()
            kind = ClusterKind(
                str(loaded.title), tuple(loaded.schemes), loaded.Options, point.value
            )
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a package may fail in any way
            origin = plug_ins.describe_origin(point)
            by_scheme.setdefault(name, f"the clusters of {origin} do not load: {error_text(error)}")
            continue
        for scheme in kind.schemes:
            by_scheme.setdefault(scheme, kind)
    return by_scheme


def kind_of(address: str) -> ClusterKind:
    """The kind of the cluster at `address`; raises ConfigError if there is none."""
    if problem := address_problem(address):
        raise ConfigError(f"cluster: {problem}.")
    kind = kinds()[address.partition("://")[0]]
    assert isinstance(kind, ClusterKind)
    return kind


def syntax_problem(address: str) -> str:
    """Why a text cannot be an address of any cluster, without a full stop; empty if it can."""
    scheme, separator, place = address.partition("://")
    if scheme and separator and place and not any(map(str.isspace, address)):
        return ""
    example = address if _HOST_AND_PORT.fullmatch(address) else "scheduler:8786"
    return f"{quoted(address)} is no address of a cluster. Write it as tcp://{example}"


def address_problem(address: str) -> str:
    """Why nothing here connects to `address`, without a full stop; empty if something does."""
    if problem := syntax_problem(address):
        return problem
    kind = kinds().get(address.partition("://")[0])
    if kind is None:
        listed = ", ".join(f"{known}://" for known in kinds())
        return f"nothing here connects to {quoted(address)}. An address begins with {listed}"
    return kind if isinstance(kind, str) else ""
