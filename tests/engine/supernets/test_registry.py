import subprocess
import sys

import pytest

from engine.errors import ConfigError, DataError, EvaluationError
from engine.evaluation.measurement import measure
from engine.metrics import metric
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings
from engine.supernets.ofa import catalogue
from engine.supernets.ofa.catalogue import MODELS
from tests.engine.conftest import Install

OFFERED = "tests.engine.offered"


def test_the_built_in_supernet_is_there_and_comes_first() -> None:
    assert registry.names()[0] == registry.DEFAULT
    assert registry.load(registry.DEFAULT).name == registry.DEFAULT


def test_a_supernet_is_loaded_once() -> None:
    assert registry.load(registry.DEFAULT) is registry.load(registry.DEFAULT)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=f"no supernet 'resnet'.*{registry.DEFAULT}"):
        registry.load("resnet")


def test_a_supernet_that_does_not_load_is_called_by_its_name() -> None:
    assert registry.title(registry.DEFAULT) == registry.load(registry.DEFAULT).title
    assert registry.title("resnet") == "resnet"


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


def test_supernets_of_installed_packages_are_found(install: Install) -> None:
    install(
        {"tiny": f"{OFFERED}:Tiny", "broken": "no_such_module:Supernet"},
        {"surprise": f"{OFFERED}:SURPRISE", "energy": f"{OFFERED}:ENERGY"},
    )
    assert registry.names() == [registry.DEFAULT, *MODELS, "broken", "tiny"]
    supernet = registry.load("tiny")
    assert supernet is registry.load("tiny")
    assert supernet.space.size == 9
    assert supernet.missing_requirements(EvaluationSettings()) == []


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("broken", "no_such_module:Supernet", "does not load: ModuleNotFoundError"),
        ("leaving", f"{OFFERED}:LeavingAtOnce", "does not load: SystemExit: 3. Repair or"),
        ("named_otherwise", f"{OFFERED}:NamedOtherwise", "it calls itself 'somebody'"),
        ("unfinished", f"{OFFERED}:Unfinished", "it does not define extract"),
        ("without_task", f"{OFFERED}:WithoutTask", "its task is of type NoneType, not derived"),
        ("measuring", f"{OFFERED}:Measuring", "it defines measure, which supernets no longer do"),
        ("no_supernet", f"{OFFERED}:NoSupernet", "it is not derived from engine.supernets.base"),
        ("none", "types:SimpleNamespace", "it is not derived from engine.supernets.base"),
        ("one_number", f"{OFFERED}:OneNumber", "macs_params of two genotypes is not two rows"),
        ("wrong_metric", f"{OFFERED}:WrongMetric", "another metric by the name of acc, which is"),
        (
            "no_space",
            f"{OFFERED}:NoSpace",
            "does not load: The gene heads[0] (number 1 from 0) needs 3 or more of its switch "
            "'depth', which no choice of it is. Choose from 1, 2. Repair or",
        ),
    ],
)
def test_a_package_that_cannot_be_used_is_named_with_the_reason(
    install: Install, name: str, value: str, why: str
) -> None:
    entry_points = {"surprise": f"{OFFERED}:SURPRISE", "energy": f"{OFFERED}:ENERGY"}
    install({name: value}, entry_points)
    with pytest.raises(DataError) as raised:
        registry.load(name)
    message = str(raised.value)
    assert message.startswith(f"The supernet '{name}' of an installed package")
    assert why in message
    assert message.endswith("Repair or uninstall that package.")


def test_whatever_a_supernet_of_a_package_raises_becomes_a_sentence(install: Install) -> None:
    entry_points = {"surprise": f"{OFFERED}:SURPRISE", "energy": f"{OFFERED}:ENERGY"}
    install({"failing": f"{OFFERED}:Failing"}, entry_points)
    supernet, settings = registry.load("failing"), EvaluationSettings()
    with pytest.raises(
        DataError, match="'failing' fails in missing_requirements: ZeroDivisionError: by zero"
    ):
        supernet.missing_requirements(settings)
    for width, sentence in (
        (1, "returned no surprise, which was requested"),
        (2, "failing measured surprise, which is nan, which is not a finite number"),
        (4, "fails in quality: IndexError"),
    ):
        with pytest.raises(EvaluationError, match=sentence):
            measure("failing", {"width": [width], "shape": [1]}, ["surprise"], settings)
    with pytest.raises(EvaluationError, match="fails in extract: KeyError"):
        supernet.extract({"width": [1], "shape": [2]}, settings)


def test_a_package_that_ends_the_program_ends_nothing(install: Install) -> None:
    entry_points = {"surprise": f"{OFFERED}:SURPRISE", "energy": f"{OFFERED}:ENERGY"}
    install({"leaving": f"{OFFERED}:Leaving"}, entry_points)
    with pytest.raises(DataError, match="'leaving' fails in check_data: SystemExit: goodbye"):
        registry.load("leaving").check_data(EvaluationSettings())


def test_describing_a_supernet_does_not_import_torch() -> None:
    code = (
        "import sys, engine; from engine.supernets import registry;"
        "from engine.supernets.base import EvaluationSettings;"
        "nets = [registry.load(n) for n in registry.names()];"
        "[n.macs_params(n.space.largest) for n in nets]; [n.bounds('macs') for n in nets];"
        "[(n.stages, n.missing_requirements(EvaluationSettings())) for n in nets];"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_supernets_are_named_by_the_resolutions_of_their_inputs() -> None:
    assert catalogue.variants({224}) == catalogue.variants(set()) == []
    assert "ofa_resnet50_r160" in catalogue.variants({160})
    assert "ofa_mbv3_d234_e346_k357_w1.0_r128-224" in catalogue.variants({144, 176, 208})
    assert catalogue.variants({1}) == catalogue.variants({160, 99999}) == []
    assert all(registry.load(name).name == name for name in registry.names_for_inputs({128, 224}))


def test_a_name_that_means_two_things_is_no_metric(install: Install) -> None:
    tiny, opposite = "tests.engine.offered:Tiny", "tests.engine.offered:Opposite"
    energy = {"energy": "tests.engine.offered:ENERGY"}
    install(supernets={"tiny": tiny, "tiny_opposite": opposite}, metrics=energy)
    with pytest.raises(ConfigError, match="'tiny_opposite' has a metric of that name"):
        metric("surprise")
    install(supernets={"tiny": tiny}, metrics=energy)
    assert metric("surprise").direction == "min"
