"""ModelSource: where a user's network comes from, and how it is made."""

import hashlib
import importlib
import inspect
import pickle
import re
from dataclasses import dataclass, replace
from importlib.metadata import packages_distributions, version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from engine import regular_file
from engine.errors import ConfigError, DataError
from engine.quoting import message_text, quoted
from engine.supernets.elastic.builtin_model import builtin_network
from engine.supernets.elastic.model_input import ImageInput
from engine.supernets.elastic.named_models import LIBRARIES, evaluated
from engine.supernets.elastic.user_code import RunFile, UserFile, called, sentences
from engine.tasks.elastic_task import ElasticTask

if TYPE_CHECKING:
    from torch import nn

Kind = Literal["file", "module", "library", "builtin"]

DEFAULT_FUNCTION = "make_model"
BUILTIN = "builtin"
_BUILTIN_SHAPE = re.compile(rf"{BUILTIN}:[1-9]\d{{0,5}}:[13]")
"""The built-in architecture for images of so many classes and channels, such as `builtin:5:3`."""
_TASK_FUNCTION, _INPUTS_FUNCTION = "make_task", "make_inputs"
_MAX_WEIGHTS = 100 * regular_file.GB
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_FORMS = (
    "Give a file such as my_model.py:make_model, package.module:function, torchvision:resnet18, "
    "timm:NAME, hf:NAME or builtin."
)
_NESTED = ("state_dict", "model_state_dict", "model")
"""Entries of a training's checkpoint that may hold the weights."""


@dataclass(frozen=True)
class ModelSource:
    """What makes a network: a function in a file or a package, a name in a library, or built in.

    `place` is the path of the file, the module, or the name in the `library`. `copy` is a copy of
    the file that is kept with a supernet, which runs in place of the file.

    >>> ModelSource.read("torchvision:resnet18").describe()
    'resnet18 of torchvision'
    """

    kind: Kind
    place: str = ""
    function: str = DEFAULT_FUNCTION
    library: str = ""
    copy: Path | None = None

    @classmethod
    def read(cls, text: str) -> "ModelSource":
        """The source that a text names; raises ConfigError, one sentence, for any other text."""
        text = text.strip()
        if text == BUILTIN or _BUILTIN_SHAPE.fullmatch(text):
            return cls("builtin", text.removeprefix(BUILTIN).removeprefix(":"))
        prefix, _, name = text.partition(":")
        if prefix in LIBRARIES:
            if not name:
                raise ConfigError(f"{quoted(text)} names no model. {_FORMS}")
            return cls("library", name, library=prefix)
        head, separator, tail = text.rpartition(":")
        place, function = (head, tail) if separator and tail.isidentifier() else (text, "")
        if place.endswith(".py"):
            path = Path(place).expanduser().absolute()
            return cls("file", str(path), function or DEFAULT_FUNCTION)
        if function and _MODULE.fullmatch(place):
            return cls("module", place, function)
        raise ConfigError(f"{quoted(text)} names no model. {_FORMS}")

    @property
    def text(self) -> str:
        """The text that `read` reads."""
        if self.kind == "builtin":
            return f"{BUILTIN}:{self.place}" if self.place else BUILTIN
        if self.kind == "library":
            return f"{self.library}:{self.place}"
        return f"{self.place}:{self.function}"

    @property
    def default_name(self) -> str:
        """A name for a supernet of the network."""
        name = Path(self.place).stem if self.kind == "file" else self.place
        if self.kind == "builtin":
            name = BUILTIN
        return re.sub(r"[^\w.-]+", "-", name).strip("-._")

    def describe(self) -> str:
        """The source in words."""
        if self.kind == "builtin":
            what = "images like yours" if self.place else "Fashion-MNIST"
            return f"the built-in MobileNetV3 for {what}"
        if self.kind == "library":
            return f"{self.place} of {LIBRARIES[self.library].title}"
        return f"{self.function} in {self.place}"

    @property
    def title(self) -> str:
        """The source in few words: of a file its name alone."""
        is_file = self.kind == "file"
        return f"{self.function} in {Path(self.place).name}" if is_file else self.describe()

    # The network

    def load(self, weights: bool = True) -> "nn.Module":
        """The network in eval mode, with its weights, or with random ones.

        A function of a user decides on its weights; one with a parameter `weights` receives the
        argument. Models of transformers return no cache of keys and values, which is no quality of
        a network. Raises ConfigError or DataError, one sentence, whatever the user's code does.
        """
        from torch import nn

        if self.kind == "builtin":
            network: Any = builtin_network(weights, self.place)
        elif self.kind == "library":
            network = LIBRARIES[self.library].load(self.place, weights)
        else:
            network = self._call(self._attribute(self.function, required=True), weights=weights)
        if not isinstance(network, nn.Module):
            raise DataError(
                f"{self.function} in {self.place} returns an object of type "
                f"{type(network).__name__}, not a torch.nn.Module. Let it return the network."
            )
        return evaluated(network)

    def image_input(self, network: "nn.Module") -> ImageInput | None:
        """The images that the network takes; None for a network of other inputs."""
        if self.kind == "builtin" and self.place:
            return ImageInput(int(self.place.split(":")[1]))
        if self.kind == "builtin":
            from engine.supernets.builtin.fashion_mnist import KIND

            return ImageInput(KIND.channels, KIND.size, KIND.mean, KIND.std)
        told = None
        if self.kind == "library":
            told = LIBRARIES[self.library].image_input(self.place, network)
            return told or ImageInput.of_network(network)
        told = ImageInput.of_network(network)
        return told and told.with_variables(self._variables, self.place)

    def task(self) -> ElasticTask | None:
        """What `make_task` beside the function returns; None without one. Raises DataError."""
        function = self._attribute(_TASK_FUNCTION)
        if function is None:
            return None
        task = self._call(function)
        if not isinstance(task, ElasticTask):
            raise DataError(
                f"{_TASK_FUNCTION} in {self.place} returns an object of type "
                f"{type(task).__name__}. Let it return a dynas_studio.ElasticTask."
            )
        return task

    def example_inputs(self) -> Any:
        """What `make_inputs` beside the function returns; None without one. Raises DataError."""
        function = self._attribute(_INPUTS_FUNCTION)
        return None if function is None else self._call(function)

    # The code

    @property
    def digest(self) -> str:
        """A digest of the code of the network, or of its name and the version of its library."""
        if self.kind == "file":
            return self.run_file.digest
        packages = ["torch"] if self.kind == "builtin" else [self.place.partition(".")[0]]
        if self.kind == "library":
            packages = [LIBRARIES[self.library].package]
        versions = [version(d) for p in packages for d in packages_distributions().get(p, [])]
        return hashlib.sha256(" ".join([self.text, *versions]).encode()).hexdigest()

    @property
    def run_file(self) -> RunFile:
        """The file of the code as it was run; for the kind `file` only."""
        path = Path(self.place)
        return UserFile(self.copy or path, path.parent).run()

    def kept_in(self, folder: Path) -> "ModelSource":
        """The same with the copy of its file in `folder`; itself for another kind."""
        if self.kind != "file":
            return self
        return replace(self, copy=folder / Path(self.place).name)

    @property
    def _variables(self) -> dict[str, Any]:
        if self.kind == "file":
            return vars(self.run_file.module)
        return vars(_imported(self.place))

    def _attribute(self, name: str, required: bool = False) -> Any:
        """An attribute of the file or the module; None if there is none and it is not required."""
        if self.kind not in ("file", "module"):
            return None
        value = self._variables.get(name)
        if value is None and required:
            functions = [n for n, v in self._variables.items() if _is_own_function(n, v)]
            offered = f" It has {', '.join(functions)}." if functions else ""
            raise ConfigError(
                f"There is no {name} in {self.place}.{offered} Define {name}(), or name another "
                "function after the colon."
            )
        return value

    def _call(self, function: Any, **arguments: Any) -> Any:
        from torch import nn

        if isinstance(function, nn.Module):
            return function
        if not callable(function):
            raise ConfigError(
                f"{self.function} in {self.place} is of type {type(function).__name__}. Name a "
                "function that returns the network."
            )
        if self.kind == "file":
            return self.run_file.call(function, **arguments)
        return called(function, self.place, **arguments)


