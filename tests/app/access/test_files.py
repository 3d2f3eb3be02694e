"""The files that a visitor may name, in settings, options and stored paths."""

import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.files import OUTPUT_SETTINGS, FileRules
from engine.cluster_kinds import DaskOptions
from engine.config import DynasSection, NASConfig, SearchSection, StopSection
from engine.errors import NotAllowedError, RunError
from engine.former_options import FORMER_OPTIONS
from engine.meters import registry as meters
from engine.options import fields, path_option_names
from engine.runs.importing.report import ImportReport
from engine.runs.results_csv import ImportedResults
from engine.runs.service import RunService
from engine.supernets import registry
from engine.supernets.requirement_records import RequirementRecords
from tests.engine.runs.fakes import InstantEvaluator

SMALL = {"population": 4, "num_evals": 4, "workers": 1}
W10 = "ofa_mbv3_d234_e346_k357_w1.0"
INPUT_SETTINGS = (
    "dataset_path",
    "weights_path",
    "predictor_path",
    "calibration_path",
    "latency_table",
)
"""All options that are paths, by names that a configuration takes."""
RENAMED = {"latency_table": "table"}
"""What a refusal calls an option that has another name now."""
MODELS = [
    DaskOptions,
    *(meter.Options for meter in meters.all_meters()),
    *(part.Options for n in registry.names() for part in (registry.load(n), registry.load(n).task)),
]


def config_with_path(name: str, path: str) -> NASConfig:
    """A configuration whose setting of that name is a path."""
    return config(**({"supernet": W10} if name in INPUT_SETTINGS else {}), **{name: path})


def config(**dynas: object) -> NASConfig:
    return NASConfig(dynas={**SMALL, **dynas})


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "outside"
    path.mkdir()
    (path / "secret.csv").write_text("Sub-network,Top-1 Acc (%)\n")
    return path


@pytest.fixture
def rules(data_dir: Path) -> FileRules:
    """Those of a server that others can reach."""
    return FileRules.for_server(data_dir, [], local=False)


def test_every_setting_that_is_a_path_has_a_rule():
    validators = DynasSection.__pydantic_decorators__.field_validators
    path_settings = set(validators["_can_be_a_path"].info.fields)
    assert path_settings == {*OUTPUT_SETTINGS, "warm_start"}
    sections = (DynasSection, SearchSection, StopSection)
    settings = [pair for section in sections for pair in section.model_fields.items()]
    texts = {name for name, field in settings if field.annotation == str | None}
    assert texts == {*path_settings, "cluster", "search_algorithm"}, (
        "a new setting needs a rule, or to be named here"
    )


def test_every_option_that_is_a_text_is_a_path():
    assert all(option.kind != "text" for model in MODELS for option in fields(model)), (
        "a new option has to be a path, or to be named here"
    )
    assert set(INPUT_SETTINGS) == set(FORMER_OPTIONS) & {
        n for model in MODELS for n in path_option_names(model)
    } | {"latency_table"}


@pytest.mark.parametrize("name", [*INPUT_SETTINGS, "warm_start", *OUTPUT_SETTINGS])
@pytest.mark.parametrize(
    "path_of",
    [
        lambda data, out: str(out / "secret.csv"),
        lambda data, out: str(data / ".." / "outside" / "secret.csv"),
        lambda data, out: str(data / "linked" / "secret.csv"),
        lambda data, out: str(data / "link.csv"),
        lambda data, out: str(data / "circle"),
        lambda data, out: "/etc/passwd",
        lambda data, out: "/proc/self/environ",
        lambda data, out: "~/notes.csv",
        lambda data, out: "relative.csv",
        lambda data, out: "../../relative.csv",
        lambda data, out: f"{data}-beside/x.csv",
    ],
    ids=["outside", "dots", "folder-link", "file-link", "circle", "passwd", "proc", "home",
         "relative", "relative-dots", "same-start"],
)  # fmt: skip
def test_paths_outside_the_roots_are_refused(rules, data_dir, outside, name, path_of):
    (data_dir / "linked").symlink_to(outside)
    (data_dir / "link.csv").symlink_to(outside / "secret.csv")
    (data_dir / "circle").symlink_to(data_dir / "circle")
    with pytest.raises(NotAllowedError) as refusal:
        rules.check_config(config_with_path(name, path_of(data_dir, outside)))
    assert RENAMED.get(name, name) in str(refusal.value)
    assert str(data_dir) in str(refusal.value)


