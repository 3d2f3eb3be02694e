"""Line styles of runs in one chart: a colour, a marker and a dash each.

The first two colours are those of Okabe and Ito ("Color universal design", 2008). The others were
chosen so that each has a contrast of at least 3:1 with the white and with the dark page, and that
colour-blind readers can distinguish them. Marker and dash carry the same information.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LineStyle:
    """The style of one of several runs in Plotly; `sign` is the marker as a character."""

    colour: str
    symbol: str
    sign: str
    dash: str

    def faded(self, opacity: float) -> str:
        """The colour with an opacity in [0, 1]."""
        red, green, blue = (int(self.colour[i : i + 2], 16) for i in (1, 3, 5))
        return f"rgba({red},{green},{blue},{opacity})"


LINE_STYLES = (
    LineStyle("#0072b2", "circle", "●", "solid"),
    LineStyle("#d55e00", "triangle-up", "▲", "dash"),
    LineStyle("#0ea92f", "square", "■", "dot"),
    LineStyle("#cf72aa", "diamond", "◆", "dashdot"),
    LineStyle("#7b3bf2", "triangle-down", "▼", "longdash"),
    LineStyle("#0798ff", "cross", "✚", "longdashdot"),
    LineStyle("#8a5a3c", "star", "★", "5px,2px,1px,2px"),
    LineStyle("#997b76", "x", "✖", "2px,4px"),
)
"""The styles of a chart; it can distinguish as many runs."""
