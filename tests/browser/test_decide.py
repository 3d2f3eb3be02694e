"""Decide as a user drives it: limits, shortlist, comparison, export, and the link to all of it."""

import csv
import io
import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from engine.runs.service import RunService
from engine.supernets import registry
from tests.browser.plotly_parts import PIXEL, WORDS
from tests.browser.streamlit_parts import AT_REST
from tests.engine.runs.fakes import InstantEvaluator

LONG = 60_000  # milliseconds
TRACES = """() => {
    const plot = document.querySelector('[data-testid=plot-choice]')
    const drawn = plot.data.filter(trace => !trace.meta?.legend)
    return Object.fromEntries(drawn.map(trace => [trace.name, {
        numbers: [...(trace.customdata ?? [])], x: [...trace.x], text: [...(trace.text ?? [])] }]))
}"""


@pytest.fixture
def shortlist(folder, long_run):
    """The shortlist as the run's log has it."""
    service = RunService(folder, InstantEvaluator)
    yield lambda: service.labels(long_run).shortlist
    service.close()


@pytest.fixture
def decide(server, long_run):
    return f"{server.url}/decide?run={long_run}"


def open_decide(page, address):
    page.goto(address)
    page.wait_for_selector("[data-testid=plot-choice][data-updates]")


def until(page, condition):
    """Wait until what the chart shows meets a condition, written in JavaScript on `shown`."""
    page.wait_for_function(f"() => {{ const shown = ({TRACES})(); return {condition} }}")
    return page.evaluate(TRACES)


def click_point(page, number):
    """Click the point of a sub-network in the chart."""
    page.get_by_test_id("plot-choice").scroll_into_view_if_needed()
    x, y = page.evaluate(
        f"""number => {{
            const plot = document.querySelector('[data-testid=plot-choice]')
            const trace = plot.data.find(t => (t.customdata ?? []).includes(number))
            const i = trace.customdata.indexOf(number)
            return {PIXEL}(plot, trace.x[i], trace.y[i])
        }}""",
        number,
    )
    page.mouse.move(x, y)
    page.wait_for_timeout(150)  # Plotly answers a click on what the pointer has come to
    page.mouse.click(x, y)


def remaining(page):
    text = page.get_by_text(re.compile(r"\d+ of \d+ remain")).inner_text()
    return int(re.search(r"(\d+) of", text)[1])


def test_baselines_are_switched_on_and_drawn_once_they_are_measured(decide, page, folder, long_run):
    open_decide(page, decide)
    page.get_by_text("Baselines", exact=True).click()
    button = page.get_by_role("button", name=re.compile(r"Measure baselines \(11 measurements, "))
    expect(button).to_be_visible()
    service = RunService(folder, InstantEvaluator)  # quicker than the server's workers
    service.baselines.measure(service.history(long_run))
    service.close()
    open_decide(page, page.url)  # which keeps the switch
    traces = until(page, "'Original' in shown")
    assert len(traces["Uniform scaling"]["x"]) == 11
    assert traces["Original"]["x"] == traces["Uniform scaling"]["x"][-1:]
    assert traces["Uniform scaling"]["numbers"] == []
    expect(page.get_by_text(re.compile("At equal MACs the front is .* uniform"))).to_be_visible()
    page.get_by_text("Baselines", exact=True).click()
    until(page, "!('Original' in shown)")


def test_choose_compare_export_and_send_the_link(decide, page, another, shortlist):
    open_decide(page, decide)
    front = remaining(page)
    slider = page.get_by_role("slider", name="MACs ≤, along the front")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    traces = until(page, "shown['Beyond the limits'].numbers.length > 0")
    within = traces["Within the limits"]["numbers"]
    assert len(within) + len(traces["Beyond the limits"]["numbers"]) == front
    assert remaining(page) == len(within) < front
    page.wait_for_url("**limits=macs*")

    first, second = within[0], within[-1]
    click_point(page, first)
    until(page, f"shown['On the shortlist'].text.join() === '#{first}'")
    click_point(page, second)
    until(page, f"shown['On the shortlist'].text.join() === '#{first},#{second}'")
    assert shortlist() == (first, second)
    table = page.get_by_test_id("compared-metrics")
    expect(table.locator("thead")).to_contain_text(f"#{first}")
    expect(table).to_contain_text("better")
    expect(page.locator(".dynas-aligned")).to_have_attribute(
        "aria-label", re.compile(f"#{second} against #{first}: ")
    )
    expect(page.locator("[class*=st-key-decide_listed_]")).to_have_count(2)
    page.get_by_role("button", name=f"Move #{first} down").click()
    expect(page.get_by_role("button", name=f"Move #{second} up")).to_be_disabled()
    assert shortlist() == (second, first)

    check_exports(page, [second, first])
    box = page.get_by_role("combobox", name="Side by side")
    box.focus()
    page.keyboard.press("Backspace")
    page.wait_for_url(f"**compare={second}*")
    # The list would close again with what the page still has to draw.
    expect(page.locator(AT_REST)).to_be_attached()
    box.click()
    page.get_by_role("option", name=f"#{first}").click()
    page.wait_for_url(re.compile(f"compare={second}(%2C|,){first}"))
    same_view(page, another)