@pytest.mark.parametrize("name", [*INPUT_SETTINGS, "warm_start"])
def test_the_refusal_does_not_reveal_whether_a_file_exists(rules, outside, name):
    messages = []
    for file in ("secret.csv", "absent.csv"):
        with pytest.raises(NotAllowedError) as refusal:
            rules.check_config(config_with_path(name, str(outside / file)))
        messages.append(str(refusal.value).replace(file, "FILE"))
    assert messages[0] == messages[1]


@pytest.mark.parametrize("name", [*INPUT_SETTINGS, "warm_start"])
def test_the_data_folder_and_the_roots_may_be_read(data_dir, outside, name):
    rules = FileRules.for_server(data_dir, [outside], local=False)
    rules.check_config(config_with_path(name, str(data_dir / "images")))
    rules.check_config(config_with_path(name, str(outside / "secret.csv")))
    with pytest.raises(NotAllowedError, match="--data-root"):
        rules.check_config(config_with_path(name, "/etc/passwd"))


def test_a_path_of_a_list_outside_the_roots_is_refused_by_the_name_of_its_setting(rules):
    cluster = {"cluster": "tcp://host:1", "cluster_options": {"wheels": ["/etc/a.whl"]}}
    with pytest.raises(NotAllowedError, match=r"^wheels: '/etc/a\.whl' is outside"):
        rules.check_config(config(**cluster))


def test_a_root_may_be_a_link(data_dir, outside, tmp_path):
    (tmp_path / "images").symlink_to(outside)
    rules = FileRules.for_server(data_dir, [tmp_path / "images"], local=False)
    rules.check_config(config(dataset_path=str(tmp_path / "images" / "val")))


def test_a_local_server_allows_all_files_unless_roots_are_given(data_dir, outside):
    local = FileRules.for_server(data_dir, [], local=True)
    local.check_config(config(dataset_path="/etc", results_csv_path=str(outside / "out.csv")))
    rooted = FileRules.for_server(data_dir, [outside], local=True)
    rooted.check_config(config(results_csv_path="/anywhere/out.csv"))
    with pytest.raises(NotAllowedError):
        rooted.check_config(config(dataset_path="/etc"))


def test_results_are_written_below_the_data_folder_as_csv(rules, data_dir):
    for name in ("out.csv", "mine/deep/out.csv", "out.CSV"):
        rules.check_config(config(results_csv_path=str(data_dir / name)))
    for name in ("settings.json", "runs/x/log/cache.csv", "trash/x.csv", "supernets/a/b.csv",
                 "evaluation-cache/x.csv", "downloads/x.csv", "received/x.csv", "", "out",
                 ".csv/..", "mine/../runs/x.csv"):  # fmt: skip
        with pytest.raises(NotAllowedError, match="a CSV file"):
            rules.check_config(config(results_csv_path=f"{data_dir}/{name}"))


def test_roots_do_not_open_anything_for_writing(data_dir, outside):
    rules = FileRules.for_server(data_dir, [outside], local=False)
    with pytest.raises(NotAllowedError):
        rules.check_config(config(results_csv_path=str(outside / "out.csv")))


def test_a_run_may_always_start_another(rules, data_dir):
    (data_dir / "runs" / "20260101-000000-abcdef" / "log").mkdir(parents=True)
    rules.check_config(config(warm_start="20260101-000000-abcdef"))
    for name in ("..", "absent", "../runs/20260101-000000-abcdef/../../.."):
        with pytest.raises(NotAllowedError):
            rules.check_config(config(warm_start=name))


def test_a_root_that_is_no_folder_is_refused(data_dir, tmp_path):
    with pytest.raises(NotAllowedError, match="--data-root: there is no folder"):
        FileRules.for_server(data_dir, [tmp_path / "absent"], local=False)


