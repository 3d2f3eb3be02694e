"""Packages of the tests as `pip install` leaves them: found by this process and by its workers."""

import sys
from pathlib import Path

import pytest

from engine import plug_ins
from engine.meters import registry as meters
from engine.supernets import registry


def forget() -> None:
    """Let entry points be looked up anew."""
    registry._load.cache_clear()
    meters.forget_plug_ins()


def put_package(folder: Path, supernets: dict[str, str]) -> None:
    """Write into `folder` what tells of a package with supernets, name to `module:object`."""
    information = folder / "offered-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: offered\nVersion: 1.0\n")
    lines = [f"{name} = {value}" for name, value in supernets.items()]
    text = "\n".join([f"[{plug_ins.SUPERNETS}]", *lines, ""])
    (information / "entry_points.txt").write_text(text)


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, supernets: dict[str, str]) -> None:
    """Make supernets, name to `module:object`, those of an installed package."""
    put_package(folder, supernets)
    monkeypatch.syspath_prepend(str(folder))
    root = str(Path(__file__).resolve().parents[2])
    if root not in sys.path:
        monkeypatch.syspath_prepend(root)
    forget()
