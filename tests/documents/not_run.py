"""Commands of the documentation that no test runs: why, and what is checked of them instead."""

import re
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise

import typer
import yaml
from distributed.cli import dask_scheduler, dask_worker

from dynas_studio.command import commands
from engine.supernets.ofa.catalogue import MODELS
from tests.documents.page_blocks import ROOT

PORT = re.search(r"^EXPOSE (\d+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
VOLUME = re.search(r"^VOLUME (\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


@dataclass(frozen=True)
class NotRun:
    """Commands that match the regular expression `pattern` as a whole, and why they are not run.

    `check` raises AssertionError for a command that cannot work as it is written.
    """

    pattern: str
    reason: str
    check: Callable[[str], None]

    def matches(self, command: str) -> bool:
        return re.fullmatch(self.pattern, command) is not None


def _words(command: str) -> list[str]:
    return shlex.split(command, comments=True)


def _is_in_the_makefile(command: str) -> None:
    """The target exists, and make accepts the variables."""
    make = ["make", "--dry-run", "--directory", str(ROOT), *_words(command)[1:]]
    done = subprocess.run(make, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _has_options_that_exist(command: str) -> None:
    """The command line reads the options and arguments."""
    _, name, *arguments = _words(re.sub(r" > \S+$", "", command))
    listed = typer.main.get_command(commands()).commands
    if name == "elastic":
        listed, name, arguments = listed[name].commands, arguments[0], arguments[1:]
    with listed[name].make_context(name, arguments):
        pass


def names_what_exists(command: str) -> None:
    """The command and its options exist; arguments may be missing, as in the running text."""
    program, name, *words = _words(command)
    if program == "make":
        _is_in_the_makefile(command)
        return
    if name.startswith("--"):
        assert name in ("--help", "--version")
        return
    listed = typer.main.get_command(commands()).commands
    if name in ("log", "elastic"):
        listed, name, words = listed[name].commands, words[0], words[1:]
    options = {o for parameter in listed[name].params for o in parameter.opts} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= options


def _installs_this_repository(command: str) -> None:
    assert (ROOT / "pyproject.toml").is_file()
    assert _words(command)[-1] == "."


def _makes_a_checkout(command: str) -> None:
    folder = re.search(r"> (\S+) && cd (\S+)$", command)
    assert folder
    assert folder[1] == folder[2]


def _builds_the_image(command: str) -> None:
    assert (ROOT / "Dockerfile").is_file()
    assert _words(command)[-1] == "."


def _fits_the_image(command: str) -> None:
    """Ports and volumes are those of the Dockerfile."""
    assert PORT
    assert VOLUME
    words = _words(command)
    for option, value in pairwise(words):
        if option == "-p":
            assert value.split(":")[-1] == PORT[1]
        elif option == "-v":
            assert value.split(":")[1] == VOLUME[1]
        elif option == "-e":
            assert value.startswith("DYNAS_TOKEN=")


def _names_a_container_that_is_started(command: str) -> None:
    assert f"--name {_words(command)[-1]} " in (ROOT / "docs/access.md").read_text()


def _names_files_that_exist(command: str) -> None:
    names = [word for word in _words(command) if word.startswith("tests/")]
    assert names
    assert all((ROOT / name).exists() for name in names)


def _names_a_benchmark(command: str) -> None:
    module = _words(command)[2]
    assert (ROOT / module.replace(".", "/")).with_suffix(".py").is_file()


def _names_a_download(command: str) -> None:
    assert _words(command)[-1] in MODELS


def _is_of_dask(command: str) -> None:
    """Dask has the command, and it reads the options, which workers of dask-cuda share."""
    left_out = re.sub(r"^CUDA_VISIBLE_DEVICES=\d |(?<=^dask )cuda ", "", command)
    _, name, *arguments = _words(left_out)
    main = {"scheduler": dask_scheduler, "worker": dask_worker}[name].main
    with main.make_context(name, arguments):
        pass


def _is_of_compose(command: str) -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    _, _, name, *arguments = _words(command)
    named = [word.partition("=")[0] for word in arguments if not word.startswith("--")]
    assert name in ("up", "logs")
    assert set(named) <= set(services)


def _names_files_of_examples(command: str) -> None:
    names = [word for word in _words(command) if word.startswith("examples/")]
    assert all((ROOT / name).is_file() for name in names)


def _is_an_extra(command: str) -> None:
    assert re.search(r"^cluster = \[", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)


def _is_of_own_networks(command: str) -> None:
    """Files are those of the example, and options exist."""
    program, file, *_ = _words(command)
    if program == "python":
        written = ROOT / "engine/export/bundle/run.py.template"
        path = written if file.endswith("/run.py") else ROOT / "examples/any_network" / file
        assert path.is_file()
    else:
        _has_options_that_exist(command)


def _trains(command: str) -> None:
    module = command.partition(" -m ")[2].split()[0]
    assert find_spec(module)


NOT_RUN = (
    NotRun(r"git clone .*", "the repository has no address here", _makes_a_checkout),
    NotRun(r"make run.*", "a server that runs until it is stopped", _is_in_the_makefile),
    NotRun(
        r"python -m pip install \.",
        "tests/test_package.py installs the wheel and runs it",
        _installs_this_repository,
    ),
    NotRun(
        r"dynas-studio dashboard.*",
        "a server that runs until it is stopped; test_servers.py starts one",
        _has_options_that_exist,
    ),
    NotRun(r"docker build .*", "needs docker and the package index", _builds_the_image),
    NotRun(r"docker run .*", "needs docker", _fits_the_image),
    NotRun(r"docker logs .*", "needs docker", _names_a_container_that_is_started),
    NotRun(
        r"dynas-studio train-supernet .*",
        "takes hours; tests/engine/training trains with few steps",
        _has_options_that_exist,
    ),
    NotRun(
        r"dynas-studio (elastic (train|prune|chain)|finetune) .*",
        "needs a network and data of a user; tests/engine/training/elastic trains small ones",
        _has_options_that_exist,
    ),
    NotRun(
        r"python (make_images|train_original|continue_text|\w+/run)\.py.*"
        r"|dynas-studio elastic check \w+\.py.*"
        r"|dynas-studio search .*=(digits_resnet_elastic|digits_vit|help_texts|text_sizes) .*"
        r"|dynas-studio export RUN NUMBER .*",
        "takes minutes; tests/examples/test_any_network.py does the same with few steps",
        _is_of_own_networks,
    ),
    NotRun(
        r"dynas-studio export .*dataset_path=/srv/imagenet",
        "needs the official weights and ImageNet",
        _has_options_that_exist,
    ),
    NotRun(r"dynas-studio search .*device=cuda.*", "needs a GPU", _has_options_that_exist),
    NotRun(
        r"python -m engine\.supernets\.ofa\.downloads .*", "downloads a file", _names_a_download
    ),
    NotRun(
        r"(CUDA_VISIBLE_DEVICES=\d )?dask (scheduler|worker).*",
        "runs until it is stopped; tests/engine/cluster starts both",
        _is_of_dask,
    ),
    NotRun(r"dask cuda worker .*", "needs a GPU", _is_of_dask),
    NotRun(r"docker compose .*", "needs docker; tests/test_compose.py runs it", _is_of_compose),
    NotRun(r"(helm|kubectl) .*", "needs Kubernetes", _names_files_of_examples),
    NotRun(r"torchrun .*", "needs GPUs; tests/engine/training trains in two processes", _trains),
    NotRun(
        r"dynas-studio search .* --cluster .*",
        "needs a cluster; tests/engine/cluster has one",
        _has_options_that_exist,
    ),
    NotRun(r"pip install 'dynas-studio\[cluster\]'", "needs the package index", _is_an_extra),
    NotRun(r"python -m pytest .*", "runs tests, which run anyway", _names_files_that_exist),
    NotRun(r"python -m benchmarks\.\w+.*", "takes minutes or hours", _names_a_benchmark),
)


def reason_not_to_run(command: str) -> NotRun | None:
    """The entry of `NOT_RUN` that matches the command; None for a command that is run."""
    return next((entry for entry in NOT_RUN if entry.matches(command)), None)
