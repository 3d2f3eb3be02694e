"""Where a user's network comes from, and a sentence for everything that can be wrong with it."""

import sys
from importlib.util import find_spec

import pytest
import torch
from torch import nn

from engine.errors import ConfigError, DataError
from engine.supernets.elastic import named_models
from engine.supernets.elastic.model_source import ModelSource, load_weights

NETWORK = """
import torch
from torch import nn
from parts_of_it import Head

MEAN, STD, SIZE = 0.25, [0.5], 12

def make_model(weights=True):
    torch.manual_seed(0 if weights else 1)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), Head(400, 3))

ready = nn.Linear(2, 2)

def number():
    return 3

def greedy(width, depth=2):
    return nn.Linear(width, depth)

def divides():
    return 1 // 0
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(NETWORK)
    (tmp_path / "parts_of_it.py").write_text("from torch.nn import Linear as Head\n")
    return path


def refusal(text, error=DataError, **arguments):
    with pytest.raises(error) as caught:
        ModelSource.read(str(text)).load(**arguments)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind", "place", "function"),
    [
        ("/nets/mine.py:make", "file", "/nets/mine.py", "make"),
        ("/nets/mine.py", "file", "/nets/mine.py", "make_model"),
        ("package.module:function", "module", "package.module", "function"),
        ("torchvision:resnet18", "library", "resnet18", "make_model"),
        ("timm:vit_tiny.in1k", "library", "vit_tiny.in1k", "make_model"),
        ("hf:google/vit", "library", "google/vit", "make_model"),
        ("builtin", "builtin", "", "make_model"),
    ],
)
def test_every_form_is_read_and_written(text, kind, place, function):
    source = ModelSource.read(text)
    assert (source.kind, source.place, source.function) == (kind, place, function)
    assert ModelSource.read(source.text) == source


@pytest.mark.parametrize(
    "text", ["", "mine", "nets/mine.txt:make", "package:", "torchvision:", "a b:c"]
)
def test_another_text_is_answered_with_the_forms(text):
    with pytest.raises(ConfigError, match=r"names no model. Give a file such as my_model.py"):
        ModelSource.read(text)


def test_a_file_may_import_from_its_folder_and_leaves_no_module_behind(file):
    source = ModelSource.read(f"{file}")
    assert source.load()(torch.zeros(1, 1, 12, 12)).shape == (1, 3)
    assert "parts_of_it" not in sys.modules
    assert "mine" not in sys.modules
    assert str(file.parent) not in sys.path
    assert set(source.run_file.code) == {"mine.py", "parts_of_it.py"}


def test_two_files_of_one_name_with_modules_of_one_name_do_not_meet(file, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.py").write_text(NETWORK)
    (other / "parts_of_it.py").write_text(
        "from torch import nn\nHead = lambda a, b: nn.Sequential(nn.Linear(a, b), nn.ReLU())\n"
    )
    first, second = (ModelSource.read(str(p)).load() for p in (file, other / "mine.py"))
    assert isinstance(first[2], nn.Linear)
    assert isinstance(second[2], nn.Sequential)


def test_the_digest_and_the_network_follow_the_modules_beside_the_file(file):
    source = ModelSource.read(str(file))
    before = source.digest
    (file.parent / "parts_of_it.py").write_text(
        "from torch import nn\nHead = lambda a, b: nn.LazyLinear(b)\n"
    )
    assert isinstance(source.load()[2], nn.LazyLinear)
    assert source.digest != before


def test_a_kept_copy_runs_in_place_of_the_file(file, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "mine.py").write_text(NETWORK + "\nhere = __file__\n")
    source = ModelSource.read(str(file)).kept_in(kept)
    assert source.run_file.module.here == str(file), "data beside the file are still found"
    file.unlink()
    source = ModelSource.read(str(file)).kept_in(kept)
    assert source.load()(torch.zeros(1, 1, 12, 12)).shape == (1, 3)


def test_a_function_with_a_parameter_weights_is_told_whether_to_load_any(file):
    source = ModelSource.read(str(file))
    trained, random = source.load(), source.load(weights=False)
    assert not torch.equal(trained[0].weight, random[0].weight)


def test_a_network_that_is_ready_is_taken_as_it_is(file):
    assert isinstance(ModelSource.read(f"{file}:ready").load(), nn.Linear)


def test_what_the_file_says_of_its_images_is_known(file):
    source = ModelSource.read(str(file))
    told = source.image_input(source.load())
    assert (told.channels, told.size, told.mean, told.std) == (1, 12, (0.25,), (0.5,))
    assert source.image_input(nn.Linear(2, 2)) is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [("STD = 0", "STD in .* is 0. Give numbers, deviations above 0"),
     ("MEAN = [1, 2]", r"MEAN in .* is \[1, 2\]. Give a number for each of 1 channels"),
     ("SIZE = 'x'", "SIZE in .* is 'x'. Give a number of pixels")],
)  # fmt: skip
def test_wrong_normalisation_is_refused(file, line, sentence):
    file.write_text(f"{NETWORK}\n{line}\n")
    source = ModelSource.read(str(file))
    with pytest.raises(DataError, match=sentence):
        source.image_input(source.load())


def test_each_fault_of_a_file_is_one_sentence(file):
    assert "There is no file /nowhere.py that can be read" in refusal("/nowhere.py")
    assert "There is no absent in" in refusal(f"{file}:absent", ConfigError)
    assert "It has make_model, number" in refusal(f"{file}:absent", ConfigError)
    assert "returns an object of type int, not a torch.nn.Module" in refusal(f"{file}:number")
    assert "needs the argument width. Give each a default" in refusal(f"{file}:greedy")
    assert "mine.py, line 21: ZeroDivisionError" in refusal(f"{file}:divides")
    assert "is of type int. Name a function" in refusal(f"{file}:SIZE", ConfigError)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("def f(:", "line 1: invalid syntax"),
     ("import no_such_package_x.y", "it needs the package 'no_such_package_x', which is not "
                                    "installed. Install it: pip install no_such_package_x"),
     ("import cv2", "pip install opencv-python"),
     ("from parts_of_it import Tail", "cannot import name 'Tail'"),
     ("raise SystemExit(3)", "line 1: SystemExit: 3")],
)  # fmt: skip
def test_code_that_does_not_run_is_told_of_in_a_sentence(file, code, sentence):
    file.write_text(code)
    assert sentence in refusal(file)


def test_a_module_that_cannot_be_imported_is_told_of():
    assert "The module no_such_thing_x.y cannot be imported" in refusal("no_such_thing_x.y:f")
    assert "There is no nothing_of_it in torch.nn" in refusal("torch.nn:nothing_of_it", ConfigError)


def test_a_module_is_imported_by_its_name():
    assert isinstance(ModelSource.read("torch.nn:Identity").load(), nn.Identity)


def test_a_model_of_torchvision_knows_its_images():
    source = ModelSource.read("torchvision:squeezenet1_1")
    told = source.image_input(source.load(weights=False))
    assert (told.channels, told.size, told.crop) == (3, 224, 0.875)
    assert told.mean == (0.485, 0.456, 0.406)


def test_an_unknown_model_is_answered_with_similar_ones():
    answer = refusal("torchvision:resnet19", ConfigError, weights=False)
    assert answer.startswith("torchvision has no model 'resnet19'. Similar ones are resnet")


def test_official_weights_that_cannot_be_reached_may_be_left_out(monkeypatch):
    def unreachable(name, weights):
        raise OSError("Name or service not known")

    monkeypatch.setattr("torchvision.models.get_model", unreachable)
    answer = refusal("torchvision:resnet18")
    assert "cannot be loaded (Name or service not known). Connect to the internet" in answer
    assert "--random-weights" in answer


def test_a_library_that_is_not_installed_is_named_with_its_command(monkeypatch):
    monkeypatch.setattr(named_models, "find_spec", lambda package: None)
    for text, package in (("timm:x", "timm"), ("hf:x", "transformers")):
        assert f"pip install {package}." in refusal(text)


@pytest.mark.skipif(find_spec("timm") is None, reason="timm is not installed")
def test_a_model_of_timm_knows_its_images():
    source = ModelSource.read("timm:test_resnet")
    told = source.image_input(source.load(weights=False))
    assert told.channels == 3
    assert told.size
    assert told.mean


def test_a_folder_of_transformers_is_loaded_without_the_internet(tmp_path):
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    transformers.BertForSequenceClassification(config).save_pretrained(tmp_path)
    network = ModelSource.read(f"hf:{tmp_path}").load()
    assert type(network).__name__ == "BertForSequenceClassification"


def test_the_built_in_network_is_trained_and_takes_its_images():
    source = ModelSource.read("builtin")
    network = source.load()
    assert network(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert source.image_input(network).size == 28
    random = source.load(weights=False)
    assert not torch.equal(next(network.parameters()), next(random.parameters()))


def test_the_built_in_architecture_is_made_for_other_images_the_same_each_time():
    source = ModelSource.read("builtin:5:3")
    first, second = source.load(), source.load()
    assert (source.text, source.default_name) == ("builtin:5:3", "builtin")
    assert first(torch.zeros(2, 3, 20, 20)).shape == (2, 5)
    assert torch.equal(next(first.parameters()), next(second.parameters()))
    told = source.image_input(first)
    assert (told.channels, told.size) == (3, None)


def test_weights_of_a_file_are_loaded_or_refused_with_the_first_difference(tmp_path):
    path, network = tmp_path / "weights.pt", nn.Linear(2, 3)
    torch.save(
        {"state_dict": {"module.weight": torch.ones(3, 2), "module.bias": torch.zeros(3)}}, path
    )
    load_weights(network, path)
    assert network.weight.sum() == 6
    for content, reason in (
        ({"weight": torch.ones(3, 2)}, "it lacks bias"),
        ({"weight": torch.ones(3, 2), "bias": torch.zeros(3), "x": torch.zeros(1)}, "no x"),
        ({"weight": torch.ones(1, 2), "bias": torch.zeros(3)}, r"the shape \(1, 2\), not \(3, 2\)"),
    ):
        torch.save(content, path)
        with pytest.raises(DataError, match=reason):
            load_weights(network, path)
    path.write_bytes(b"no weights")
    with pytest.raises(DataError, match=r"cannot be read \(it is no state_dict\)"):
        load_weights(network, path)


@pytest.mark.skipif(find_spec("timm") is None, reason="timm is not installed")
def test_images_are_scaled_to_the_size_of_a_file_and_not_cut(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "import timm\nSIZE = 32\ndef make_model():\n    return timm.create_model('test_resnet')\n"
    )
    source = ModelSource.read(str(path))
    told = source.image_input(source.load())
    assert (told.size, told.crop) == (32, 1.0)


CACHED = """
from types import SimpleNamespace
from torch import nn

def make_model():
    network = nn.Sequential(nn.Linear(2, 2))
    network.config = network[0].config = SimpleNamespace(use_cache=True)
    return network
"""


def test_a_network_for_text_returns_no_cache(tmp_path):
    file = tmp_path / "cached.py"
    file.write_text(CACHED)
    assert not ModelSource.read(str(file)).load().config.use_cache
