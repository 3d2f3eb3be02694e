"""The four sections of the New search form."""

from html import escape

import streamlit as st

from app.diagrams.component import drawing
from app.diagrams.genes import genes_text
from app.diagrams.stages import stages_svg
from app.formatting import cost_range, metric_title, plain, power_of_ten
from app.forms import planned_sources
from app.forms import search_form as form
from app.forms.accuracy import accuracy_fields
from app.forms.device import latency_device
from app.forms.labels import ALGORITHMS, APPROACHES
from app.forms.measuring import measuring_section
from app.forms.more import more_section
from app.forms.number_field import number_field
from app.forms.search_form import key
from app.forms.supernet_picker import not_ready, supernet_picker
from app.names import named
from engine.errors import DynasError
from engine.metrics import ordered
from engine.supernets.base import Supernet


def supernet_section() -> None:
    """Which supernet; its stages, the size of its space, how its accuracy is measured."""
    with st.container(border=True, key="new_section_supernet"):
        st.subheader("1 Supernet", anchor=False)
        known = supernet_picker()
        try:
            supernet = form.supernet_of(st.session_state[key("supernet")])
        except DynasError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        _supernet_card(supernet)
        if len(form.accuracy_sources()) > 1:
            accuracy_fields()
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
            ordered(there),
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
            [name for name in ordered(there) if name not in chosen],
            selection_mode="multi",
            format_func=lambda name: plain(known[name].label),
            key=key("record"),
            persist_state="session",
            help="Written down for every sub-network, but not optimised.",
        )
        _constraints()
        if form.times_latency():
            fields = ("device", "latency_batch", "threads", "latency_table")
            given = [st.session_state[key(field)] for field in fields]
            st.caption(f":material/timer: {plain(latency_device(*given))}")
        if not form.measured(chosen):
            st.caption(
                ":material/info: MACs, parameters and size follow from the configuration alone. "
                "Add accuracy or latency, so that there is something to measure."
            )


def _constraints() -> None:
    try:
        space_range = cost_range(form.supernet_of(st.session_state[key("supernet")]))
    except DynasError:
        space_range = ""
    st.multiselect(
        "Constraints",
        st.session_state[key("constraints")] or [],
        key=key("constraints"),
        persist_state="session",
        accept_new_options=True,
        placeholder="None. Type one, such as macs <= 5M or acc >= 90, and press Enter",
        help="What every sub-network has to keep to: a metric, <= or >=, and a number in the "
        f"metric's unit; k, M and G stand for thousand, million and thousand million. {space_range}"
        " What can be computed is kept to exactly. What is measured is predicted; a sub-network "
        "that misses it is shown as infeasible and kept off the front.",
    )


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
            format_func=APPROACHES.__getitem__,
            key=key("approach"),
            persist_state="session",
            help="**DyNAS** measures a few sub-networks, learns to predict the objectives from "
            "them, searches in the predictions, measures the best proposals, and goes on so. "
            "**Evolutionary** runs the algorithm on measurements alone. **One shot** measures "
            "random sub-networks, learns once, and measures the best it predicts. **Random** "
            "draws sub-networks uniformly.",
        )
    with algorithm:
        st.selectbox(
            "Search algorithm",
            form.fitting_algorithms(),
            format_func=ALGORITHMS.__getitem__,
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


def _data_folder() -> str:
    if len(form.accuracy_sources()) == 1:
        return "The images that ship with the supernet"
    if st.session_state[key("accuracy_source")] == "measured":
        return "ImageNet, with val and train in it"
    return "Not needed: the predictor takes no images"


def where_section() -> None:
    """On what the evaluations run, and where data comes from and goes to."""
    with st.container(border=True, key="new_section_where"):
        st.subheader("4 Where", anchor=False)
        workers, batch, path = st.columns([0.24, 0.24, 0.52])
        alone = form.times_latency()
        with workers:
            number_field(
                "Workers",
                "workers",
                least=1,
                most=form.most_workers(),
                step=1,
                disabled=alone,
                help="Processes on this machine that measure sub-networks side by side; each gets "
                "its share of the cores.",
            )
            if alone:
                st.caption("Latency is timed alone: one worker.")
        with batch:
            number_field(
                "Batch size",
                "batch_size",
                least=1,
                most=10_000,
                step=10,
                help="Images classified at once when accuracy is measured. It changes the speed, "
                "not the result.",
            )
        with path:
            st.text_input(
                "Data folder",
                key=key("dataset_path"),
                persist_state="session",
                placeholder=_data_folder(),
                help="A folder with the original data set: for the built-in supernet the four "
                "Fashion-MNIST files, for the ImageNet ones a folder val, and train for "
                "calibration, with a folder of images a class.",
            )
        st.text_input(
            "Results file",
            key=key("results_csv_path"),
            persist_state="session",
            placeholder="None: results can be downloaded at any time",
            help="A CSV on the server that is written as the search goes, with the columns "
            f"{escape('Sub-network, Date, Latency (ms), MACs, Top-1 Acc (%)')}.",
        )
        measuring_section()
