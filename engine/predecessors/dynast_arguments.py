"""The arguments of DyNAS-T's command `dynast`, in its notation."""

import argparse
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from engine.errors import ConfigError
from engine.published_settings import IGNORED
from engine.quoting import quoted
from engine.search_methods import ALGORITHMS
from engine.supernets.registry import names

SUPERNET = "ofa_mbv3_d234_e346_k357_w1.0"
METRICS = ("accuracy_top1", "macs")
MEASUREMENTS = ("accuracy_top1", "macs", "params", "latency")

_OPTIONS: Sequence[tuple[tuple[str, ...], dict[str, Any]]] = (
    (("--supernet",), {"default": SUPERNET, "help": "the super-network: {supernets}"}),
    (("--seed",), {"help": "of the random generator; 42 if left out"}),
    (
        ("--optimization_metrics",),
        {"nargs": "*", "default": list(METRICS), "help": "the objectives, one to four metrics"},
    ),
    (
        ("--measurements",),
        {"nargs": "*", "default": list(MEASUREMENTS), "help": "further metrics to record"},
    ),
    (("-d", "--device"), {"help": "cpu, cuda, one of several such as cuda:1, or mps"}),
    (("--num_evals",), {"default": "250", "help": "the budget: sub-networks that are measured"}),
    (
        ("--batch_size",),
        {"help": "inputs in a pass that latency is timed with, and of the quality measurement "
                 "unless --eval_batch_size is given; 128 if left out"},
    ),
    (("--eval_batch_size",), {"help": "inputs in a batch of the quality measurement"}),
    (("--test_fraction",), {"help": "share of the validation images that is used"}),
    (("--population",), {"default": "50", "help": "from which the size of cycles follows"}),
    (("--results_path",), {"help": "the CSV that is written during the search; required"}),
    (("--dataset_path",), {"help": "the folder of the data set"}),
    (("--supernet_ckpt_path",), {"help": "weights to use instead of the official ones"}),
    (("--search_tactic",), {"default": "linas", "help": "linas, evolutionary or random"}),
    (("--search_algo",), {"help": "{algorithms}; one that fits the objectives if left out"}),
    (("-v", "--verbose"), {"action": "store_const", "const": True}),
    (("--distributed",), {"action": "store_const", "const": True}),
    (("--dataloader_workers",), {}),
    (("--mp_calibration_samples",), {}),
    (("--local_rank", "--local-rank"), {}),
    (("--dist_timeout",), {}),
    (("--backend",), {}),
    (("--data-dir",), {"help": "where runs are kept; $DYNAS_DATA_DIR or ~/.dynas-studio"}),
)  # fmt: skip
"""The options and their keywords for argparse; those without help have no effect here."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are sentences."""

    def error(self, message: str) -> NoReturn:
        end = "" if message.endswith("?") else "."
        raise ConfigError(f"{message[:1].upper()}{message[1:]}{end} {self.prog} --help lists all.")


def read(arguments: Sequence[str], command: str) -> dict[str, Any]:
    """The values of the options that are given or have a default, by their names.

    `command` is what was called. Raises ConfigError for options that do not exist, lack a value or
    are missing.
    """
    parser = _parser(command)
    options, others = parser.parse_known_args(list(arguments))
    if others:
        known = [name for names, _ in _OPTIONS for name in names]
        close = get_close_matches(others[0].partition("=")[0][:100], known, n=1)
        suggestion = f" Did you mean {close[0]}?" if close else ""
        parser.error(f"there is no option {quoted(others[0], 60)}.{suggestion}")
    if options.results_path is None:
        parser.error("--results_path is missing: give the path of a CSV, such as results.csv")
    return {name: value for name, value in vars(options).items() if value is not None}


def help_text(command: str) -> str:
    """All options with their meanings."""
    return _parser(command).format_help()


def _parser(command: str) -> _Parser:
    parser = _Parser(
        command,
        description="Search as DyNAS-T's command dynast does, and print the front as CSV.",
        epilog="Metrics have the names of this product or of DyNAS-T, such as accuracy_top1.",
        add_help=False,
    )
    words = {"supernets": ", ".join(names()), "algorithms": ", ".join(ALGORITHMS)}
    for flags, keywords in _OPTIONS:
        name = flags[-1].lstrip("-").replace("-", "_")
        text = keywords.get("help", f"no effect: {IGNORED.get(name, '')}").format(**words)
        parser.add_argument(*flags, dest=name, **{**keywords, "help": text.replace("%", "%%")})
    return parser
