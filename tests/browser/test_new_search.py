"""The form of a new search as it is filled."""

from playwright.sync_api import expect

from tests.browser.streamlit_parts import ALERT, AT_REST, MAIN, OPENER


def test_start_and_its_problem_stay_visible(server, page):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(server.url)
    page.wait_for_selector(".st-key-new_section_where")
    start = page.locator(".st-key-new_start button")  # has no role while a list is open

    def scrolled_by(pixels):
        page.locator(MAIN).evaluate(f"node => node.scrollTo(0, {pixels})")
        expect(page.locator("h1")).not_to_be_in_viewport()
        expect(start).to_be_in_viewport(ratio=1)

    scrolled_by(600)
    expect(page.get_by_text("Estimate", exact=True)).to_be_in_viewport(ratio=1)
    constraints = page.get_by_role("combobox", name="Constraints")
    constraints.press_sequentially("macs << 5M")  # what is filled at once is not taken
    constraints.press("Enter")
    expect(start).to_be_disabled(timeout=60_000)
    scrolled_by(600)
    expect(page.locator(".st-key-new_problem")).to_contain_text("macs << 5M")
    expect(page.locator(".st-key-new_problem")).to_be_in_viewport(ratio=1)


def test_yaml_that_is_wrong_is_refused_where_it_was_pasted(server, page):
    page.goto(server.url)
    page.wait_for_selector(".st-key-new_section_where")
    page.locator(OPENER).filter(has_text="Load").click()
    page.get_by_role("textbox", name="YAML of a search").fill("nas: [1, 2\n  x")
    page.keyboard.press("Control+Enter")
    expect(page.locator(AT_REST)).to_be_attached(timeout=60_000)
    page.get_by_role("button", name="Fill the form").click()
    expect(page.locator(ALERT)).to_be_in_viewport(ratio=1, timeout=60_000)


def test_yaml_that_fills_the_form_closes_its_panel(server, page):
    page.goto(server.url)
    page.wait_for_selector(".st-key-new_section_where")
    page.locator(OPENER).filter(has_text="Load").click()
    text = page.get_by_role("textbox", name="YAML of a search")
    text.fill("nas: {dynas: {num_evals: 1e2}}")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Fill the form").click()
    expect(page.locator('input[aria-label="Evaluations"]')).to_have_value("100", timeout=60_000)
    expect(text).to_have_count(0, timeout=60_000)


def test_the_form_is_the_same_after_a_reload_until_it_is_reset(server, page, another):
    evaluations = 'input[aria-label="Evaluations"]'
    page.goto(server.url)
    page.locator(evaluations).fill("60")
    page.locator(evaluations).press("Enter")
    expect(page.get_by_text("num_evals: 60")).to_be_attached(timeout=60_000)
    expect(page.locator(AT_REST)).to_be_attached(timeout=60_000)
    page.reload()
    expect(page.locator(evaluations)).to_have_value("60", timeout=60_000)
    another.goto(server.url)
    expect(another.locator(evaluations)).to_have_value("250", timeout=60_000)
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(evaluations)).to_have_value("250", timeout=60_000)


def test_the_goal_is_kept_in_the_address(server, page):
    page.goto(server.url)
    limit = page.locator('input[aria-label="MACs ≤"]')
    limit.fill("5M")
    limit.press("Enter")
    page.wait_for_url("**best=acc&limits=macs*5000000&objectives=acc*macs")
    slider = page.get_by_role("slider", name="MACs ≤, along the space")
    expect(slider).to_have_attribute("aria-valuetext", "≤ 5.00 M")
    expect(page.get_by_role("slider", name="Latency")).to_have_count(0)
    page.reload()
    expect(limit).to_have_value("5 M MACs", timeout=60_000)
    expect(page.get_by_text("macs <= 5e6").first).to_be_attached()
    expect(page.locator(AT_REST)).to_be_attached(timeout=60_000)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**limits=macs*4900000*")
    expect(page.locator(AT_REST)).to_be_attached(timeout=60_000)
    expect(limit).to_have_value("4.9 M MACs")
    page.goto(f"{server.url}/?best=macs&limits=acc:90,speed:3")
    expect(page.locator('input[aria-label="Top-1 accuracy ≥"]')).to_have_value(
        "90 %", timeout=60_000
    )
    expect(page.get_by_text("'limits=speed:3', which is not applied")).to_be_visible()


def test_a_copied_address_gives_the_same_form(server, page, another):
    """Supernet, goal, objectives and constraints; what is not there is named."""
    resnet = "supernet=ofa_resnet50&objectives=acc,macs,params"
    page.goto(f"{server.url}/?{resnet}&limits=macs:3e9&constraints=params%20%3C%2020M")
    expect(page.locator('input[aria-label="MACs ≤"]')).to_have_value("3 G MACs", timeout=60_000)
    expect(page.locator('input[aria-label="Parameters <"]')).to_have_value("20 M params")
    page.wait_for_url("**constraints=params*20e6*")
    another.goto(page.url)
    for tab in (page, another):
        expect(tab.locator('input[aria-label="MACs ≤"]')).to_have_value("3 G MACs", timeout=60_000)
        expect(tab.locator(AT_REST)).to_be_attached(timeout=60_000)
        expect(tab.get_by_role("combobox", name="Supernet")).to_have_value("Once-for-All ResNet50")
        chosen = tab.locator(".st-key-new_metrics [aria-pressed=true]")
        expect(chosen).to_have_text(["Top-1 accuracy ↑", "MACs ↓", "Parameters ↓"])
        constraints = tab.locator(".st-key-new_constraints")
        expect(constraints).to_contain_text("params < 20e6")
        expect(constraints).to_contain_text("macs <= 3000e6")
    another.goto(f"{server.url}/?supernet=nowhere&objectives=acc,speed")
    note = another.get_by_text("'supernet=nowhere', which is not applied")
    expect(note).to_be_visible(timeout=60_000)
    expect(another.get_by_text("'objectives=speed', which is not applied")).to_be_visible()
