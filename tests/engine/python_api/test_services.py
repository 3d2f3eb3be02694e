"""One service for each data folder and process, so that every object sees the same threads."""

import os
import shutil

import pytest

from engine.data_dir import DataFolder
from engine.errors import LogError, RunError
from engine.python_api.nas import NAS
from engine.python_api.run import Run
from engine.python_api.run_list import runs
from engine.python_api.services import (
    close_services,
    existing_service,
    service_at,
    service_of_run,
)


@pytest.fixture
def folder(tmp_path):
    return DataFolder.at(tmp_path / "data")


def test_a_folder_has_one_service(folder, tmp_path):
    service = service_at(folder)
    assert service_at(DataFolder.at(str(folder.path))) is service is existing_service(folder)
    assert service_at(DataFolder.at(tmp_path / "other")) is not service


def test_reading_makes_no_folder(folder):
    assert existing_service(folder) is None
    with pytest.raises(RunError, match="There is no run 'mine' in the data folder"):
        service_of_run("mine", folder)
    assert not folder.path.exists()


def test_a_folder_that_was_removed_is_made_anew(folder, searches):
    for _ in range(2):
        NAS(searches().config, folder.path).search(progress=False)
        assert len(runs(folder.path)) == 1
        shutil.rmtree(folder.path)
        assert runs(folder.path) == []


def test_what_cannot_be_a_folder_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LogError, match="cannot be made"):
        service_at(DataFolder.at(tmp_path / "file"))


def test_closing_stops_the_runs_and_a_run_goes_on_with_a_new_service(searches, measured_by):
    measured_by(seconds=0.05)
    run = searches(num_evals=300).start()
    assert not run.wait(timeout=0.2)
    close_services()
    assert run.state == "stopped"
    run.resume(stop_when=lambda run: True)
    assert run.wait()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_leaves_the_runs_of_its_parent_alone(searches, measured_by):
    measured_by(seconds=0.05)
    run = searches(num_evals=60).start()
    child = os.fork()
    if child == 0:
        close_services()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert run.wait()
    assert (Run(run.id).state, len(run.evaluations)) == ("finished", 60)