@given(st.text(max_size=300))
def test_any_text_is_either_allowed_or_refused(text):
    rules = FileRules(Path("/data"), (), write_anywhere=False)
    try:
        rules.check_read_path(text)
    except NotAllowedError as refusal:
        messages = str(refusal)
    else:
        messages = ""
        assert Path(text).expanduser().resolve().is_relative_to("/data")
    assert len(messages) < 600


NO_ROWS = ImportedResults([], ImportReport("x.csv", "", 0, 0, 0, 0, 0))


@pytest.fixture
def service(data_dir: Path, rules: FileRules):
    service = RunService(data_dir, partial(InstantEvaluator), rules.check_config)
    yield service
    service.close()


@pytest.mark.parametrize("name", [*INPUT_SETTINGS, "warm_start", *OUTPUT_SETTINGS])
def test_the_service_refuses_forbidden_files(service, outside, name):
    forbidden_config = config_with_path(name, str(outside / "secret.csv"))
    with pytest.raises(NotAllowedError):
        service.start(forbidden_config)
    with pytest.raises(NotAllowedError):
        service.import_parsed_results(NO_ROWS, forbidden_config)
    assert not service.list()
    assert not list(outside.glob("*.1.csv"))


def test_a_run_that_names_other_files_cannot_be_resumed_extended_or_tested(
    service, data_dir, outside
):
    unrestricted_service = RunService(data_dir, partial(InstantEvaluator))
    run = unrestricted_service.start(config(results_csv_path=str(outside / "out.csv")))
    unrestricted_service.wait(run, timeout=120)
    unrestricted_service.close()
    before = (outside / "out.csv").read_bytes()
    for ask in (lambda: service.extend(run, 4), lambda: service.held_out_quality(run, 1),
                lambda: service.cached_held_out_quality(run, 1)):  # fmt: skip
        with pytest.raises(NotAllowedError):
            ask()
    assert service.history(run).num_evals == 4
    assert (outside / "out.csv").read_bytes() == before


@pytest.mark.parametrize("run", ["..", ".", "", "../runs", "/", "x/../..", "\0", "..\0"])
def test_a_run_id_cannot_be_a_path(service, data_dir, run):
    (data_dir / "log").mkdir()
    (data_dir / "runs" / "log").mkdir()
    for ask in (service.history, service.delete, service.resume, service.restore):
        with pytest.raises(RunError):
            ask(run)
    assert not list((data_dir / "log").iterdir()), "nothing was opened there"


def test_stored_paths_are_checked(data_dir, outside, rules):
    supernet = registry.load("ofa_mbv3_d234_e346_k357_w1.0")
    images = next(r for r in supernet.requirements() if r.option == "task.dataset_path")
    memory = RequirementRecords(data_dir, rules.check_read_path)
    for path in (outside, outside / "absent"):
        with pytest.raises(NotAllowedError, match="outside the folders"):
            memory.set_path(images, str(path))
    assert not (data_dir / "settings.json").exists()

    (data_dir / "settings.json").write_text(json.dumps({"paths": {images.key: str(outside)}}))
    with pytest.raises(NotAllowedError, match=f"{images.title}: .* is outside"):
        memory.settings(supernet)
    assert memory.settings(supernet, "published predictor").task == {}


@pytest.mark.parametrize("name", INPUT_SETTINGS)
def test_a_network_made_from_files_outside_is_not_handed_over(name, rules, data_dir, outside):
    with pytest.raises(NotAllowedError, match="outside the folders"):
        rules.check_inputs(config_with_path(name, str(outside)))
    rules.check_inputs(config_with_path(name, str(data_dir / "inside")))


def test_files_of_a_cluster_are_read_under_the_rules_and_are_no_part_of_a_network(rules, outside):
    for name in path_option_names(DaskOptions):
        path = str(outside / "key.pem")
        value = [path] if name == "wheels" else path
        on_cluster = config(cluster="tls://a:1", cluster_options={name: value})
        with pytest.raises(NotAllowedError, match=f"{name}: .* is outside the folders"):
            rules.check_config(on_cluster)
        rules.check_inputs(on_cluster)


def test_outputs_and_former_runs_of_a_search_are_no_part_of_its_network(rules, outside):
    for name in (*OUTPUT_SETTINGS, "warm_start"):
        rules.check_inputs(config_with_path(name, str(outside)))
