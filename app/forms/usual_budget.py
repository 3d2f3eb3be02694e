"""The budget in the New search form, which follows the approach until someone changes it."""

import streamlit as st

from app.forms.keys import key
from engine.search_methods import APPROACHES

_FILLED_FOR = "new_search_budget_of"  # the approach for which the budget was filled in


def follow(is_template: bool) -> None:
    """Let a budget that nobody changed be the usual one of the approach that is selected now.

    A template has a budget of its own.
    """
    state, approach = st.session_state, st.session_state[key("approach")]
    former = approach if is_template else state.get(_FILLED_FOR, approach)
    if former != approach and state[key("evaluations")] == APPROACHES[former].budget:
        state[key("evaluations")] = APPROACHES[approach].budget
    state[_FILLED_FOR] = approach
