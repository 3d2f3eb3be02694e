import pytest

from app.tables.runs import RequestedAction
from engine import script_objects
from engine.config import NASConfig
from engine.data_dir import using
from engine.export.table import run_csv
from engine.python_api.choice_search import ChoiceSearch
from engine.runs.importing.source_file import MAX_FILE_MB
from engine.supernets import registry
from engine.supernets.choices.trial import TrialFunctions
from engine.supernets.registry import DEFAULT
from engine.supernets.requirement_records import RequirementRecords
from tests.engine.runs.imported import import_text
from tests.made_predictor import write_predictor
from tests.pages.conftest import html_of

W10 = "ofa_mbv3_d234_e346_k357_w1.0"


@pytest.fixture
def upload(app):
    """Open the dialog and give it a file; returns the page."""

    def give(content, name="theirs.csv"):
        app.button(key="runs_import").click().run()
        data = content if isinstance(content, bytes) else content.encode()
        app.file_uploader(key="import_file").set_value((name, data, "text/csv")).run()
        assert not app.exception
        return app

    return give


@pytest.fixture
def results(start, service):
    """The results of a run of 12 evaluations, some of which failed."""
    return run_csv(service.history(start("mine", record=["params"])))


def counts(app):
    return {element.label: element.value for element in app.metric}


def supernet(app):
    return next(box for box in app.selectbox if box.label == "Supernet")


def import_button(app):
    return next(b for b in app.button if b.key == "import_apply")


def test_what_a_file_holds_is_shown_before_a_run_is_made(upload, results, service):
    app = upload(results)
    row_count = len(results.splitlines()) - 1
    counts_by_label = counts(app)
    assert (counts_by_label["Rows"], counts_by_label["Refused"]) == (str(row_count), "0")
    assert int(counts_by_label["Distinct"]) + int(counts_by_label["Failed"]) == row_count
    assert supernet(app).value == DEFAULT
    assert any("configurations and MACs are those of" in c.value for c in app.caption)
    assert len(service.list()) == 1


@pytest.mark.parametrize("name", ["neural_compressor", "dynast", "full"])
def test_a_results_file_of_a_search_is_imported_in_each_format(
    upload, start, service, tmp_path, name
):
    path = tmp_path / "results.csv"
    written = {"results_csv_path": str(path), "results_csv_format": name}
    first = service.history(start("mine", record=["params"], **written))
    app = upload(path.read_text())
    assert supernet(app).value == DEFAULT
    import_button(app).click().run()
    imported = service.history(app.session_state["current_run"])
    assert 'data-testid="run-state">imported' in html_of(app), "the head of the page says so"
    successful = [e for e in first.evaluations if e.ok]
    assert [e.config for e in imported.evaluations] == [e.config for e in successful]
    assert [e.metrics["acc"] for e in imported.evaluations] == [
        e.metrics["acc"] for e in successful
    ]


def test_an_import_makes_a_run_and_opens_it(upload, results, service):
    app = upload(results)
    button = import_button(app)
    assert button.label == f"Import {counts(app)['Distinct']} sub-networks"
    button.click().run()
    assert not app.exception
    newest = service.list()[0]
    assert (newest.name, newest.state) == ("theirs", "finished")
    assert app.session_state["current_run"] == newest.id


def test_a_form_filled_from_an_import_says_what_was_taken(upload, results, service):
    app = upload(results)
    import_button(app).click().run()
    app.session_state["runs_asked"] = RequestedAction(service.list()[0].id, "template")
    app.switch_page("../pages/runs.py").run()
    assert app.title[0].value == "New search"
    (note,) = [c.value for c in app.caption if "imported file" in c.value]
    assert "Supernet and objectives are those of the imported file 'theirs'" in note
    app.button(key="new_start")


