"""The report of a run: what it says, that it loads nothing, and that names cannot break it."""

import json
import re
from functools import partial
from html.parser import HTMLParser

import pytest

from engine.config import NASConfig
from engine.errors import DataError
from engine.export.report import page
from engine.export.report.contents import report_contents
from engine.export.report.page import report_html
from engine.export.table import run_csv
from engine.python_api.run import Run
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.imported import import_text
from tests.twelve_evaluations import constrained_history as constrained_history
from tests.twelve_evaluations import history as history
from tests.twelve_evaluations import history_of_one as history_of_one

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> @front %{x}"


class Elements(HTMLParser):
    """The elements of a page with their attributes, its texts, and what scripts hold."""

    def __init__(self):
        super().__init__()
        self.elements, self.texts, self.scripts, self._open = [], [], [], ""

    def handle_starttag(self, tag, attributes):
        self._open = tag
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        (self.scripts if self._open == "script" else self.texts).append(data)


@pytest.fixture(autouse=True)
def no_library(monkeypatch):
    """The five megabytes of Plotly are left out, but for one test."""
    monkeypatch.setattr(page, "plotly_script", lambda: "window.Plotly = {}")


def parsed(text):
    elements = Elements()
    elements.feed(text)
    return elements


def named_run(tmp_path, name, **dynas):
    service = RunService(tmp_path, partial(InstantEvaluator, fail_every=5))
    small = {"population": 4, "num_evals": 12, "workers": 1, **dynas}
    run = service.start(NASConfig.from_dict({"dynas": small}), name)
    service.wait(run, timeout=120)
    return service, run


def test_it_says_what_the_run_has(history):
    contents = report_contents(history)
    assert contents.title == "twelve"
    front = history.front()
    assert [row[0] for row in contents.front.rows] == [f"#{e.number}" for e in front]
    assert contents.facts["Evaluations"] == "12 of 12"
    assert contents.facts["Failed"] == "2"
    assert f"{len(front)} sub-network" in contents.summary
    titles = [figure.title for figure in contents.figures]
    assert titles[:3] == ["Pareto front", "Hypervolume", "What Top-1 accuracy depends on"]
    assert "Timeline" in titles
    assert contents.chosen_heading == "Suggested sub-networks"
    assert {entry.number for entry in contents.chosen} <= history.front_numbers
    assert "ofa_mbv3_fashion" in contents.configuration
    assert contents.versions["python"]


def test_the_shortlist_and_notes_are_in_it(tmp_path):
    service, run = named_run(tmp_path, "chosen")
    service.label(run, shortlist=[3, 1], note="why **this**")
    service.note_evaluation(run, 3, "keeps to the budget")
    contents = report_contents(service.history(run))
    service.close()
    assert contents.chosen_heading == "Shortlist"
    assert [entry.number for entry in contents.chosen] == [3, 1]
    assert contents.chosen[0].note == "keeps to the budget"
    assert contents.notes == {3: "keeps to the budget"}
    assert contents.note == "why **this**"


def test_its_figures_are_those_of_the_run(history):
    elements = parsed(report_html(history))
    drawn = json.loads(elements.scripts[0])
    on_front = next(t for t in drawn["figures"][0]["data"] if t["name"] == "On the front")
    assert on_front["customdata"]["dtype"] == "i4"
    assert set(drawn["themes"]) == {"light", "dark"}
    places = [a["id"] for tag, a in elements.elements if tag == "div" and "id" in a]
    assert places == [f"figure-{i}" for i in range(len(drawn["figures"]))]


def test_every_name_is_escaped(tmp_path):
    service, run = named_run(tmp_path, HOSTILE)
    service.label(run, note=HOSTILE)
    service.note_evaluation(run, 1, HOSTILE)
    text = report_html(service.history(run))
    service.close()
    elements = parsed(text)
    tags = [tag for tag, _ in elements.elements]
    assert tags.count("script") == 3
    assert "img" not in tags
    assert not any(
        name.startswith("on") for _, attributes in elements.elements for name in attributes
    )
    assert any(HOSTILE in piece for piece in elements.texts)