def load_weights(network: "nn.Module", path: Path) -> None:
    """Load a file of weights (of `torch.save` or safetensors) into a network.

    Raises DataError for a file that cannot be read or does not fit, naming the first difference.
    """
    state = _read_weights(path)
    while nested := next((state[n] for n in _NESTED if isinstance(state.get(n), dict)), None):
        state = nested
    own = network.state_dict()
    state = {name.removeprefix("module."): value for name, value in state.items()}
    missing, unknown = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
    different = [n for n in own if n in state and own[n].shape != state[n].shape]
    problem = ""
    if missing:
        problem = f"it lacks {missing[0]}" + (f" and {len(missing) - 1} more" * (len(missing) > 1))
    elif unknown:
        problem = f"the network has no {unknown[0]}"
    elif different:
        name = different[0]
        problem = f"{name} has the shape {tuple(state[name].shape)}, not {tuple(own[name].shape)}"
    if problem:
        raise DataError(
            f"The weights {path} do not fit the network: {problem}. Give those of this network."
        )
    network.load_state_dict(state)


def _read_weights(path: Path) -> dict[str, Any]:
    import torch

    try:
        with regular_file.open_file(path, _MAX_WEIGHTS) as file:
            if path.suffix == ".safetensors":
                if find_spec("safetensors") is None:
                    raise DataError(
                        "The package 'safetensors' is not installed. Install it: pip install "
                        "safetensors."
                    )
                content: Any = importlib.import_module("safetensors.torch").load(file.read())
            else:
                content = torch.load(file, map_location="cpu", weights_only=True)
    except DataError:
        raise
    except Exception as error:  # torch raises many kinds for a damaged or hostile file
        reason = getattr(error, "strerror", None) or message_text(error, 150)
        if isinstance(error, pickle.UnpicklingError):  # its text is of torch's own options
            reason = "it is no state_dict"
        raise DataError(
            f"The weights {path} cannot be read ({reason}). Give a file that torch.save wrote of a "
            "state_dict."
        ) from error
    if not isinstance(content, dict):
        raise DataError(
            f"{path} holds an object of type {type(content).__name__}, not weights by name. Save "
            "the state_dict of the network."
        )
    return content


def _imported(module: str) -> ModuleType:
    with sentences(f"The module {module} cannot be imported"):
        return importlib.import_module(module)


def _is_own_function(name: str, value: Any) -> bool:
    return inspect.isfunction(value) and not name.startswith("_")