def test_a_typed_goal_is_answered_and_sent_as_a_link(decide, page, another, folder, long_run):
    service = RunService(folder, InstantEvaluator)
    evaluations = [e for e in service.history(long_run).evaluations if e.ok]
    service.close()
    feasible = [e for e in evaluations if e.metrics["acc"] >= 85]  # the run's constraint
    fitting = [e for e in feasible if e.metrics["macs"] <= 6_123_456]
    best = max(fitting, key=lambda e: e.metrics["acc"])
    open_decide(page, decide)
    field = page.get_by_role("textbox", name="MACs ≤")
    field.fill("6.123456M")
    field.press("Enter")
    page.wait_for_url("**limits=macs*6123456*")
    answer = page.locator(".st-key-decide_answer")
    expect(answer).to_contain_text(f"Best · #{best.number}", timeout=LONG)
    expect(answer).to_contain_text(f"{len(fitting)} of {len(evaluations)} measured")
    expect(answer).to_contain_text("10 % more MACs (≤ 6.7358016 M)")
    expect(answer).to_contain_text("Half the MACs (≤ 3.061728 M)")
    expect(field).to_have_value("6.123456 M MACs")
    another.goto(page.url)
    expect(another.locator(".st-key-decide_answer")).to_contain_text(
        f"Best · #{best.number}", timeout=LONG
    )
    field.fill("6 ms")
    field.press("Enter")
    expect(page.locator(".st-key-decide_goal")).to_contain_text("'6 ms' is not a number for MACs")
    expect(answer).to_contain_text(f"Best · #{best.number}")


def check_exports(page, numbers):
    """Each file names the sub-networks in order, with numbers that belong to their configs."""
    page.locator(".st-key-decide_export button:visible").click()
    files = {}
    for suffix in ("json", "csv", "zip"):
        with page.expect_download() as download:
            page.locator(f".st-key-decide_export_{suffix} button").click()
        files[suffix] = download.value.path().read_bytes()
        assert download.value.suggested_filename.endswith(f"shortlist.{suffix}")
    page.keyboard.press("Escape")
    entries = json.loads(files["json"])["sub_networks"]
    assert [entry["evaluation"] for entry in entries] == numbers
    supernet = registry.load(entries[0]["supernet"])
    for entry in entries:
        macs, params = supernet.macs_params(supernet.space.encode(entry["config"]))[0]
        assert entry["metrics"]["macs"]["value"] == macs
        assert entry["metrics"]["params"]["value"] == params
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode())))
    assert [int(row["evaluation"]) for row in rows] == numbers
    with zipfile.ZipFile(io.BytesIO(files["zip"])) as archive:
        assert f"subnetwork-{numbers[0]}/subnetwork-{numbers[0]}.py" in archive.namelist()


def same_view(page, another):
    """The link of `page` shows in another browser what it shows here."""
    view_traces = page.evaluate(TRACES)
    another.goto(page.url)
    another.wait_for_selector("[data-testid=plot-choice][data-updates]")
    assert another.evaluate(TRACES) == view_traces
    assert remaining(another) == remaining(page)
    metrics = page.get_by_test_id("compared-metrics").inner_text()
    expect(another.get_by_test_id("compared-metrics")).to_have_text(
        re.compile(r"\s*".join(map(re.escape, metrics.split()))), use_inner_text=True
    )


def test_what_one_visitor_shortlists_another_sees(decide, page, another, shortlist):
    open_decide(page, decide)
    open_decide(another, decide)
    before = len(shortlist())
    page.locator(".st-key-decide_suggestions button:enabled:visible").first.click()
    for view in (another, page):
        cards = view.locator("[class*=st-key-decide_listed_]")
        expect(cards).to_have_count(before + 1, timeout=LONG)
    page.reload()
    cards = page.locator("[class*=st-key-decide_listed_]")
    expect(cards).to_have_count(before + 1, timeout=LONG)
    assert len(shortlist()) == before + 1


WORD_BOXES = f"""() => [...document.querySelectorAll('[data-testid=plot-choice] {WORDS}')]
    .map(text => text.getBoundingClientRect())
    .map(box => [box.left, box.top, box.right, box.bottom])"""


def overlap(first, second):
    return all(first[i] < second[i + 2] and second[i] < first[i + 2] for i in (0, 1))


@pytest.mark.parametrize("width", [1280, 1920])
def test_no_word_of_the_chart_covers_another(decide, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_decide(page, f"{decide}&decide_x=Parameters&limits=macs:6500000&weights=acc:8,macs:2")
    page.wait_for_timeout(1000)
    words = page.evaluate(WORD_BOXES)
    chart = page.get_by_test_id("plot-choice").bounding_box()
    assert len(words) >= 3
    assert not any(overlap(a, b) for i, a in enumerate(words) for b in words[:i])
    for left, top, right, bottom in words:
        assert chart["x"] <= left <= right <= chart["x"] + chart["width"]
        assert chart["y"] <= top <= bottom <= chart["y"] + chart["height"]
