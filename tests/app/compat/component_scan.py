"""Streamlit's search for components in the packages that are installed, made once.

A test that draws a page has a Streamlit of its own each time, which reads what every package says
of itself: half of what drawing takes. No test installs a package with components meanwhile.
"""

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner


@pytest.fixture(scope="session", autouse=True)
def components_sought_once() -> Iterator[None]:
    """What was found the first time holds for the tests that follow."""
    with pytest.MonkeyPatch.context() as patch:
        once = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield
