/* What Plotly knows of a chart and tells nobody: ranges it chose by itself, the camera as it is. */

/* The two ends of an axis as it is drawn; `plot.layout` has none before somebody zooms. */
const shownRangeOf = (plot, axis) => plot._fullLayout[axis].range

/* Where a chart of three axes is looked at from; `plot.layout` lags behind the wheel. */
const cameraOf = (plot) => plot._fullLayout.scene._scene.getCamera()
