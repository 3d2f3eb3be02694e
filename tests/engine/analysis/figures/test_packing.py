import base64

import numpy as np

from engine.analysis.figures.packing import pack_array, with_packed_arrays


def test_arrays_are_packed_as_plotly_reads_them():
    for values, dtype in (
        (np.array([1, 2, 3]), "i4"),
        (np.array([0.5, np.nan]), "f8"),
        (np.array([0.5], dtype=np.float32), "f4"),
        (np.array([True, False]), "u1"),
    ):
        spec = pack_array(values)
        assert spec["dtype"] == dtype
        read = np.frombuffer(base64.b64decode(spec["bdata"]), spec["dtype"])
        np.testing.assert_array_equal(read, values)


def test_arrays_at_any_depth_of_a_figure_are_packed():
    figure = {"data": [{"x": np.array([1.0]), "name": "a"}], "at": (1, 2)}
    assert with_packed_arrays(figure) == {
        "data": [{"x": pack_array(np.array([1.0])), "name": "a"}],
        "at": [1, 2],
    }
