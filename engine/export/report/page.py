"""The report of a run as one HTML file, which loads nothing from anywhere."""

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from engine.analysis.figures.markup import escape_markup
from engine.analysis.figures.packing import with_packed_arrays
from engine.analysis.figures.plotly_script import plotly_script
from engine.analysis.figures.theme import page_theme
from engine.export.report.contents import ChosenEntry, ReportContents, report_contents
from engine.export.report.figures import ReportFigure
from engine.runs.history import RunHistory

_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:"
)
"""The browser loads nothing. Plotly compiles functions for charts with many points."""


def report_html(history: RunHistory) -> str:
    """The report of a run as it is now: figures, front, chosen sub-networks, configuration.

    Its figures are interactive where scripts run, and described in words. Every text is escaped.
    Raises FigureError if Plotly is not installed.
    """
    return _page(report_contents(history))


def _page(contents: ReportContents) -> str:
    title = html.escape(contents.title)
    body = "".join(
        [
            f"<h1>{title}</h1>",
            _paragraph(contents.summary),
            _paragraph(contents.note, "note") if contents.note else "",
            _facts(contents.facts),
            _section("Figures", "".join(map(_figure, *_numbered(contents.figures)))),
            _section(contents.chosen_heading, "".join(map(_chosen, contents.chosen))),
            _section("Pareto front", _front(contents)),
            _section("Notes", _notes(contents.notes)),
            _section("Configuration", f"<pre>{html.escape(contents.configuration)}</pre>"),
            _section("Versions", _facts(contents.versions)),
            _paragraph(
                f"Written {contents.written} by DyNAS Studio. Versions are those of this moment; "
                "paths and addresses of machines are left out.",
                "muted",
            ),
        ]
    )
    script = _script_text(_data(contents.figures))
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_file('report.css')}</style></head>\n<body><main>{body}</main>\n"
        f'<script type="application/json" id="figures">{script}</script>\n'
        f"<script>{_script_text(plotly_script())}</script>\n"
        f"<script>{_file('report.js')}</script>\n</body></html>\n"
    )


def _data(figures: Sequence[ReportFigure]) -> str:
    """The figures, with colours by name, and the colours of both themes, as JSON."""
    drawn = [
        with_packed_arrays(escape_markup({"data": f.figure["data"], "layout": f.figure["layout"]}))
        for f in figures
    ]
    themes = {style: dict(page_theme(style)) for style in ("light", "dark")}
    return json.dumps({"figures": drawn, "themes": themes}, default=_plain, allow_nan=False)


def _plain(value: Any) -> Any:
    """A number of NumPy as one of Python."""
    return value.item()


def _script_text(text: str) -> str:
    """A script or its data, which cannot end the element that it is in."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")


def _file(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _numbered(figures: Sequence[ReportFigure]) -> tuple[Iterable[int], Sequence[ReportFigure]]:
    return range(len(figures)), figures


def _section(heading: str, content: str) -> str:
    """A heading and its content; empty without content."""
    return f"<section><h2>{html.escape(heading)}</h2>{content}</section>" if content else ""


def _paragraph(text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f"<p{attribute}>{html.escape(text)}</p>"


def _facts(facts: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(text)}</td></tr>'
        for name, text in facts.items()
    )
    return f'<table class="facts"><tbody>{rows}</tbody></table>'


def _figure(number: int, figure: ReportFigure) -> str:
    text = html.escape(figure.text, quote=True)
    return (
        f"<figure><h3>{html.escape(figure.title)}</h3>"
        f'<div id="figure-{number}" role="img" aria-label="{text}" '
        f'style="height:{figure.height}px"></div><figcaption>{text}</figcaption></figure>'
    )


def _chosen(entry: ChosenEntry) -> str:
    reasons = "".join(map(_paragraph, entry.reasons))
    note = _paragraph(entry.note, "note") if entry.note else ""
    return (
        f'<div class="chosen"><h3>#{entry.number}</h3>{reasons}{note}'
        f"{_facts({**entry.metrics, **entry.genes})}</div>"
    )


def _front(contents: ReportContents) -> str:
    front = contents.front
    if not front.rows:
        return _paragraph("Nothing that was evaluated keeps to the constraints of the run.")
    head = "".join(f'<th scope="col">{html.escape(title)}</th>' for title in front.header)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in front.rows
    )
    omitted = f" The first {len(front.rows):,} of {len(front.rows) + front.omitted:,} are listed."
    return (
        '<div class="scroll"><table class="rows">'
        "<caption>Sub-networks that no other one beats in every objective."
        f"{omitted if front.omitted else ''}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _notes(notes: Mapping[int, str]) -> str:
    return _facts({f"#{number}": text for number, text in notes.items()}) if notes else ""
