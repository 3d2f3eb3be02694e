"""New search: a form with defaults in four sections; beside it estimate, YAML and Start."""

import streamlit as st

from app import navigation
from app.formatting import plain
from app.forms import fields, paths, where
from app.forms import search_form as form
from app.forms.download import what_is_missing
from app.forms.estimate import estimate_panel
from app.forms.keys import key
from app.session import service, told_to_user
from engine.config import NASConfig
from engine.errors import ConfigError, DynasError
from engine.runs.unused_settings import unused_settings


def render() -> None:
    """Draw the page."""
    paths.settle(form.fill())
    form.settle()
    st.title("New search", anchor=False)
    left, right = st.columns([0.69, 0.31], gap="medium")
    with left:
        fields.supernet_section()
        fields.objectives_section()
        fields.search_section()
        where.where_section()
    with right, st.container(key="new_side"):  # stays in sight while the form is scrolled
        _summary()


def _summary() -> None:
    try:
        config = form.current_config()
    except DynasError as error:
        with st.container(border=True, key="new_problem"):
            st.markdown("**Not ready to start**")
            st.warning(plain(str(error)), icon=":material/warning:")
            what_is_missing()
            st.button(
                "Start search", key="new_start", type="primary", width="stretch", disabled=True
            )
            _load_yaml()
        return
    with st.container(border=True, key="new_summary"):
        estimate_panel(config)
        for sentence in unused_settings(config, form.supernet_of(config.dynas.supernet)):
            st.caption(f":material/info: {plain(sentence)}")
        st.text_input(
            "Name",
            key=key("name"),
            placeholder="Named by date if left empty",
            persist_state="session",
            max_chars=80,
        )
        if st.button(
            "Start search",
            key="new_start",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
        ):
            _start(config)
    with st.container(border=True, key="new_yaml"):
        _yaml(config)


def _start(config: NASConfig) -> None:
    run = None
    checking = st.spinner("Checking what the search needs", show_time=True)
    with told_to_user(), checking:
        run = service().start(config, st.session_state[key("name")].strip() or None)
    if run is not None:
        form.forget_name()
        navigation.open_live(run)


def _yaml(config: NASConfig) -> None:
    st.markdown("**The same search as YAML**")
    text = config.to_yaml()
    st.code(text, language="yaml", height=260)
    with st.container(horizontal=True):
        st.download_button(
            "Download",
            text,
            "search.yaml",
            "application/yaml",
            key="new_yaml_download",
            icon=":material/download:",
            on_click="ignore",
        )
        _load_yaml()


def _load_yaml() -> None:
    with st.popover("Load", icon=":material/content_paste:", key="new_yaml_load"):
        if problem := st.session_state.get("new_yaml_problem"):
            st.error(plain(problem), icon=":material/error:")
        if notice := st.session_state.get("new_yaml_notice"):
            st.info(plain(notice), icon=":material/info:")
        st.text_area(
            "YAML of a search",
            key="new_yaml_text",
            height=220,
            placeholder="nas:\n  approach: dynas\n  ...",
            help="Paste a configuration; it replaces what the form holds.",
        )
        st.button("Fill the form", key="new_yaml_apply", on_click=_apply_yaml)


def _apply_yaml() -> None:
    st.session_state["new_yaml_problem"] = st.session_state["new_yaml_notice"] = ""
    try:
        config, st.session_state["new_yaml_notice"] = NASConfig.read(
            st.session_state["new_yaml_text"]
        )
        form.use_as_template(config)
    except ConfigError as error:
        st.session_state["new_yaml_problem"] = str(error)
