"""What tests do on the page Supernets & data."""

from tests.browser.streamlit_parts import OPENED


def card(page, supernet):
    """The card of a supernet."""
    return page.locator(f"[class~='st-key-supernet_{supernet.replace('.', '-')}']")


def path_of(page, supernet, requirement):
    """What opens the field for the path of something that a supernet needs."""
    key = f"path_{supernet}_{requirement}".replace(" ", "_").replace(".", "-")
    return page.locator(f"[class~='st-key-{key}'] button").first


def give(page, opener, path):
    """Open a popover for a path and fill it in."""
    opener.click()
    field = page.locator(f"{OPENED} input")
    field.fill(str(path))
    field.press("Enter")
