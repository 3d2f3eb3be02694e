"""What every page says about who may come in: an open door, and as whom somebody signed in."""

from html import escape

import streamlit as st

from app.access import policy as access

_OPEN = (
    "Anyone who can reach this server can use this dashboard: it was started with "
    "<code>--insecure</code>."
)


def open_door() -> None:
    """A line above the page while the server asks nobody for a token."""
    if access.current().open_door:
        st.html(f'<div class="dynas-open-door" role="note">{_OPEN}</div>')


def signed_in() -> None:
    """As whom the visitor signed in, and the way out; nothing where nobody signs in."""
    if access.current().members is None:
        return
    with st.container(key="sidebar_signed_in", gap="xsmall"):
        st.html(f'<div class="dynas-small">{escape(str(st.user.get("email") or ""))}</div>')
        if st.button("Sign out", key="sign_out", icon=":material/logout:", type="tertiary"):
            st.logout()
