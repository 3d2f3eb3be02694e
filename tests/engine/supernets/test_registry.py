import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from engine.errors import ConfigError, DataError
from engine.supernets import registry
from engine.supernets.ofa.catalogue import MODELS

PLUG_INS = {"of_a_package": "types:SimpleNamespace", "broken": "no_such_module:Supernet"}


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two installed packages that offer a supernet, one of them broken."""
    points = [EntryPoint(n, value, registry.ENTRY_POINT_GROUP) for n, value in PLUG_INS.items()]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    registry.load.cache_clear()
    yield
    registry.load.cache_clear()


def test_the_built_in_supernet_is_there_and_comes_first() -> None:
    assert registry.names()[0] == registry.DEFAULT
    assert registry.load(registry.DEFAULT).name == registry.DEFAULT


def test_a_supernet_is_loaded_once() -> None:
    assert registry.load(registry.DEFAULT) is registry.load(registry.DEFAULT)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=f"no supernet 'resnet'.*{registry.DEFAULT}"):
        registry.load("resnet")


@pytest.mark.parametrize(
    ("suffix", "resolutions"), [("", (224,)), ("_r160", (160,)), ("_r192-224", (192, 208, 224))]
)
def test_imagenet_supernets_are_loaded_with_the_resolutions_asked_for(
    suffix: str, resolutions: tuple[int, ...]
) -> None:
    name = "ofa_mbv3_d234_e346_k357_w1.2" + suffix
    supernet = registry.load(name)
    assert supernet is registry.load(name)
    assert supernet.name == name
    assert supernet.resolutions == resolutions  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", ["_r100", "_r224-128", "_r160-225", "_x"])
def test_resolutions_that_are_not_published_are_refused(suffix: str) -> None:
    with pytest.raises(ConfigError, match="no supernet 'ofa_resnet50_"):
        registry.load("ofa_resnet50" + suffix)


@pytest.mark.usefixtures("plug_ins")
def test_supernets_of_installed_packages_are_found() -> None:
    assert registry.names() == [registry.DEFAULT, *MODELS, "broken", "of_a_package"]
    assert registry.load("of_a_package") is registry.load("of_a_package")


@pytest.mark.usefixtures("plug_ins")
def test_a_package_that_does_not_load_is_named() -> None:
    with pytest.raises(DataError, match="'broken' of an installed package does not load"):
        registry.load("broken")


def test_describing_a_supernet_does_not_import_torch() -> None:
    code = (
        "import sys, engine; from engine.supernets import registry;"
        "from engine.supernets.base import EvaluationSettings;"
        "nets = [registry.load(n) for n in registry.names()];"
        "[n.macs_params(n.space.largest) for n in nets]; [n.bounds('macs') for n in nets];"
        "[(n.stages, n.missing(EvaluationSettings())) for n in nets];"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
