import json
import subprocess

import numpy as np
import pytest

from app.browser_files import ENGINE_STYLES, browser_files
from engine.analysis.figures.front import _MARKERS_2D, _MARKERS_3D
from engine.analysis.figures.marker_density import (
    AREA,
    CELL,
    FILL,
    LEAST,
    neighbour_distance,
    positions_in_axes,
    sized_for,
    sized_marker,
)
from engine.analysis.figures.theme import page_theme
from tests.javascript import NODE, ROOT

COUNTS = (30, 120, 650, 20_000)
STYLES = ("light", "dark")
ORDER = [f"order{i}" for i in range(5)]


def channels(colour):
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def contrast(one, other):
    """The contrast ratio of WCAG 2.2 between two colours, from 1 to 21."""
    shares = np.array([one, other]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    darker, lighter = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return (lighter + 0.05) / (darker + 0.05)


def cloud(count):
    """A crowded cloud below a front, as searches leave it."""
    rng = np.random.default_rng(3)
    across = rng.beta(2, 2, count)
    return np.column_stack([across, across**0.4 * (1 - rng.exponential(0.1, count).clip(0, 1))])


def front(count):
    across = np.linspace(0, 1, count)
    return np.column_stack([across, across**0.4])


def sized(markers, role, positions):
    distance = neighbour_distance(positions, role == "front", AREA)
    return sized_marker(markers[role], role, distance)


@pytest.mark.parametrize("markers", [_MARKERS_2D, _MARKERS_3D], ids=["plane", "space"])
@pytest.mark.parametrize("role", ["other", "infeasible", "dominated", "population"])
def test_the_more_points_the_smaller_and_the_fainter_the_marker(markers, role):
    drawn = [sized(markers, role, cloud(count)) for count in COUNTS]
    for name in ("size", "opacity"):
        values = [marker[name] for marker in drawn]
        assert values == sorted(values, reverse=True)
        assert values[0] == markers[role].get(name, 1.0)
        assert values[-1] < values[0] or markers[role]["size"] <= 2
    assert drawn[-1]["size"] >= LEAST[role][0] * markers[role]["size"]


@pytest.mark.parametrize("count", [2, 30, 60, 100, 300])
def test_markers_of_a_front_hardly_overlap_and_do_not_fade(count):
    marker = sized(_MARKERS_2D, "front", front(count))
    steps = np.diff(front(count), axis=0) * np.array(AREA)
    usual = float(np.median(np.hypot(*steps.T)))
    assert marker["size"] <= max(usual, LEAST["front"][0] * 12)
    assert marker["opacity"] == 1.0


@pytest.mark.parametrize("distance", np.linspace(0.1, CELL, 40))
@pytest.mark.parametrize("role", LEAST)
def test_a_marker_is_never_wider_than_neighbours_are_apart_unless_it_is_the_smallest(
    role, distance
):
    marker = {"size": 10.0, "opacity": 1.0, "symbol": "circle", "line": {"width": 1.0}}
    drawn = sized_marker(marker, role, distance)
    smallest, faintest = LEAST[role]
    assert 10 * smallest <= drawn["size"] <= 10
    assert drawn["size"] <= max(10 * smallest, FILL * distance + 0.25)
    assert faintest <= drawn["opacity"] <= 1.0
    assert 0 <= drawn["line"]["width"] <= 1.0


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", [*ORDER, "front", "selected", "muted", "text"])
def test_every_colour_of_a_marker_is_seen_on_its_page(style, name):
    theme = page_theme(style)
    assert contrast(channels(theme[name]), channels(theme["background"])) >= 3


@pytest.mark.parametrize("style", STYLES)
def test_the_newest_evaluations_are_never_the_faintest(style):
    theme = page_theme(style)
    background = channels(theme["background"])
    contrasts = [contrast(channels(theme[name]), background) for name in ORDER]
    assert contrasts == sorted(contrasts)
    assert contrasts[-1] > 7


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("count", COUNTS)
def test_points_of_the_front_are_seen_whatever_their_number(style, count):
    theme = page_theme(style)
    background = channels(theme["background"])
    for role, positions in (("front", front(min(count, 300))), ("dominated", cloud(count))):
        opacity = sized(_MARKERS_2D, role, positions)["opacity"]
        seen = [opacity * channels(theme[o]) + (1 - opacity) * background for o in ORDER]
        least = 3 if role == "front" or count <= 120 else 2
        assert min(contrast(colour, background) for colour in seen) >= least


@pytest.mark.parametrize("axes", ["xy", "xyz"], ids=["plane", "space"])
def test_the_browser_computes_the_same_markers(tmp_path, axes):
    styles = tmp_path / "styles.mjs"
    styles.write_bytes(browser_files()[ENGINE_STYLES])
    markers = _MARKERS_3D if axes == "xyz" else _MARKERS_2D
    given = []
    for count in (1, 30, 650):
        across, up = cloud(count).T
        given.append({"x": across, "y": up * 90 + 3, "z": up[::-1] * 7})
    points = [{axis: values[axis].tolist() for axis in axes} for values in given]
    script = f"""
    import {{ MARKER_DENSITY }} from "{styles}"
    import * as density from "{ROOT}/app/charts/marker_density.js"
    const markers = {json.dumps(markers)}
    const answer = {json.dumps(points)}.flatMap((points) => ["dominated", "front"].map((role) => {{
      const positions = density.positionsInAxes(points, {{}}, MARKER_DENSITY)
      const all = points.x.map((_, i) => i)
      const distance = density.neighbourDistance(positions, all, role === "front", MARKER_DENSITY)
      const {{ size, opacity, line }} = density.sizedMarker(
        markers[role], role, distance, MARKER_DENSITY)
      return [size, opacity, line.width]
    }}))
    console.log(JSON.stringify(answer))
    """
    output = subprocess.run(
        [NODE, "--input-type=module", "--eval", script], capture_output=True, check=True
    ).stdout
    expected = []
    for values in given:
        shown = {axis: values[axis] for axis in axes}
        positions = positions_in_axes({"points": shown, "layout": {}})
        for role in ("dominated", "front"):
            marker = sized(markers, role, positions)
            expected.append([marker["size"], marker["opacity"], marker["line"]["width"]])
    assert json.loads(output) == [pytest.approx(row) for row in expected]


def test_markers_of_a_front_in_space_are_smaller_the_more_there_are():
    sizes = []
    for count in (10, 300, 1200):
        across, up = cloud(count).T
        shown = {"x": across, "y": across, "z": up}
        positions = positions_in_axes({"points": shown, "layout": {}})
        distance = neighbour_distance(positions, False, AREA)
        sizes.append(sized_marker(_MARKERS_3D["front"], "front", distance)["size"])
    assert sizes[0] == _MARKERS_3D["front"]["size"] > sizes[1] > sizes[2]


def test_a_long_front_has_small_markers_in_every_chart():
    across, up = front(100).T
    marker = {"size": 13, "opacity": 1.0, "symbol": "triangle-up"}
    crowded = sized_for(marker, "front", across * 400 + 100, up * 7 + 70)
    sparse = sized_for(marker, "front", across[::12], up[::12])
    assert crowded["size"] < sparse["size"] == 13
    assert sized_for(marker, "front", [], []) == marker
