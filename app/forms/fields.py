"""The four sections of the New search form."""

import streamlit as st

from app.diagrams.component import drawing
from app.diagrams.genes import genes_text
from app.diagrams.stages import stages_svg
from app.formatting import cost_range, plain, power_of_ten
from app.forms import planned_sources
from app.forms import search_form as form
from app.forms.cells import draw_cells
from app.forms.keys import key
from app.forms.more import more_section
from app.forms.number_field import number_field
from app.forms.sections_of_options import supernet_cells
from app.forms.supernet_picker import not_ready, supernet_picker
from app.names import named
from engine.analysis.number_text import metric_title
from engine.errors import DynasError
from engine.meters import registry as meters
from engine.search_methods import ALGORITHMS, APPROACHES
from engine.supernets.base import Supernet


def supernet_section() -> None:
    """Which supernet; its stages, the size of its space, where its quality comes from."""
    with st.container(border=True, key="new_section_supernet"):
        st.subheader("1 Supernet", anchor=False)
        known = supernet_picker()
        try:
            supernet = form.chosen_supernet()
        except DynasError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        _supernet_card(supernet)
        draw_cells(supernet_cells(supernet))
        if remark := _remark(supernet):
            st.caption(f":material/info: {plain(remark)}")
        not_ready(known)


def _supernet_card(supernet: Supernet) -> None:
    text, picture = st.columns([0.7, 0.3], vertical_alignment="center")
    with text:
        st.markdown(
            f"**{named(supernet.title)}** {_badge(supernet)}  \n"
            f"**{power_of_ten(supernet.space.size)} sub-networks**"
        )
        st.caption(f"{plain(supernet.description)}  \n{plain(supernet.origin)}")
    with picture:
        if supernet.stages:
            drawing(stages_svg(supernet.stages), "new_stages")
        else:
            st.caption("  \n".join(map(plain, genes_text(supernet.space))))


def _remark(supernet: Supernet) -> str:
    try:
        return supernet.describe_options(form.measuring())
    except DynasError as error:
        return str(error)


def _badge(supernet: Supernet) -> str:
    try:
        settings = form.settings_now()
    except DynasError:
        return ""  # the panel beside the form says what is wrong
    if form.missing(supernet.name, settings):
        return ":orange-badge[:material/warning: something is missing]"
    return ":green-badge[:material/check: ready]"


def objectives_section() -> None:
    """What is optimised, and what is recorded besides."""
    with st.container(border=True, key="new_section_objectives"):
        st.subheader("2 Objectives", anchor=False)
        there = form.available_metrics()
        known = {name: planned_sources.shown(name) for name in there}
        st.pills(
            "Optimise",
            there,
            selection_mode="multi",
            format_func=lambda name: plain(metric_title(known[name])),
            key=key("metrics"),
            persist_state="session",
            help="What the search trades off: ↑ more is better, ↓ less is better. "
            + " ".join(plain(f"{m.label}: {m.description}") for m in known.values()),
        )
        chosen = st.session_state[key("metrics")]
        st.pills(
            "Record as well",
            [name for name in there if name not in chosen],
            selection_mode="multi",
            format_func=lambda name: plain(known[name].label),
            key=key("record"),
            persist_state="session",
            help="Written down for every sub-network, but not optimised.",
        )
        _constraints()
        for sentence in _how_measured():
            st.caption(f":material/timer: {plain(sentence)}")
        if chosen and not form.measured(chosen):
            labels = ", ".join(known[name].label for name in chosen)
            follow = "follows" if len(chosen) == 1 else "follow"
            st.caption(
                f":material/info: {plain(labels)} {follow} from the configuration alone. Add an "
                "objective that is measured, so that there is something to search for."
            )


def _how_measured() -> list[str]:
    """What meters say of the metrics that are asked for."""
    used = {found.name: found for found in map(meters.meter_of, form.named_metrics())}
    try:
        supernet, settings = form.chosen_supernet(), form.measuring()
        told = [meter.describe(supernet, settings) for meter in used.values()]
    except DynasError:
        return []  # the panel beside the form says what is wrong
    return [sentence for sentence in told if sentence]


def _constraints() -> None:
    try:
        supernet = form.chosen_supernet().with_options(form.measuring())
        space_range, example = cost_range(supernet), _example(supernet)
    except DynasError:
        space_range = example = ""
    st.multiselect(
        "Constraints",
        st.session_state[key("constraints")] or [],
        key=key("constraints"),
        persist_state="session",
        accept_new_options=True,
        placeholder=f"None. Type one, such as macs <= 5M{example}, and press Enter",
        help="What every sub-network has to keep to: a metric, <= or >=, and a number in the "
        f"metric's unit; k, M and G stand for thousand, million and thousand million. {space_range}"
        " What can be computed is kept to exactly. What is measured is predicted; a sub-network "
        "that misses it is shown as infeasible and kept off the front.",
    )


def _example(supernet: Supernet) -> str:
    """A bound on the main quality, halfway to the best there can be; empty if nobody can tell."""
    quality = supernet.task.metrics[0]
    start, ideal = supernet.bounds(quality.name)
    if start is None:
        return ""
    sign = ">=" if quality.direction == "max" else "<="
    return f" or {quality.name} {sign} {(start + ideal) / 2:.2g}"


def search_section() -> None:
    """How the search goes about it, and for how long."""
    with st.container(border=True, key="new_section_search"):
        st.subheader("3 Search", anchor=False)
        _how()
        _how_long()
        more_section()


def _how() -> None:
    approach, algorithm = st.columns([0.6, 0.4])
    with approach:
        st.selectbox(
            "Approach",
            list(APPROACHES),
            format_func=lambda name: APPROACHES[name].label,
            key=key("approach"),
            persist_state="session",
            help=" ".join(f"**{a.short_label}** {a.description}" for a in APPROACHES.values()),
        )
    with algorithm:
        st.selectbox(
            "Search algorithm",
            form.fitting_algorithms(),
            format_func=lambda name: ALGORITHMS[name].label,
            key=key("algorithm"),
            persist_state="session",
            disabled=not form.has_population(),
            help="The evolutionary algorithm, by pymoo. The choice is of those that fit the "
            "number of objectives.",
        )


def _how_long() -> None:
    evaluations, population, seed = st.columns([0.36, 0.34, 0.3])
    evolves = form.has_population()
    with evaluations:
        number_field(
            "Evaluations",
            "evaluations",
            least=1,
            most=100_000,
            step=10,
            help="The budget: so many sub-networks are measured. It can be extended later.",
        )
    with population:
        number_field(
            "Population",
            "population",
            least=2,
            most=max(2, int(st.session_state[key("evaluations")])) if evolves else None,
            step=5,
            disabled=not evolves,
            help="DyNAS measures a quarter of it before the first prediction and an eighth in "
            "each cycle: smaller cycles learn sooner, larger ones plan less often. Evolutionary "
            "search measures all of it in a generation, one shot as its last step.",
        )
        if not evolves:
            st.caption("This approach has no population.")
    with seed:
        number_field(
            "Seed",
            "seed",
            least=0,
            step=1,
            help="The same seed and settings propose the same first sub-networks. With several "
            "workers the order in which evaluations end changes what is proposed after them, "
            "unless *Same with any workers* is on.",
        )
    st.toggle(
        "Same with any workers",
        key=key("deterministic"),
        persist_state="session",
        help="Each cycle is planned when all evaluations before it have ended, so that any "
        "number of workers gives the same search. Workers wait at the end of each cycle.",
    )
