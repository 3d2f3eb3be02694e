"""The look of runs that are drawn side by side: a colour, a marker and a dash each.

The colours follow Okabe and Ito ("Color universal design", 2008), made darker or lighter until each
has a contrast of at least 3:1 with a white and with a dark page. They are told apart by lightness
too; marker and dash tell the same as the colour.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How Plotly draws one of several runs; `sign` is the marker as a character."""

    colour: str
    symbol: str
    sign: str
    dash: str

    def faded(self, opacity: float) -> str:
        """The colour with an opacity in [0, 1]."""
        red, green, blue = (int(self.colour[i : i + 2], 16) for i in (1, 3, 5))
        return f"rgba({red},{green},{blue},{opacity})"


LOOKS = (
    Look("#0072b2", "circle", "●", "solid"),
    Look("#d55e00", "triangle-up", "▲", "dash"),
    Look("#009e73", "square", "■", "dot"),
    Look("#c76ea0", "diamond", "◆", "dashdot"),
    Look("#a87400", "triangle-down", "▼", "longdash"),
    Look("#2f95d6", "cross", "✚", "longdashdot"),
    Look("#a33b2a", "star", "★", "5px,2px,1px,2px"),
    Look("#7c8799", "x", "✖", "2px,4px"),
)
"""As many runs as can be told apart in one chart."""
