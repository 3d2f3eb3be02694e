"""What a reader puts in for the names and numbers of a page, and what a page needs beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.documents import page_files

FEW = 3
"""Evaluations of a search, whatever budget the page gives."""

RUN = r"\bRUN\b|\b\d{8}-\d{6}-[0-9a-f]{6}\b"
"""How pages write the id of a finished run."""

STOPPED = r"\bSTOPPED\b"
"""How the settings of a page write the id of a stopped run."""

EVERYWHERE = (
    (r"\bnum_evals(\s*[:=]\s*|\s+)\d+", rf"num_evals\g<1>{FEW}"),
    (r"\bdynas-studio search\b", f"dynas-studio search --set num_evals={FEW}"),
    # the other model files of a bundle take much longer; tests/engine/export/bundle writes them
    (r"--format bundle\b", "--format onnx"),
    (r'format="bundle"', 'format="onnx"'),
    (r"""\.export\(("[\w-]+")\)""", r'.export(\1, parts=["onnx"])'),
)
"""Pairs of a regular expression and its replacement, for every page after its own."""


@dataclass(frozen=True)
class PageSettings:
    """How a page is run.

    `substitutions` are pairs of a regular expression and its replacement; each must match. `files`
    writes what the page takes for granted into its folder. `prelude` is Python that defines what
    the fragments of the page leave out, `afterwards` is run at the end. The YAML of the page is
    written to `yaml_file`. `refusals` are parts of commands which must fail, with what they say.
    """

    substitutions: tuple[tuple[str, str], ...] = ()
    files: Callable[[Path], None] | None = None
    prelude: str = ""
    afterwards: str = ""
    yaml_file: str = ""
    refusals: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False


def _fragment(name: str) -> str:
    return (Path(__file__).parent / "fragments" / f"{name}.py").read_text()


SETTINGS: Mapping[str, PageSettings] = {
    "README.md": PageSettings(
        substitutions=((r"resume RUN", "resume STOPPED"), (r"\bNUMBER\b", "17")),
        yaml_file="config.yaml",
    ),
    "docs/export.md": PageSettings(
        substitutions=(
            (r"--format bundle --out", "--format bundle --int8 --out"),
            (r"cd my-network", "cp -r photo.jpg photos images my-network && cd my-network"),
            (r"--out images", "--out validation-images"),
        ),
        files=page_files.images,
    ),
    "docs/file-formats.md": PageSettings(
        prelude='run_command("dynas-studio export RUN 42 --format json > subnetwork-42.json")',
        refusals={"log repair": "there is nothing to repair"},
    ),
    "docs/latency.md": PageSettings(
        substitutions=((r"threads([= ])4", r"threads\g<1>1"),),
        refusals={"latency_table": "has no row for this sub-network"},
        slow=True,
    ),
    "docs/metrics.md": PageSettings(
        prelude=_fragment("meter"),
        afterwards="assert Energy().metrics[0].name == 'joules'",
    ),
    "docs/own-supernet.md": PageSettings(
        substitutions=((r"supernet: flowers", "supernet: ofa_mbv3_fashion_d234_e346_k357"),),
        prelude='run_command("python -m pip install ./examples/energy_meter")\n'
        + _fragment("own_supernet"),
        afterwards="assert [str(one) for one in check_supernet(RowsSupernet())] == []",
        files=page_files.examples,
        slow=True,
    ),
    "docs/python.md": PageSettings(
        substitutions=(
            (r"at=60", "at=1"),
            (r"extend\(50\)", "extend(2)"),
            (r'device="cuda"', 'device="cpu"'),
        ),
        prelude='run_ids = ["RUN", "STOPPED"]\nrun_command("dynas-studio csv RUN > results.csv")',
        slow=True,
    ),
    "docs/tutorials/browser.md": PageSettings(
        prelude='run_command("dynas-studio export RUN 17 --format onnx --out my-network")\n'
        'run_command("cp photo.jpg my-network && cd my-network")',
        files=page_files.images,
        slow=True,  # docs/export.md has the same commands
    ),
    "docs/user-guide.md": PageSettings(
        prelude='run_command("dynas-studio csv RUN > results.csv")'
    ),
    **{
        f"examples/{name}/README.md": PageSettings(files=page_files.examples, slow=True)
        for name in (
            "energy_meter", "local_cluster", "own_supernet", "resnet_supernet", "tabular_supernet",
            "token_supernet",
        )
    },
}  # fmt: skip
