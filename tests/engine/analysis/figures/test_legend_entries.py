from engine.analysis.figures.legend_entries import with_legend_entry


def trace(x, **marker):
    return {"type": "scatter", "mode": "markers", "name": "Dominated", "x": x, "marker": marker}


def test_a_trace_of_one_colour_is_its_own_entry():
    single = trace([1], color="red")
    assert with_legend_entry(single) == [single]


def test_colours_that_vary_have_an_entry_in_one_colour():
    drawn, entry = with_legend_entry(
        trace([1, 2], coloraxis="coloraxis", color=[1, 2], symbol=["circle", "square"])
    )
    assert not drawn["showlegend"]
    assert entry["legendgroup"] == drawn["legendgroup"] == "Dominated"
    assert entry["x"] == [None]
    assert entry["marker"] == {"symbol": ["circle"], "color": "@order2"}


def test_without_points_there_is_no_entry():
    assert with_legend_entry(trace([], coloraxis="coloraxis"))[1]["x"] == []
