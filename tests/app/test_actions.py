"""Clicks that are refused say why, and the reason is not wiped off by the next redraw."""

import pytest
from streamlit.testing.v1 import AppTest

from app import actions


def _page():
    import streamlit as st

    from app.actions import perform, perform_and_redraw, refusal
    from engine.errors import RunError

    def act():
        st.session_state["calls"] = st.session_state.get("calls", 0) + 1
        if st.session_state["calls"] == 1:
            raise RunError("It is *not* paused.")

    if st.session_state.get("preempted"):
        st.session_state.preempted = False
        st.rerun()
    st.button("At once", on_click=perform, args=("here", act))
    if st.button("Later"):
        perform_and_redraw("here", act, lambda: st.session_state.update(done=True))
    refusal("here")
    st.text(f"{st.session_state.get('calls', 0)} calls")


@pytest.fixture
def page():
    return AppTest.from_function(_page).run()


@pytest.mark.parametrize("button", [0, 1])
def test_a_refusal_stays_until_the_next_click_or_a_minute_has_passed(page, button, monkeypatch):
    page.button[button].click().run()
    assert [error.value for error in page.error] == [r"It is \*not\* paused."]
    page.run()
    assert len(page.error) == 1
    monkeypatch.setattr(actions, "_SHOWN_SECONDS", -1.0)
    page.run()
    assert len(page.error) == 0


def test_another_click_replaces_the_refusal_and_does_what_follows(page):
    page.button[1].click().run()
    assert "done" not in page.session_state
    page.button[1].click().run()
    assert page.session_state["done"]
    page.run()
    assert len(page.error) == 0


def test_a_click_takes_effect_although_the_page_is_redrawn_before_its_button(page):
    page.session_state["preempted"] = True
    page.button[0].click().run()
    assert page.text[0].value == "1 calls"
