"""The sidebar lists trainings that have not finished, fine-tunings as well."""

from engine.data_dir import DataFolder
from engine.runs.fine_tuning import fine_tuning_folder, unfinished_fine_tunings
from engine.training.elastic.training_state import TrainingFolder, TrainingState


def begin(data_dir, run, number, **fields):
    folder = fine_tuning_folder(DataFolder.at(data_dir), run, number)
    folder.mkdir(parents=True)
    TrainingFolder(folder).write(TrainingState(**fields))
    return folder


def sidebar(app):
    return {button.key: button for button in app.sidebar.button}


def test_a_fine_tuning_is_listed_until_it_has_finished(app, start, data_dir):
    run = start("mine")
    folder = begin(data_dir, run, 3, status="paused", done=30, total=120)
    begin(data_dir, run, 4, status="finished", done=9, total=9)
    begin(data_dir, run, 5, status="failed", done=9, total=19)
    (fine_tuning,) = unfinished_fine_tunings(DataFolder.at(data_dir))
    assert (fine_tuning.run, fine_tuning.number) == (run, 3)
    app.run()
    keys = [key for key in sidebar(app) if key.startswith("sidebar_training_")]
    assert keys == [f"sidebar_training_{run}_3"]
    button = sidebar(app)[keys[0]]
    assert button.label == "#3 of mine\N{NO-BREAK SPACE}· 25%"
    assert button.help == "The fine-tuning of sub-network 3 of mine, paused: open it"
    TrainingFolder(folder).write(TrainingState(status="finished", done=120, total=120))
    app.run()
    assert not [key for key in sidebar(app) if key.startswith("sidebar_training_")]


def test_one_whose_process_was_killed_is_listed_as_interrupted(app, start, data_dir):
    run = start("mine")
    begin(data_dir, run, 2, status="running", done=1, total=2)
    app.run()
    assert "interrupted" in sidebar(app)[f"sidebar_training_{run}_2"].help