def test_it_loads_nothing(history):
    elements = parsed(report_html(history))
    assert not {tag for tag, _ in elements.elements} & {"img", "link", "iframe", "object", "base"}
    for _, attributes in elements.elements:
        assert not attributes.keys() & {"src", "href", "srcset", "action", "data"}
    policy = next(a["content"] for _, a in elements.elements if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    styles = [text for text in elements.texts if "@media" in text]
    assert styles
    assert not re.search(r"url\(|@import", styles[0])


def test_the_library_is_in_it(history, monkeypatch):
    monkeypatch.undo()
    assert "plotly.js v" in report_html(history)


def test_no_path_of_the_machine_is_in_it(tmp_path):
    service, run = named_run(
        tmp_path, f"search of {tmp_path}/data", supernet_options={}, warm_start=None
    )
    service.note_evaluation(run, 1, f"see {tmp_path}/notes/first.txt")
    text = report_html(service.history(run))
    service.close()
    assert str(tmp_path) not in text
    assert "…/first.txt" in text


@pytest.mark.parametrize("kind", ["history_of_one", "constrained_history"])
def test_every_kind_of_run_has_one(request, kind):
    contents = report_contents(request.getfixturevalue(kind))
    assert contents.figures
    assert contents.front.rows or kind == "constrained_history"


def test_a_run_that_has_measured_nothing_has_one_too(tmp_path):
    service = RunService(tmp_path, partial(InstantEvaluator, fail_every=1))
    run = service.start(
        NASConfig.from_dict({"dynas": {"population": 4, "num_evals": 4, "workers": 1}}), "nothing"
    )
    service.wait(run, timeout=120)
    text = report_html(service.history(run))
    service.close()
    assert "Nothing that was evaluated keeps to the constraints" in text
    assert "<figure>" not in text


def test_python_writes_it_once(tmp_path):
    service, run = named_run(tmp_path / "data", "written")
    service.close()
    target = tmp_path / "there" / "report.html"
    assert Run(run, tmp_path / "data").report(target) == target
    assert "<h1>written</h1>" in target.read_text()
    with pytest.raises(DataError, match="exists already"):
        Run(run, tmp_path / "data").report(target)


def test_the_command_writes_it_once(command, finished_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = command("report", finished_run)
    assert (status, out, err) == (0, f"report-{finished_run}.html\n", "")
    assert (tmp_path / f"report-{finished_run}.html").read_text().startswith("<!DOCTYPE html>")
    status, _, err = command("report", finished_run)
    assert status == 1
    assert "exists already" in err
    status, out, _ = command("report", finished_run, "-o", "other.html")
    assert (status, out) == (0, "other.html\n")
    status, _, err = command("report", "no-such-run")
    assert status == 1
    assert err.count("\n") == 1


def test_imported_results_are_not_called_a_search(history, tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    run = import_text(service, run_csv(history), "theirs.csv", NASConfig())
    contents = report_contents(service.history(run))
    count = len(service.history(run).evaluations)
    service.extend(run, 4)
    service.wait(run, timeout=120)
    extended = report_contents(service.history(run))
    service.close()
    assert contents.summary.startswith("Imported results of ")
    assert " is ." not in contents.summary
    facts = contents.facts
    assert (facts["Approach"], facts["State"]) == ("imported", "imported")
    assert facts["Evaluations"] == f"{count}"
    assert "num_evals" not in contents.configuration
    assert "ofa_mbv3_fashion" in contents.configuration
    assert "Timeline" not in [figure.title for figure in contents.figures]
    assert extended.facts["Approach"] == "DyNAS, with predictors"
    assert "num_evals" in extended.configuration


def test_it_speaks_as_pages_do(history):
    contents = report_contents(history)
    assert contents.facts["Supernet"] == history.supernet.title
    assert history.supernet.title in contents.summary
    reasons = " ".join(text for entry in contents.chosen for text in entry.reasons)
    assert "equal weights" in reasons
    assert "your" not in reasons.lower()


def test_predictions_have_no_timeline(tmp_path):
    """Of what is computed, no worker is known and nothing took time."""
    service, run = named_run(tmp_path, "computed", metrics=["macs", "params"], record=[])
    titles = [figure.title for figure in report_contents(service.history(run)).figures]
    service.close()
    assert "Hypervolume" in titles
    assert "Timeline" not in titles
