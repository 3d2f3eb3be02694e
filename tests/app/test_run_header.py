from dataclasses import replace

from app.run_header import bar_html, facts_html, header_info, state_html


def test_a_run_that_ended_has_no_time_left(history):
    info = header_info(history.summary(), history)
    assert (info.evaluations, info.budget, info.failed) == (12, 12, 2)
    assert info.progress == 1.0
    assert info.remaining == ""
    assert 'data-testid="run-remaining"' not in facts_html(info)


def test_a_running_one_says_speed_and_time_left(history):
    info = header_info(replace(history.summary(), state="running", budget=24), history)
    assert info.progress == 0.5
    text = facts_html(info)
    assert "12 / 24" in text
    assert 'data-testid="run-rate"' in text


def test_names_cannot_bring_markup():
    assert "<script>" not in state_html("<script>")
    assert 'aria-label="&quot;"' in bar_html(0.5, '"')
