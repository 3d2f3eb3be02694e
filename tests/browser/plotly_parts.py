"""Parts of a chart that Plotly drew, and what it knows of it and tells nobody.

Tests and benchmarks that drive a browser ask these; `test_compat.py` says when one has changed.
"""

CHART = ".js-plotly-plot"  # has `data` and `layout`
DRAWING = ".main-svg"  # its style has the background of the paper
TRACES = ".scatterlayer .trace"
AXIS_WORDS = ".parcoords .axis text"
WORDS = ".textpoint text"
COVER = ".nsewdrag"  # lies over a plane and takes the mouse
BRUSH = ".axis-brush"  # one for each of parallel axes
BRUSHED_AREA = "rect.background"  # within a BRUSH: all of the axis

PIXEL = """((plot, x, y) => {
    const box = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout
    return [box.x + xaxis._offset + xaxis.d2p(x), box.y + yaxis._offset + yaxis.d2p(y)]
})"""
"""Where in the window a plane shows a value, as a function in JavaScript."""

RANGES = """(plot => {
    const drawn = plot?._fullLayout
    return drawn ? [...drawn.xaxis.range, ...drawn.yaxis.range] : null
})"""
"""The ranges of a plane as they are drawn, null before."""

CAMERA = """(plot => {
    const scene = plot?._fullLayout?.scene?._scene
    if (!scene) return null
    const { eye, center, up } = scene.getCamera()
    return [eye, center, up].flatMap(({ x, y, z }) => [x, y, z])
})"""
"""Where a space is looked at from, null before."""

EMPTY_PLACE = """(plot => {
    const { xaxis, yaxis, width, height } = plot._fullLayout
    if (!xaxis) return [0.5 * width, 0.45 * height]  // of a space
    const points = plot._fullData.flatMap(trace => [...trace.x].map((x, i) =>
        [xaxis.d2p(x), yaxis.d2p(trace.y[i])]))
    const steps = [...Array(17).keys()].map(step => (step + 2) / 20)
    const places = steps.flatMap(x => steps.map(y => [x * xaxis._length, y * yaxis._length]))
    const room = ([x, y]) => Math.min(...points.map(([px, py]) => Math.hypot(x - px, y - py)))
    const [x, y] = places.reduce((best, place) => room(place) > room(best) ? place : best)
    return [x + xaxis._offset, y + yaxis._offset]
})"""
"""The place of a plane that is farthest from all points, in pixels from the corner of the plot."""
