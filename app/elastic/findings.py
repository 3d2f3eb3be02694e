"""What a check has found: ranges, the table of genes, what stays rigid, the self-test."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from app.elastic.gene_choices import BENDS, CHOICES, WHAT, WHERE, edited_settings, table_rows
from app.elastic.request_fields import given_back
from app.formatting import escape_markdown, power_of_ten
from engine.analysis.number_text import metric_value_bare
from engine.count_text import count_text
from engine.training.elastic.check_result import Check

_ROW, _MOST_ROWS = 35, 9  # pixels of a row, rows without scrolling


def draw_findings(checked: Check) -> None:
    """Draw the facts in a line, the quality of the original, and a warning about it."""
    st.html(facts_html(checked))
    quality = checked.report.quality
    if quality is not None and quality.warning:
        st.warning(escape_markdown(quality.warning), icon=":material/warning:")


def facts_html(checked: Check) -> str:
    """Ranges of costs, the size of the space, and the quality of the original network."""
    report = checked.report
    facts = {
        "MACs": " to ".join(metric_value_bare("macs", value) for value in report.macs),
        "Parameters": " to ".join(metric_value_bare("params", value) for value in report.params),
        "Networks": power_of_ten(report.networks),
    }
    if (quality := report.quality) is not None:
        number = f"{quality.value:.4g} {quality.unit}".rstrip()
        facts[f"{quality.metric} of yours"] = f"{number} on {quality.inputs:,} inputs"
    entries = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items()
    )
    return f'<dl class="dynas-metrics" data-testid="elastic-facts">{entries}</dl>'


def gene_table(checked: Check, settings: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Draw the table of genes; returns the settings with what was edited in it.

    Raises ConfigError for choices that are no numbers.
    """
    rows = table_rows(checked)
    st.markdown(f"**What bends** · {count_text(len(rows), 'gene')}, whose choices you can edit")
    edited = st.data_editor(
        rows,
        key=f"elastic_genes_{key}",
        hide_index=True,
        disabled=[WHERE, WHAT],
        height="content" if len(rows) <= _MOST_ROWS else _ROW * (_MOST_ROWS + 1),
        column_config={
            BENDS: st.column_config.CheckboxColumn(
                width=60, help="Without the mark it stays as it is."
            ),
            WHERE: st.column_config.TextColumn(width="medium"),
            WHAT: st.column_config.TextColumn(width=100),
            CHOICES: st.column_config.TextColumn(
                width="medium", help="Numbers with commas between them. The full one is always one."
            ),
        },
    )
    return edited_settings(given_back(dict(settings)), checked, edited)


def draw_details(checked: Check) -> None:
    """Draw blocks that can be skipped, what stays rigid and why, and what was tested."""
    if checked.stages:
        st.markdown("**Blocks that can be skipped**")
        st.caption("  \n".join(_stage_line(checked)))
    if rigid := checked.report.rigid:
        label = f"What stays as it is · {len(rigid)}"
        with st.expander(label, key="elastic_rigid"):
            st.dataframe([{WHERE: row.where, "Why": row.reason} for row in rigid], hide_index=True)
    st.caption(f":material/verified: {escape_markdown(self_test_text(checked))}")


def _stage_line(checked: Check) -> list[str]:
    return [
        f"{escape_markdown(stage.stage)}: up to {len(stage.blocks) - stage.least} of "
        f"{escape_markdown(', '.join(stage.blocks))}"
        for stage in checked.stages
    ]


def self_test_text(checked: Check) -> str:
    """What was tested, with figures, in words."""
    test = checked.report.self_test
    sentence = (
        f"Tested before training: the full network equals yours (difference "
        f"{test['original_difference']:.1g} of the largest output); {test['networks']} "
        f"sub-networks equal their plain modules ({test['extracted_difference']:.1g}); MACs of "
        f"{test['counted']} equal those of another counter."
    )
    unreached = test["unreached"]
    gradients = [f"No gradient reaches {', '.join(unreached)}."] if unreached else []
    return " ".join([sentence, *gradients, *test["remarks"]])
