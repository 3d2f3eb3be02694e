"""Sections of the New search form: supernet, objectives and search."""

import streamlit as st

from app.diagrams.component import drawing
from app.diagrams.genes import genes_text
from app.diagrams.stages import stages_svg
from app.display_names import name_markdown
from app.formatting import cost_range, escape_markdown, power_of_ten
from app.forms import computing, planned_sources
from app.forms import search_form as form
from app.forms.advanced_options import advanced_section
from app.forms.cells import draw_cells
from app.forms.keys import key
from app.forms.number_field import number_field
from app.forms.option_sections import supernet_cells
from app.forms.supernet_picker import supernet_picker, unready_supernets
from engine.analysis.number_text import metric_title
from engine.config_sections import MOST_EVALUATIONS
from engine.errors import DynasError
from engine.meters import registry as meters
from engine.metrics import metric
from engine.search_methods import ALGORITHMS, APPROACHES
from engine.supernets.base import Supernet


def supernet_section() -> None:
    """The supernet: its stages, the size of its space, the source of its quality."""
    with st.container(border=True, key="new_section_supernet"):
        st.subheader("1 Supernet", anchor=False)
        choices = supernet_picker()
        try:
            supernet = form.selected_supernet()
        except DynasError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            return
        _supernet_card(supernet)
        draw_cells(supernet_cells(supernet))
        if options_text := _options_text(supernet):
            st.caption(f":material/info: {escape_markdown(options_text)}")
        unready_supernets(choices)


def _supernet_card(supernet: Supernet) -> None:
    text, picture = st.columns([0.7, 0.3], vertical_alignment="center")
    with text:
        st.markdown(
            f"**{name_markdown(supernet.title)}** {_badge(supernet)}  \n"
            f"**{power_of_ten(supernet.space.size)} sub-networks**"
        )
        st.caption(f"{escape_markdown(supernet.description)}  \n{escape_markdown(supernet.origin)}")
    with picture:
        if supernet.stages:
            drawing(stages_svg(supernet.stages), "new_stages")
        else:
            st.caption("  \n".join(map(escape_markdown, genes_text(supernet.space))))


def _options_text(supernet: Supernet) -> str:
    try:
        return supernet.describe_options(form.evaluation_settings())
    except DynasError as error:
        return str(error)


def _badge(supernet: Supernet) -> str:
    try:
        settings = form.current_settings()
    except DynasError:
        return ""  # the panel beside the form says what is wrong
    if form.missing_requirements(supernet.name, settings):
        return ":orange-badge[:material/warning: something is missing]"
    return ":green-badge[:material/check: ready]"


def objectives_section() -> None:
    """The objectives, the metrics recorded as well, and the constraints."""
    with st.container(border=True, key="new_section_objectives"):
        st.subheader("2 Objectives", anchor=False)
        available = form.available_metrics()
        metrics = {name: planned_sources.planned_metric(name) for name in available}
        st.pills(
            "Optimise",
            available,
            selection_mode="multi",
            format_func=lambda name: escape_markdown(metric_title(metrics[name])),
            key=key("metrics"),
            persist_state="session",
            help="What the search trades off: ↑ more is better, ↓ less is better. "
            + " ".join(escape_markdown(f"{m.label}: {m.description}") for m in metrics.values()),
        )
        objectives = st.session_state[key("metrics")]
        st.pills(
            "Record as well",
            [name for name in available if name not in objectives],
            selection_mode="multi",
            format_func=lambda name: escape_markdown(metrics[name].label),
            key=key("record"),
            persist_state="session",
            help="Recorded for every sub-network, but not optimised.",
        )
        _constraints()
        for sentence in _measurement_texts():
            st.caption(f":material/timer: {escape_markdown(sentence)}")
        if objectives and all(metric(name).computable for name in objectives):
            labels = ", ".join(metrics[name].label for name in objectives)
            verb = "follows" if len(objectives) == 1 else "follow"
            st.caption(
                f":material/info: {escape_markdown(labels)} {verb} from the configuration "
                "alone: nothing has to be measured. Add a quality, so that small is not all "
                "that counts."
            )


def _measurement_texts() -> list[str]:
    """How the meters measure the requested metrics, a sentence each."""
    meters_by_name = {meter.name: meter for meter in map(meters.meter_of, form.requested_metrics())}
    try:
        supernet, settings = form.selected_supernet(), form.evaluation_settings()
        texts = [meter.describe(supernet, settings) for meter in meters_by_name.values()]
    except DynasError:
        return []  # the panel beside the form says what is wrong
    return [sentence for sentence in texts if sentence]


def _constraints() -> None:
    try:
        supernet = form.selected_supernet().with_options(form.evaluation_settings())
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
        help="A bound that every sub-network must meet: the name or label of a metric, <=, <, >= "
        "or >, and a number in the metric's unit, which may follow it; k, M and G stand for "
        f"thousand, million and thousand million. Limits of the goal are here too. {space_range}"
        " What can be computed is kept to exactly. What is measured is predicted; a sub-network "
        "that misses it is shown as infeasible and kept off the front.",
    )
    for problem in form.constraint_problems():
        st.error(escape_markdown(problem), icon=":material/error:")


def _example(supernet: Supernet) -> str:
    """An example bound on the main quality, halfway to its ideal; empty without known bounds."""
    quality = supernet.task.metrics[0]
    start, ideal = supernet.bounds(quality.name)
    if start is None:
        return ""
    sign = ">=" if quality.direction == "max" else "<="
    return f" or {quality.name} {sign} {(start + ideal) / 2:.2g}"


def search_section() -> None:
    """The approach, the algorithm, the budget and further settings of the search."""
    with st.container(border=True, key="new_section_search"):
        st.subheader("3 Search", anchor=False)
        computing.offer()
        _method_fields()
        _budget_fields()
        advanced_section()


def _method_fields() -> None:
    approach, algorithm = st.columns([0.6, 0.4])
    with approach:
        st.selectbox(
            "Approach",
            computing.offered_approaches(),
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
            help="The evolutionary algorithm, from pymoo. Only algorithms that fit the number of "
            "objectives are listed.",
        )


def _budget_fields() -> None:
    evaluations, population, seed = st.columns([0.36, 0.34, 0.3])
    has_population, computes = form.has_population(), computing.is_selected()
    with evaluations:
        number_field(
            "Sub-networks to compute" if computes else "Evaluations",
            "evaluations",
            minimum=1,
            maximum=MOST_EVALUATIONS,
            step=10_000 if computes else 10,
            help="The budget: the number of sub-networks to "
            f"{'compute' if computes else 'measure'}. It can be extended later.",
        )
    with population:
        number_field(
            "Population",
            "population",
            minimum=2,
            maximum=max(2, int(st.session_state[key("evaluations")])) if has_population else None,
            step=5,
            disabled=not has_population,
            help="DyNAS measures a quarter of it before the first prediction and an eighth in "
            "each cycle: smaller cycles learn sooner, larger ones plan less often. Evolutionary "
            "search measures all of it in a generation, one shot as its last step.",
        )
        if not has_population:
            st.caption("This approach has no population.")
    with seed:
        number_field(
            "Seed",
            "seed",
            minimum=0,
            step=1,
            help="The same seed and settings propose the same first sub-networks. With several "
            "workers the order in which evaluations end changes what is proposed after them, "
            "unless *Same with any workers* is on.",
        )
    st.toggle(
        "Same with any workers",
        key=key("deterministic"),
        persist_state="session",
        disabled=computes,
        help="Each cycle is planned when all evaluations before it have ended, so that any "
        "number of workers gives the same search. Workers wait at the end of each cycle.",
    )
