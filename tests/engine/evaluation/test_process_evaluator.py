"""Worker processes: the contract, and what only processes can go through."""

import contextlib
import os
import pickle
import platform
import time

import pytest

from engine.errors import EvaluationError
from engine.evaluation import child_process
from engine.evaluation import evaluator as evaluator_module
from engine.evaluation.evaluator import ProcessEvaluator
from engine.evaluation.output_capture import MAX_OUTPUT_LENGTH
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import load
from tests.engine import troubled
from tests.engine.evaluation.evaluator_contract import TIMEOUT, EvaluatorContract
from tests.engine.installed import forget, install

_MODES = {"fine": "fine", "failing": "raise", "hanging": "hang"}


@pytest.fixture(scope="module", autouse=True)
def _installed(tmp_path_factory):
    monkeypatch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("package")
    install(folder, monkeypatch, {troubled.NAME: "tests.engine.troubled:Troubled"})
    yield
    monkeypatch.undo()
    forget()


@pytest.fixture(scope="module")
def shared_evaluator():
    """Workers that all tests here use: each takes seconds to come up."""
    evaluator = ProcessEvaluator(troubled.NAME, 1)
    yield evaluator
    evaluator.close()


class TestProcessEvaluator(EvaluatorContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.folder = tmp_path

    def make(self, workers):
        return ProcessEvaluator(troubled.NAME, workers)

    def settings(self, behaviour):
        folder = self.folder / behaviour
        folder.mkdir(exist_ok=True)
        (folder / "mode").write_text(_MODES.get(behaviour, behaviour))
        return EvaluationSettings(dataset_path=str(folder))

    @property
    def configs(self):
        space = load(troubled.NAME).space
        return [space.to_config(space.smallest), space.to_config(space.largest)]


@pytest.fixture
def measure(shared_evaluator, tmp_path):
    """Measure the smallest sub-network while the supernet behaves so."""
    space = load(troubled.NAME).space

    def measure(mode, metrics=("acc",)):
        (tmp_path / "mode").write_text(mode)
        settings = EvaluationSettings(dataset_path=str(tmp_path))
        config = space.to_config(space.smallest)
        measure.future = shared_evaluator.submit(config, list(metrics), settings)
        return measure.future.result(TIMEOUT)

    return measure


@pytest.fixture
def failure(measure):
    def failure(mode):
        with pytest.raises(EvaluationError) as raised:
            measure(mode)
        return raised.value

    return failure


def test_what_a_dead_worker_had_is_tried_once_more(measure, tmp_path):
    measurement = measure("die once")
    assert measurement.values["acc"] > 0
    assert (tmp_path / "died").exists()
    (lost_worker,) = measure.future.lost_workers
    assert measure.future.worker == measurement.worker != lost_worker
    assert measure.future.began <= time.time()


def test_what_kills_a_second_worker_fails_and_the_next_is_measured(measure, failure):
    error = failure("die")
    assert str(error) == (
        "The worker process ended by SIGKILL: it crashed, was killed, or out of memory. So did "
        "the worker that had it before."
    )
    assert error.stderr == "about to die"
    assert len({measure.future.worker, *measure.future.lost_workers}) == 2
    assert measure("fine").values["acc"] > 0


def test_an_exit_in_a_measurement_is_its_failure(failure, measure):
    worker = measure("fine").worker
    assert str(failure("leave")) == (
        "The task of the supernet 'troubled' fails in quality: SystemExit: 3. Repair its package."
    )
    assert measure("fine").worker == worker, "the worker lives"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_a_worker_keeps_the_memory_that_it_frees(measure):
    assert measure("allocate again").values["acc"] < 1


def test_memory_that_is_full_is_told_with_what_to_do(failure):
    assert str(failure("out of memory")) == (
        "The memory of the device 'cpu' is full. Set batch_size, latency_batch or workers to less."
    )


def test_what_cannot_be_said_or_written_is_said_in_a_short_line_all_the_same(failure):
    assert " ValueError: no such file: caf\\udce9....." in str(failure("lone surrogate"))
    assert len(str(failure("lone surrogate"))) < 1000
    assert str(failure("speechless")).endswith("in quality: _SpeechlessError. Repair its package.")


@pytest.mark.parametrize("wrong", troubled.WRONG_NUMBERS)
def test_a_number_that_cannot_be_one_of_its_metric_is_a_failure_that_names_both(failure, wrong):
    assert str(failure(wrong)).startswith("troubled measured acc, which is ")


def test_what_is_missing_is_a_failure(failure):
    assert str(failure("missing")) == "troubled returned no acc, which was requested."
    assert "of type float for a measurement" in str(failure("no mapping"))


def test_what_was_not_asked_for_is_left_out(measure):
    assert measure("overriding").values.keys() == {"acc"}


@contextlib.contextmanager
def _stderr_in(path):
    """Send stderr to a file: reading it, unlike emptying `capfd`, loses nothing."""
    stderr = os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def test_what_a_worker_writes_goes_to_stderr_whoever_writes_it(measure, capfd, tmp_path):
    stderr = tmp_path / "stderr"
    expected_lines = {f"printed by {who}" for who in ("python", "another program", "C")}
    with _stderr_in(stderr):
        measure("print")
        TestProcessEvaluator().until(lambda: expected_lines <= set(stderr.read_text().splitlines()))
    assert capfd.readouterr().out == ""


def test_the_end_of_what_was_written_is_kept_with_a_failure(failure):
    error = failure("print and raise")
    assert str(error).endswith("RuntimeError: by zero. Repair its package.")
    assert len(error.stderr) <= MAX_OUTPUT_LENGTH
    assert "the last line" in error.stderr
    assert "line 1999\n" in error.stderr
    assert "line 0\n" not in error.stderr


def test_what_was_written_before_is_not_taken_for_that_of_a_later_failure(failure):
    failure("print and raise")
    assert "the last line" not in failure("raise").stderr


def test_programs_that_a_measurement_has_started_end_with_its_worker(tmp_path):
    evaluator = ProcessEvaluator(troubled.NAME, 1)
    space = load(troubled.NAME).space
    (tmp_path / "mode").write_text("start a program")
    settings = EvaluationSettings(dataset_path=str(tmp_path))
    future = evaluator.submit(space.to_config(space.smallest), ["acc"], settings)
    contract = TestProcessEvaluator()
    contract.until((tmp_path / "started").exists)
    program = int((tmp_path / "started").read_text())
    evaluator.abandon(future)
    contract.until(lambda: not _is_running(program))
    evaluator.close()


def _is_running(process):
    with contextlib.suppress(OSError):
        os.kill(process, 0)
        status = f"/proc/{process}/stat"
        if os.path.exists(status):  # noqa: PTH110 - a process that ended may still be listed
            with open(status) as file:  # noqa: PTH123
                return file.read().rpartition(")")[2].split()[0] != "Z"
        return True
    return False


@pytest.mark.parametrize("failed_starts", [1, 2])
@pytest.mark.parametrize(
    "error", [ConnectionRefusedError(111, "refused"), pickle.PicklingError("refused")]
)
def test_a_worker_that_does_not_start_is_tried_again_and_then_a_failed_evaluation(
    monkeypatch, tmp_path, failed_starts, error
):
    start, starts = evaluator_module.Worker, []

    def refuse(*arguments):
        starts.append(arguments)
        if len(starts) <= failed_starts:
            raise error
        return start(*arguments)

    monkeypatch.setattr(evaluator_module, "Worker", refuse)
    (tmp_path / "mode").write_text("fine")
    evaluator = ProcessEvaluator(troubled.NAME, 1)
    try:
        config = load(troubled.NAME).space.to_config(load(troubled.NAME).space.smallest)
        settings = EvaluationSettings(dataset_path=str(tmp_path))
        outcome = evaluator.submit(config, ["acc"], settings)
        if failed_starts == 1:
            assert outcome.result(TIMEOUT).values
        else:
            with pytest.raises(EvaluationError, match=r"A worker process did not start: .*refused"):
                outcome.result(TIMEOUT)
    finally:
        evaluator.close()


def test_processes_come_and_go_as_the_number_of_workers_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(evaluator_module, "_cores", lambda: 4)
    contract, others = TestProcessEvaluator(), set(child_process._running_processes)
    contract.folder, workers = tmp_path, [1]
    evaluator = ProcessEvaluator(troubled.NAME, lambda: workers[0])

    def processes():
        started = {*child_process._running_processes} - others
        return [process for process in started if process.is_alive()]

    def hang(config):
        future = evaluator.submit(config, ["acc"], contract.settings("hanging"))
        contract.until(future.running)

    def measure():
        future = evaluator.submit(contract.configs[1], ["acc"], contract.settings("fine"))
        return future.result(TIMEOUT).worker

    try:
        hang(contract.configs[0])
        workers[0] = 2
        earlier = measure()
        assert len(processes()) == 2
        workers[0] = 4
        assert measure() != earlier, "a process keeps more than its share of the cores"
        workers[0] = 0
        contract.until(lambda: len(processes()) == 1)
    finally:
        evaluator.close()
