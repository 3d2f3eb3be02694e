"""The Plotly library for a browser, from the installed package."""

from engine.errors import FigureError


def plotly_script() -> str:
    """The source of `plotly.min.js`; raises FigureError if Plotly is not installed."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise FigureError(
            "The report has Plotly in it, which is not installed here. Install it with "
            "`pip install plotly`."
        ) from error
    return str(get_plotlyjs())