def test_a_form_filled_from_an_import_takes_a_source_that_is_ready(app, service, data_dir):
    """The weights are missing, and the predictor is there: the form searches by the predictor."""
    supernet = registry.load(W10)
    space = supernet.space
    rows = [f'77,566e6,"{space.to_config(space.largest)}"']
    rows += [f'71,121e6,"{space.to_config(space.smallest)}"']
    config = NASConfig(dynas={"supernet": W10, "metrics": ["acc", "macs"], "record": []})
    run = import_text(service, "\n".join(["acc,macs,config", *rows]), "theirs.csv", config)
    requirement = next(r for r in supernet.requirements() if r.serves == "published predictor")
    with using(service.folder):
        predictor = write_predictor(data_dir / "predictor.pth")
        RequirementRecords(data_dir).set_path(requirement, predictor)
    app.session_state["runs_asked"] = RequestedAction(run, "template")
    app.switch_page("../pages/runs.py").run()
    assert not app.exception
    assert app.title[0].value == "New search"
    source = next(box for box in [*app.selectbox, *app.radio] if box.label == "Accuracy")
    assert source.value == "published predictor"
    path = next(field for field in app.text_input if field.label == "Predictor file")
    assert path.value == predictor


def test_without_macs_the_supernet_has_to_be_chosen(upload, results):
    app = upload(results.replace("macs", "unknown", 1))
    assert supernet(app).value is None
    assert not app.metric
    assert "import_apply" not in [b.key for b in app.button]
    supernet(app).set_value(DEFAULT).run()
    assert counts(app)["Refused"] == "0"
    assert any("Nothing in the file confirms" in w.value for w in app.warning)


def test_refused_and_conflicting_rows_are_told(upload, results):
    header, *rows = [line for line in results.splitlines() if ",failed," not in line]
    column = header.split(",").index("acc")
    conflicting_row, invalid_row = rows[0].split(","), rows[1].split(",")
    conflicting_row[column], invalid_row[column] = "1.5", "-5"
    app = upload("\n".join([header, *rows, ",".join(conflicting_row), ",".join(invalid_row)]))
    assert (counts(app)["Repeated"], counts(app)["Refused"]) == ("1", "1")
    captions = " ".join(c.value for c in app.caption)
    assert f"1 row refused, line {len(rows) + 3}: acc is -5.0, below the lowest" in captions
    assert f"1.5 % in line {len(rows) + 2}" in captions


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty.csv is no results file"),
        (b"\x89PNG\r\n\x1a\n\x00", "bytes that are not text"),
        ("config,acc\nx,1\n", "'x' is no sub-network"),
    ],
)
def test_what_cannot_be_imported_is_one_sentence_and_makes_nothing(
    upload, service, content, message
):
    app = upload(content, "empty.csv")
    if supernet_boxes := [box for box in app.selectbox if box.label == "Supernet"]:
        supernet_boxes[0].set_value(DEFAULT).run()
    (error,) = app.error
    assert message in error.value.replace("\\", "")
    assert service.list() == []


def test_another_supernet_than_that_of_the_file_is_refused_with_the_right_one(upload, results):
    app = upload(results)
    supernet(app).set_value("ofa_resnet50").run()
    assert DEFAULT.replace("_", r"_") in app.error[0].value.replace("\\", "")
    assert "import_apply" not in [b.key for b in app.button]


def test_the_page_takes_files_as_large_as_the_engine_reads(upload):
    app = upload("a,b\n")
    assert app.file_uploader(key="import_file").proto.max_upload_size_mb == MAX_FILE_MB


def test_a_search_of_choices_is_imported_where_a_run_has_them(upload, service):
    functions = TrialFunctions(lambda config: config["width"])
    settings = NASConfig(approach="grid", dynas={"metrics": ["score"], "num_evals": 2})
    with using(service.folder):
        config = ChoiceSearch({"width": [1, 2]}, functions, {}).offer(settings)
        service._creation(config, "theirs")()
    script_objects._offers.clear()
    app = upload("config,score\n{'width': 1},0.5\n{'width': 2},0.7\n")
    assert supernet(app).value == config.dynas.supernet
    import_button(app).click().run()
    assert not app.exception
    imported = service.history(app.session_state["current_run"])
    assert [e.metrics for e in imported.evaluations] == [{"score": 0.5}, {"score": 0.7}]
    assert imported.config.dynas.metrics == ["score"]
