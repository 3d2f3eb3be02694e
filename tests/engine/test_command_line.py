import csv
import io
import subprocess
import sys

import pytest

from engine import __main__ as command_line
from engine import data_dir
from engine.config import NASConfig
from engine.python_api.front import Front
from engine.python_api.nas import NAS
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator


def test_a_search_prints_its_front(command, tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text(NASConfig(dynas={"num_evals": 8, "population": 4, "workers": 1}).to_yaml())
    status, out, err = command("search", str(path), "--quiet")
    assert status == 0
    front = list(csv.DictReader(io.StringIO(out)))
    assert front
    assert {"acc", "macs", "params", "config"} <= front[0].keys()
    run_id = err.split()[-1]
    _, listed, _ = command("runs")
    assert run_id in listed
    assert "finished" in listed
    assert "8/8" in listed


def test_settings_are_given_without_a_file(command):
    few = ["--set", "num_evals=3", "--set", "population=4", "--set", "workers=1"]
    status, out, _ = command("search", "--quiet", *few, "--set", "metrics=[acc, lat]")
    assert status == 0
    assert "lat" in next(csv.DictReader(io.StringIO(out)))
    assert "3/3" in command("runs")[1]


def test_settings_without_effect_are_named_before_the_search_and_by_the_check(command, tmp_path):
    few = ["--set", "num_evals=3", "--set", "population=4", "--set", "workers=1"]
    status, _, err = command("search", "--quiet", *few, "--set", "predictor_path=p.pth")
    assert status == 0
    assert err.splitlines()[0].endswith(
        "predictor_path has no effect: ofa_mbv3_fashion_d234_e346_k357 has no such option."
    )
    path = tmp_path / "search.yaml"
    path.write_text("nas: {dynas: {predictor_path: p.pth, threads: 2}}")
    status, _, err = command("check", str(path))
    assert status == 0
    assert [line.split()[0] for line in err.splitlines()] == ["predictor_path", "latency.threads"]


def test_metrics_that_the_results_file_leaves_out_are_named_before_the_search(command, tmp_path):
    few = ["--set", "num_evals=3", "--set", "population=4", "--set", "workers=1"]
    path = tmp_path / "results.csv"
    written = [*few, "--set", "metrics=[acc, size]", "--set", f"results_csv_path={path}"]
    status, _, err = command("search", "--quiet", *written)
    assert status == 0
    assert "The results file will not contain size" in err.splitlines()[0]
    status, _, err = command("search", "--quiet", *written, "--set", "results_csv_format=full")
    assert status == 0
    assert "will not contain" not in err
    assert "size_source" in path.read_text()


def test_the_reason_why_a_search_ended_before_its_budget_is_printed(command, tmp_path):
    path = tmp_path / "search.yaml"
    few = {"num_evals": 60, "population": 4, "workers": 1}
    path.write_text(NASConfig(stop={"hypervolume": 1e-6}, dynas=few).to_yaml())
    status, _, err = command("search", str(path), "--quiet")
    assert status == 0
    assert "The hypervolume reached" in err
    run_id = next(line.split()[1] for line in err.splitlines() if line.startswith("run "))
    front = Front(RunService(tmp_path, InstantEvaluator).history(run_id))
    assert front.ending in err
    assert front.ending.endswith("the target 1e-06.")


def test_a_search_in_python_warns_of_settings_without_effect(command, tmp_path):
    few = {"num_evals": 3, "population": 4, "workers": 1, "latency_batch": 8}
    with pytest.warns(UserWarning, match="latency.batch has no effect") as warned:
        front = NAS(NASConfig(dynas=few), tmp_path).search(progress=False)
    assert warned[0].filename == __file__
    assert front.ending == ""


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("device=cuda:99", "There is no device 'cuda:99' on this machine. Set device to one of: "),
        ("latency.threads=1024", "There are no 1024 cores on this machine for as many threads. "),
        ("dataset_path=/nowhere", "/nowhere"),
        ("supernet=ofa_resnet50", "weights"),
        ("warm_start=/nowhere.csv", "/nowhere.csv"),
        ("constraints=[acc >= 900]", "no sub-network keeps to Top-1 accuracy ≥ 900 %."),
    ],
)
def test_what_prevents_a_search_is_one_sentence_without_a_progress_bar(command, setting, sentence):
    metrics = ("--set", "metrics=[acc, lat]", "--set", "workers=1") if "threads" in setting else ()
    for what in ("check", "search"):
        if what == "check" and setting.startswith("warm_start"):
            continue  # `check` reads what evaluations need
        status, out, err = command(what, "--set", setting, *metrics)
        assert (status, out) == (1, "")
        assert sentence in err
        assert len(err.splitlines()) <= 2
        assert not any(bar in err for bar in ("Traceback", "searching", "0/250"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("runs",),
        ("log", "check"),
        *(
            (*words.split(), "20260101-000000-abcdef", *more)
            for words, more in [
                ("csv", ()), ("export", ("1",)), ("pause", ()), ("stop", ()), ("resume", ()),
                ("share", ()), ("go-first", ()), ("run-beside", ()),
                ("log check", ()), ("log export", ()), ("log repair", ()),
            ]
        ),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_commands_on_runs_create_no_data_folder(arguments, folder, tmp_path, monkeypatch, capsys):
    (tmp_path / "empty").mkdir()
    data = tmp_path / folder
    monkeypatch.setattr(data_dir, "_process_folder", None)
    monkeypatch.setattr(sys, "argv", ["engine", *arguments, "--data-dir", str(data)])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    written = capsys.readouterr()
    about_one_run = arguments not in (("runs",), ("log", "check"))
    assert (ended.value.code, written.out) == (int(about_one_run), "")
    assert f"There are no runs in the data folder {data}." in written.err
    assert len(written.err.splitlines()) == 1
    assert [path for path in tmp_path.rglob("*") if path.name != "empty"] == []


def test_the_list_of_runs_has_titles_above_aligned_columns(command, finished_run):
    titles, line = command("runs")[1].splitlines()
    assert titles.split() == ["id", "state", "evaluations", "hypervolume", "name"]
    assert line.split()[:3] == [finished_run, "finished", "8/8"]
    assert titles.index("state") == line.index("finished")
    assert titles.index("name") == line.rindex("  ") + 2
    assert titles.index("evaluations") + len("evaluations") == line.index("8/8") + len("8/8")


def test_a_wrong_file_is_one_sentence(command, tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text("nas: {dynas: {metrics: [speed]}}")
    status, out, err = command("search", str(path))
    assert (status, out) == (1, "")
    where = f"{path}, line 1, column 15, dynas.metrics: "
    assert err.startswith(f"{where}There is no metric 'speed'. Choose from: acc, acc_top5, ")
    assert err.count("\n") == 1
    status, _, err = command("search", str(tmp_path / "none.yaml"))
    assert status == 1
    assert "cannot be read" in err


def test_a_number_or_run_that_is_not_there_is_named(command, finished_run):
    status, _, err = command("export", finished_run, "9")
    assert (status, err) == (1, f"Run '{command_name(command)}' has evaluations 1 to 8.\n")
    status, _, err = command("csv", "nothing")
    assert (status, err) == (1, "There is no run 'nothing'. It may have been deleted.\n")


def command_name(command):
    return command("runs")[1].strip().split("  ")[-1]


@pytest.mark.parametrize(
    ("options", "first_line"),
    [((), "searching: 48 of 48 evaluations"), (("--quiet",), "run {run}")],
)
def test_a_stopped_run_goes_on(command, tmp_path, finished_run, options, first_line):
    service = RunService(tmp_path, InstantEvaluator)
    service.extend(finished_run, 40)
    service.stop(finished_run)
    service.wait(finished_run, 60)
    service.close()
    status, out, err = command("resume", finished_run, *options)
    assert status == 0
    assert err.splitlines()[0] == first_line.format(run=finished_run)
    assert f"run {finished_run}" in err.splitlines()
    front = list(csv.DictReader(io.StringIO(out)))
    assert front
    assert {"acc", "macs", "config"} <= front[0].keys()
    assert "48/48" in command("runs")[1]


def test_it_is_started_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "engine", "--help"], capture_output=True, text=True, check=True
    )
    assert "search" in done.stdout
    assert "export" in done.stdout


def test_what_only_a_search_needs_is_not_imported_for_other_commands():
    """And of the predictors' libraries nothing before one is fitted."""
    code = "import sys, engine.python_api.nas as _; "
    code += "print({'sklearn', 'scipy.stats', 'pymoo', 'torch'} & sys.modules.keys()); "
    code += "import engine.search.approaches as _; print({'sklearn', 'torch'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\nset()\n"


def test_what_a_neural_compressor_file_holds_besides_is_named(command, tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text("model: {}\nevaluation: {}\nnas: {dynas: {num_evals: x}}")
    status, _, err = command("check", str(path))
    assert status == 1
    assert f"{path}, line 3, column 15, dynas.num_evals: must be a whole number" in err
    path.write_text("model: {}\nevaluation: {}\nnas: {dynas: {supernet: nothing}}")
    status, _, err = command("check", str(path))
    assert status == 1
    assert "Only the settings under 'nas' are read." in err
    assert "'model', 'evaluation'" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--set", "dynas.supernet=\udcff"),
        ("check", "\udcff.yaml"),
        ("check", "--set", "warm_start=\udcff"),
        ("csv", "\udcff"),
        ("pause", "\udcff"),
        ("export", "\udcff", "1"),
    ],
)
def test_bytes_that_are_no_text_are_one_sentence(command, arguments):
    status, out, err = command(*arguments)
    assert (status, out) == (1, "")
    assert "\\udcff" in err
    assert len(err.strip().splitlines()) == 1
