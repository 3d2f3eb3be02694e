from app.charts.view_address import camera_spec, zoom_spec
from engine.analysis.charts.axes import axis_for
from engine.metrics import metric


def test_the_parameter_describes_metric_and_scale_of_each_axis():
    x, y = axis_for(metric("macs"), [5e6]), axis_for(metric("acc"), [90.0])
    assert zoom_spec(x, y, (True, False))["axes"] == [
        {"axis": "xaxis", "name": "macs", "divide": 1e6, "log": True},
        {"axis": "yaxis", "name": "acc", "divide": 1, "log": False},
    ]
    assert camera_spec() == {"keyword": "camera"}
