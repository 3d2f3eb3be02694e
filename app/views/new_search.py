"""New search: a form with defaults in four sections; beside it estimate, YAML and Start."""

import streamlit as st

from app import navigation
from app.formatting import escape_markdown
from app.forms import draft, execution, fields, search_address, stored_paths
from app.forms import search_form as form
from app.forms.estimate import estimate_panel
from app.forms.field_words import in_words_of_form
from app.forms.goal_fields import check_goal, goal_section
from app.forms.keys import key
from app.forms.missing_files import missing_files_panel
from app.name_field import entered_name
from app.session import service, show_errors
from engine.config import NASConfig
from engine.errors import ConfigError, DynasError
from engine.runs.run_name import run_name
from engine.runs.search_checks import search_warnings

_LOAD = "new_yaml_load"


def render() -> None:
    """Draw the page."""
    draft.restore()
    is_filled = form.fill()
    search_address.read_supernet(is_filled)
    stored_paths.fill_paths(is_filled)
    search_address.read_goal(is_filled)
    form.resolve_conflicts()
    search_address.write()
    with st.container(horizontal=True, vertical_alignment="center", key="new_title"):
        st.title("New search", anchor=False, width="stretch")
        st.button(
            "Reset",
            key="new_reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=draft.reset,
            help="Fills the form with the defaults",
        )
    left, right = st.columns([0.69, 0.31], gap="medium")
    with left:
        goal_section([*form.template_notes(), *search_address.notes()])
        fields.supernet_section()
        fields.objectives_section()
        fields.search_section()
        execution.execution_section()
    with right, st.container(key="new_side"):  # stays in sight while the form is scrolled
        _summary()
    draft.save()


def _summary() -> None:
    try:
        check_goal()
        config = form.current_config()
    except DynasError as error:
        with st.container(border=True, key="new_problem"):
            st.markdown("**Not ready to start**")
            st.warning(escape_markdown(in_words_of_form(str(error))), icon=":material/warning:")
            missing_files_panel()
            st.button(
                "Start search", key="new_start", type="primary", width="stretch", disabled=True
            )
            _load_yaml()
        return
    with st.container(border=True, key="new_summary"):
        estimate_panel(config)
        supernet = form.load_supernet(config.dynas.supernet)
        for sentence in search_warnings(config, supernet):
            st.caption(f":material/info: {escape_markdown(sentence)}")
        st.text_input(
            "Name",
            key=key("name"),
            placeholder=run_name(config, supernet),
            persist_state="session",
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
    with show_errors(), checking:
        run = service().start(config, entered_name(st.session_state[key("name")]) or None)
    if run is not None:
        form.clear_name()
        draft.forget()
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
    with st.popover("Load", icon=":material/content_paste:", key=_LOAD, on_change="rerun"):
        if problem := st.session_state.get("new_yaml_problem"):
            st.error(escape_markdown(problem), icon=":material/error:")
        st.text_area(
            "YAML of a search",
            key="new_yaml_text",
            height=220,
            placeholder="nas:\n  approach: dynas\n  ...",
            help="Paste a configuration; it replaces what the form holds.",
        )
        st.button("Fill the form", key="new_yaml_apply", on_click=_apply_yaml)
    if notice := st.session_state.get("new_yaml_notice"):
        st.info(escape_markdown(notice), icon=":material/info:")


def _apply_yaml() -> None:
    st.session_state["new_yaml_problem"] = st.session_state["new_yaml_notice"] = ""
    try:
        config, st.session_state["new_yaml_notice"] = NASConfig.read(
            st.session_state["new_yaml_text"]
        )
        form.use_as_template(config)
        st.session_state[_LOAD] = False
    except ConfigError as error:
        st.session_state["new_yaml_problem"] = str(error)
