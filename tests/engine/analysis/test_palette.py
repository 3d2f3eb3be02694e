import itertools

import numpy as np
import pytest

from engine.analysis.palette import LINE_STYLES

# How colours look without one kind of cone, in linear RGB: Machado, Oliveira and Fernandes, 2009.
VISIONS = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]
    ),
    "deuteranopia": np.array(
        [[0.3673, 0.8606, -0.2279], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]
    ),
    "tritanopia": np.array(
        [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIELAB of linear RGB, in which distances are about as eyes judge them."""
    x, y, z = np.cbrt(TO_XYZ @ np.clip(rgb, 0.001, 1) / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("page", ["#ffffff", "#11161f"], ids=["light", "dark"])
@pytest.mark.parametrize("style", LINE_STYLES, ids=lambda style: style.colour)
def test_each_is_seen_on_light_and_on_dark_pages(style, page):
    low, high = sorted(float(linear(colour) @ TO_XYZ[1]) for colour in (style.colour, page))
    assert (high + 0.05) / (low + 0.05) >= 3


@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_come_close_for_any_reader(vision):
    rgb_values = [lab(VISIONS[vision] @ linear(style.colour)) for style in LINE_STYLES]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(rgb_values, 2)) > 15


def test_marker_and_dash_differ_too():
    for part in ("colour", "symbol", "sign", "dash"):
        assert len({getattr(style, part) for style in LINE_STYLES}) == len(LINE_STYLES)


def test_a_faded_colour_is_the_same_with_less_of_it():
    assert LINE_STYLES[0].faded(0.2) == "rgba(0,114,178,0.2)"
