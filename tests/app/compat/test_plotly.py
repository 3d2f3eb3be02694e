from importlib.metadata import version
from pathlib import Path

import plotly

from app.compat import plotly as compat
from app.compat.plotly import browser_library
from tests.compat import changed


def test_the_package_has_the_library_for_the_browser():
    path = browser_library()
    assert path.is_file(), changed("plotly", "app/compat/plotly.py")
    beginning = path.read_text()[:200]
    assert "plotly.js v" in beginning, changed("plotly", "app/compat/plotly.py")
    assert plotly.offline.get_plotlyjs_version() in beginning


def test_the_library_has_the_names_that_the_script_asks_for():
    """A name is no promise: `tests/browser/test_compat.py` looks at what is behind it."""
    library = browser_library().read_text()
    script = Path(compat.__file__).with_name("plotly_private.js").read_text()
    for name in ("_fullLayout", "_scene", "getCamera"):
        assert name in script
        assert name in library, f"plotly {version('plotly')} has no {name} any more"
