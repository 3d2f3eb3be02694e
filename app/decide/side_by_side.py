"""Comparison of two to four sub-networks: metrics, architectures, genes."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.decide.metrics_table import metrics_html
from app.decide.url_parameters import COMPARED, MAX_COMPARED, numbers_from, numbers_text
from app.decide.widget_values import widget_key, widget_value
from app.diagrams.aligned import aligned_info, aligned_svg
from app.diagrams.component import drawing
from app.tables.html_table import table_html
from app.url_parameters import set_parameter, text_parameter
from engine.analysis.comparison.sub_networks import gene_rows, metric_rows
from engine.evaluation.record import Evaluation
from engine.runs.held_out import held_out_data
from engine.runs.history import RunHistory
from engine.supernets import registry

_DEFAULT_COUNT = 3
_NOTHING = "none"


def compared_numbers(history: RunHistory, shortlist: Sequence[int]) -> list[int]:
    """The numbers in the URL, else the first of the shortlist, without failed evaluations."""
    text = text_parameter(COMPARED)
    numbers = numbers_from(text, len(history.evaluations)) if text else shortlist[:_DEFAULT_COUNT]
    valid_numbers = [number for number in numbers if history.evaluations[number - 1].ok]
    return valid_numbers[:MAX_COMPARED]


def comparison_choice(run: str, shortlist: Sequence[int], numbers: Sequence[int]) -> None:
    """Draw the choice of sub-networks; the others are compared with the first one."""
    widget = f"decide_compared_{run}"
    options = list(dict.fromkeys([*shortlist, *numbers]))
    st.multiselect(
        "Side by side",
        options,
        format_func=lambda number: f"#{number}",
        key=widget_key(widget, list(numbers)),
        max_selections=MAX_COMPARED,
        placeholder="Choose two to four of the shortlist",
        help="The others are held against the first one that you choose.",
        on_change=_changed,
        args=(widget,),
        disabled=not options,
    )


def _changed(widget: str) -> None:
    set_parameter(COMPARED, numbers_text(widget_value(widget)) or _NOTHING)


def comparison(
    history: RunHistory,
    evaluations: Sequence[Evaluation],
    names: Sequence[str],
    held_out_quality: Mapping[int, float],
) -> None:
    """Draw metrics with differences, architectures with differences outlined, and genes."""
    titles = [f"#{evaluation.number}" for evaluation in evaluations]
    st.html(
        metrics_html(
            titles,
            metric_rows(evaluations, names, held_out_quality, held_out_data(history.supernet_name)),
        )
    )
    supernet = registry.load(history.supernet_name)
    info = aligned_info(titles, [e.config for e in evaluations], supernet.space, supernet.stages)
    st.markdown(f"**Architectures** · outlined: differs from {titles[0]}. {info.legend}")
    drawing(aligned_svg(info), "decide_architectures")
    rows = gene_rows(supernet.space, evaluations)
    different = [row for row in rows if row.differs]
    with st.container(horizontal=True, vertical_alignment="center", key="decide_genes"):
        st.markdown(f"**Genes** · {len(different)} of {len(rows)} differ", width="stretch")
        show_all = st.toggle(
            "All genes",
            key="all_genes",
            bind="query-params",
            help="Show those that are equal as well",
        )
    visible_rows = rows if show_all else different
    if not visible_rows:
        st.caption("All genes that have an effect are equal.")
        return
    caption = "off: the gene has no effect, because another one switches it off."
    cells = [(row.title, *row.values) for row in visible_rows]
    st.html(table_html(["Gene", *titles], cells, caption, "compared-genes"))
