"""The files that a visitor may name, by whichever way the name comes."""

import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.files import WRITTEN, FileRules
from engine.config import DynasSection, NASConfig, SearchSection, StopSection
from engine.errors import NotAllowedError, RunError
from engine.former_options import FORMER_OPTIONS
from engine.meters import registry as meters
from engine.options import fields, path_option_names
from engine.runs.service import RunService
from engine.supernets import registry
from engine.supernets.requirement_records import RequirementRecords
from tests.engine.runs.fakes import InstantEvaluator

SMALL = {"population": 4, "num_evals": 4, "workers": 1}
W10 = "ofa_mbv3_d234_e346_k357_w1.0"
READ = ("dataset_path", "weights_path", "predictor_path", "calibration_path", "latency_table")
"""All options that are paths, by names that a configuration takes."""
NAMED = {"latency_table": "table"}
"""What a refusal calls an option that has another name now."""
MODELS = [
    *(meter.Options for meter in meters.all_meters()),
    *(part.Options for n in registry.names() for part in (registry.load(n), registry.load(n).task)),
]


def naming(name: str, path: str) -> NASConfig:
    """A configuration whose setting of that name is a path."""
    return config(**({"supernet": W10} if name in READ else {}), **{name: path})


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
    return FileRules.of(data_dir, [], local=False)


def test_every_setting_that_is_a_path_has_a_rule():
    validators = DynasSection.__pydantic_decorators__.field_validators
    checked = set(validators["_can_be_a_path"].info.fields)
    assert checked == {*WRITTEN, "warm_start"}
    sections = (DynasSection, SearchSection, StopSection)
    settings = [pair for section in sections for pair in section.model_fields.items()]
    texts = {name for name, field in settings if field.annotation == str | None}
    assert texts == {*checked, "search_algorithm"}, (
        "a new setting needs a rule, or to be named here"
    )


def test_every_option_that_is_a_text_is_a_path():
    assert all(option.kind != "text" for model in MODELS for option in fields(model)), (
        "a new option has to be a path, or to be named here"
    )
    assert set(READ) == set(FORMER_OPTIONS) & {
        n for model in MODELS for n in path_option_names(model)
    } | {"latency_table"}


