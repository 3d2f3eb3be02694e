import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from engine import program
from engine.errors import DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets import registry
from engine.training.recipe import Recipe
from engine.training_command import main
from tests.engine.image_files import write_images

LAST = 2 * len(Recipe.phases)  # steps of the command below: two batches in an epoch a phase


def options(data: Path, out: Path, seed: int = 0) -> list[str]:
    epochs = ["--epochs", *["1"] * len(Recipe.phases)]
    small = [*epochs, "--batch", "16", "--limit", "32", "--device", "cpu"]
    return ["--data", str(data), "--out", str(out), "--seed", str(seed), *small]


@pytest.fixture(scope="module")
def command() -> typer.Typer:
    app = typer.Typer()
    app.command()(main)
    return app


def test_the_command_trains_from_files_to_weights(made_folder: Path, tmp_path: Path) -> None:
    module = [sys.executable, "-m", "engine.training"]
    result = subprocess.run(
        [*module, *options(made_folder, tmp_path)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "Weights written" in result.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"checkpoint.pt", "loss.tsv", "weights.pt"}
    step, phase, loss = (tmp_path / "loss.tsv").read_text().split()
    assert (step, phase) == (str(LAST), Recipe.phases[-1].name)
    assert float(loss) > 0


@pytest.fixture(scope="module")
def trained(
    command: typer.Typer, made_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a training that has ended."""
    folder = tmp_path_factory.mktemp("trained")
    CliRunner().invoke(command, options(made_folder, folder))
    return folder


def test_the_command_resumes_what_it_started(
    command: typer.Typer, made_folder: Path, trained: Path
) -> None:
    result = CliRunner().invoke(command, options(made_folder, trained))
    assert result.exit_code == 0, result.output
    assert f"Resuming at step {LAST} of {LAST}" in result.output


def test_the_command_refuses_a_folder_with_another_training(
    command: typer.Typer, made_folder: Path, trained: Path
) -> None:
    result = CliRunner().invoke(command, options(made_folder, trained, seed=1))
    assert isinstance(result.exception, DynasError)
    assert "Use the same options, or another --out folder" in str(result.exception)


def test_the_command_says_which_file_is_missing(command: typer.Typer, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, options(tmp_path, tmp_path / "out"))
    assert isinstance(result.exception, DynasError)
    assert "train-images-idx3-ubyte.gz is missing" in str(result.exception)


def test_a_device_that_is_not_there_is_named(
    command: typer.Typer, made_folder: Path, tmp_path: Path
) -> None:
    given = [*options(made_folder, tmp_path / "out"), "--device", "cuda:99"]
    result = CliRunner().invoke(command, given)
    assert isinstance(result.exception, DynasError)
    assert str(result.exception).startswith("There is no device 'cuda:99' on this machine.")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("module", "status"), [("engine.training", 2), ("engine", 1)])
def test_what_a_user_can_mend_is_one_sentence(
    module: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    command = [] if module == "engine.training" else ["train-supernet"]
    monkeypatch.setattr(program, "_command_name", None)
    monkeypatch.setattr(sys, "argv", [module, *command, *options(tmp_path, tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__")
    assert ended.value.code == status
    error = capsys.readouterr().err
    assert "train-images-idx3-ubyte.gz is missing" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--name", "ofa_resnet50"], "There is a supernet"),
        (["--name", "../elsewhere"], "cannot be the name of a supernet"),
        (["--out", "training"], "give no --out"),
        (["--limit", "9"], "--limit is for Fashion-MNIST"),
        (["--epochs", "1", "1", "1", "1"], "--first-epochs is how long the largest"),
    ],
)
def test_what_does_not_apply_to_images_is_one_sentence(
    command: typer.Typer, tmp_path: Path, options: list[str], sentence: str
) -> None:
    write_images(tmp_path / "images", 2, 1)
    result = CliRunner().invoke(command, ["--data", str(tmp_path / "images"), *options])
    assert isinstance(result.exception, DynasError)
    assert sentence in str(result.exception)


@pytest.mark.parametrize("option", ["--name", "--first-epochs", "--length"])
def test_what_applies_to_images_only_is_one_sentence(command: typer.Typer, option: str) -> None:
    result = CliRunner().invoke(command, [option, "1"])
    assert isinstance(result.exception, DynasError)
    assert f"{option} is for" in str(result.exception)


def test_several_processes_do_not_train_on_images(
    command: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    (tmp_path / "images" / "circle").mkdir(parents=True)
    result = CliRunner().invoke(command, ["--data", str(tmp_path / "images")])
    assert isinstance(result.exception, DynasError)
    assert "start it without torchrun" in str(result.exception)


def test_a_data_set_that_does_not_fill_a_batch_has_smaller_ones(
    command: typer.Typer, made_folder: Path, tmp_path: Path
) -> None:
    result = CliRunner().invoke(command, [*options(made_folder, tmp_path), "--batch", "64"])
    assert result.exit_code == 0, result.output


@pytest.mark.slow
def test_a_supernet_on_images_is_searched_by_its_name(
    command: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path / "data"))
    write_images(tmp_path / "my shapes", 2, 12)
    small = ["--size", "12", "--device", "cpu", "--first-epochs", "2", "--length", "1"]
    result = CliRunner().invoke(command, ["--data", str(tmp_path / "my shapes"), *small])
    assert result.exit_code == 0, result.output
    assert "Search it as 'my-shapes'." in " ".join(result.output.split())
    supernet = registry.load("my-shapes")
    assert supernet.space.genes_of("depth")
    assert supernet.task.input_shape == (3, 12, 12)
    assert not supernet.missing_requirements(EvaluationSettings())


def test_the_command_line_trains_without_torch_for_its_help() -> None:
    code = "import sys, engine.__main__; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
