"""Notices about access control on every page: no token is needed, and who has signed in."""

from html import escape

import streamlit as st

from app.access import policy as access
from app.documentation.links import documentation_url

_UNPROTECTED_TEXT = (
    "Anyone who can reach this server can use this dashboard: it was started with "
    '<code>--insecure</code>. <a href="{}" target="_blank">Access</a> says how to protect it.'
)


def unprotected_notice() -> None:
    """Warn above the page that the server asks for no token."""
    if access.current().is_unprotected:
        text = _UNPROTECTED_TEXT.format(documentation_url("access"))
        st.html(f'<div class="dynas-unprotected" role="note">{text}</div>')


def signed_in_user() -> None:
    """Show the user who has signed in, with a sign-out button; nothing without sign-in."""
    if access.current().allowed_users is None:
        return
    with st.container(key="sidebar_signed_in", gap="xsmall"):
        st.html(f'<div class="dynas-small">{escape(str(st.user.get("email") or ""))}</div>')
        if st.button("Sign out", key="sign_out", icon=":material/logout:", type="tertiary"):
            st.logout()