@pytest.mark.parametrize("name", [*READ, "warm_start", *WRITTEN])
@pytest.mark.parametrize(
    "made",
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
def test_what_is_outside_is_refused_whatever_names_it(rules, data_dir, outside, name, made):
    (data_dir / "linked").symlink_to(outside)
    (data_dir / "link.csv").symlink_to(outside / "secret.csv")
    (data_dir / "circle").symlink_to(data_dir / "circle")
    with pytest.raises(NotAllowedError) as refusal:
        rules.admit(naming(name, made(data_dir, outside)))
    assert NAMED.get(name, name) in str(refusal.value)
    assert str(data_dir) in str(refusal.value)


@pytest.mark.parametrize("name", [*READ, "warm_start"])
def test_the_refusal_does_not_tell_whether_something_is_there(rules, outside, name):
    told = []
    for file in ("secret.csv", "absent.csv"):
        with pytest.raises(NotAllowedError) as refusal:
            rules.admit(naming(name, str(outside / file)))
        told.append(str(refusal.value).replace(file, "FILE"))
    assert told[0] == told[1]


@pytest.mark.parametrize("name", [*READ, "warm_start"])
def test_the_data_folder_and_the_roots_may_be_read(data_dir, outside, name):
    rules = FileRules.of(data_dir, [outside], local=False)
    rules.admit(naming(name, str(data_dir / "images")))
    rules.admit(naming(name, str(outside / "secret.csv")))
    with pytest.raises(NotAllowedError, match="--data-root"):
        rules.admit(naming(name, "/etc/passwd"))


def test_a_root_may_be_a_link(data_dir, outside, tmp_path):
    (tmp_path / "images").symlink_to(outside)
    rules = FileRules.of(data_dir, [tmp_path / "images"], local=False)
    rules.admit(config(dataset_path=str(tmp_path / "images" / "val")))


def test_on_this_machine_everything_may_be_named_unless_roots_are(data_dir, outside):
    local = FileRules.of(data_dir, [], local=True)
    local.admit(config(dataset_path="/etc", results_csv_path=str(outside / "out.csv")))
    rooted = FileRules.of(data_dir, [outside], local=True)
    rooted.admit(config(results_csv_path="/anywhere/out.csv"))
    with pytest.raises(NotAllowedError):
        rooted.admit(config(dataset_path="/etc"))


def test_results_are_written_below_the_data_folder_as_csv(rules, data_dir):
    for name in ("out.csv", "mine/deep/out.csv", "out.CSV"):
        rules.admit(config(results_csv_path=str(data_dir / name)))
    for name in ("settings.json", "runs/x/log/cache.csv", "trash/x.csv", "supernets/a/b.csv",
                 "evaluation-cache/x.csv", "", "out", ".csv/..", "mine/../runs/x.csv"):  # fmt: skip
        with pytest.raises(NotAllowedError, match="a CSV file"):
            rules.admit(config(results_csv_path=f"{data_dir}/{name}"))


def test_roots_do_not_open_anything_for_writing(data_dir, outside):
    rules = FileRules.of(data_dir, [outside], local=False)
    with pytest.raises(NotAllowedError):
        rules.admit(config(results_csv_path=str(outside / "out.csv")))


def test_a_run_may_always_start_another(rules, data_dir):
    (data_dir / "runs" / "20260101-000000-abcdef" / "log").mkdir(parents=True)
    rules.admit(config(warm_start="20260101-000000-abcdef"))
    for name in ("..", "absent", "../runs/20260101-000000-abcdef/../../.."):
        with pytest.raises(NotAllowedError):
            rules.admit(config(warm_start=name))


def test_a_root_that_is_no_folder_is_refused(data_dir, tmp_path):
    with pytest.raises(NotAllowedError, match="--data-root: there is no folder"):
        FileRules.of(data_dir, [tmp_path / "absent"], local=False)


@given(st.text(max_size=300))
def test_no_text_at_all_is_allowed_outside_or_fails_otherwise(text):
    rules = FileRules(Path("/data"), (), write_anywhere=False)
    try:
        rules.admit_reading(text)
    except NotAllowedError as refusal:
        told = str(refusal)
    else:
        told = ""
        assert Path(text).expanduser().resolve().is_relative_to("/data")
    assert len(told) < 600


@pytest.fixture
def service(data_dir: Path, rules: FileRules):
    service = RunService(data_dir, partial(InstantEvaluator), rules.admit)
    yield service
    service.close()


@pytest.mark.parametrize("name", [*READ, "warm_start", *WRITTEN])
def test_the_service_starts_and_imports_nothing_that_is_not_admitted(service, outside, name):
    wanted = naming(name, str(outside / "secret.csv"))
    with pytest.raises(NotAllowedError):
        service.start(wanted)
    with pytest.raises(NotAllowedError):
        service.import_results("Sub-network\n", "x.csv", wanted)
    assert not service.list()
    assert not list(outside.glob("*.1.csv"))


def test_a_run_that_names_other_files_cannot_be_resumed_extended_or_tested(
    service, data_dir, outside
):
    here = RunService(data_dir, partial(InstantEvaluator))
    run = here.start(config(results_csv_path=str(outside / "out.csv")))
    here.wait(run, timeout=120)
    here.close()
    before = (outside / "out.csv").read_bytes()
    for ask in (lambda: service.extend(run, 4), lambda: service.held_out_quality(run, 1),
                lambda: service.cached_held_out_quality(run, 1)):  # fmt: skip
        with pytest.raises(NotAllowedError):
            ask()
    assert service.history(run).num_evals == 4
    assert (outside / "out.csv").read_bytes() == before


@pytest.mark.parametrize("run", ["..", ".", "", "../runs", "/", "x/../..", "\0", "..\0"])
def test_the_name_of_a_run_leads_nowhere_else(service, data_dir, run):
    (data_dir / "log").mkdir()
    (data_dir / "runs" / "log").mkdir()
    for ask in (service.history, service.delete, service.resume, service.restore):
        with pytest.raises(RunError):
            ask(run)
    assert not list((data_dir / "log").iterdir()), "nothing was opened there"


def test_paths_that_are_remembered_are_admitted_first(data_dir, outside, rules):
    supernet = registry.load("ofa_mbv3_d234_e346_k357_w1.0")
    images = next(r for r in supernet.requirements() if r.option == "task.dataset_path")
    memory = RequirementRecords(data_dir, rules.admit_reading)
    for path in (outside, outside / "absent"):
        with pytest.raises(NotAllowedError, match="outside the folders"):
            memory.set_path(images, str(path))
    assert not (data_dir / "settings.json").exists()

    (data_dir / "settings.json").write_text(json.dumps({"paths": {images.key: str(outside)}}))
    with pytest.raises(NotAllowedError, match=f"{images.title}: .* is outside"):
        memory.settings(supernet)
    assert memory.settings(supernet, "published predictor").task == {}
