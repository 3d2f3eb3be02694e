"""`mypy --strict` accepts a script that uses the public names, and finds a mistake in it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
from dynas_studio import NAS, Evaluation, Front, NASConfig, Run, compare, import_results, measure
from dynas_studio import load_run, load_supernet, runs


def told(evaluation: Evaluation) -> None:
    print(evaluation.number, evaluation.metrics["acc"])


def enough(run: Run) -> bool:
    return bool(run.hypervolume[-1] > 0.3)


nas = NAS(NASConfig(approach="random"))
front: Front = nas.search(on_evaluation=told, stop_when=enough)
path = front.best("acc", where="macs <= 5M").export("network").folder
part: Front = front[:3]
number: int = part[0].number + front.knee().evaluation.number
run: Run = nas.start("mine")
table = run.evaluations.loc[1]
if run.wait(timeout=5.0) and nas.run is not None:
    print(nas.run.front(at=3).export("front.csv").name, run.export("run.csv").parent)
run.resume(retry_failed=True, on_evaluation=told)
print(compare([run, front, load_run(run.id)]).sentences, [r.state for r in runs()])
value: float = measure("largest", ["acc"])["acc"]
imported: Run = import_results("results.csv", config=NASConfig())
network = load_supernet("ofa_resnet50").subnetwork(front[0].config)
"""


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    options = ["--strict", "--follow-imports=silent", "--config-file=", "--cache-dir"]
    cache = ROOT / ".mypy_cache" / "scripts"
    return subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(cache), str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("package", ["dynas_studio", "engine"])
def test_the_packages_say_that_they_are_typed(package):
    assert (ROOT / package / "py.typed").is_file()


@pytest.mark.slow
def test_a_script_is_accepted_and_a_mistake_in_it_is_found(tmp_path):
    script, wrong = tmp_path / "script.py", tmp_path / "wrong.py"
    script.write_text(SCRIPT)
    done = checked(script)
    assert done.returncode == 0, done.stdout + done.stderr
    wrong.write_text(f"{SCRIPT}\nrun.wait('long')\nfront.best(5)\nrun.nothing\n")
    found = checked(wrong).stdout
    assert found.count("error:") == 3
    assert '"Run" has no attribute "nothing"' in found
