from app.tables.front import front_info


def test_a_row_a_sub_network_of_the_front_and_the_newest_marked(history):
    info = front_info(history, ["acc", "macs", "params"])
    numbers = [row.number for row in info.rows]
    assert numbers == [e.number for e in history.front()]
    assert [row.number for row in info.rows if row.fresh] == [max(numbers)]


def test_cells_have_the_columns_units(history):
    info = front_info(history, ["acc", "macs"])
    assert info.titles == ("Number", "Cycle", "Top-1 accuracy ↑", "MACs ↓", "Depth")
    number, cycle, acc, macs, depths = info.rows[0].cells
    assert number == f"#{info.rows[0].number}"
    assert acc.endswith(" %")
    assert macs.endswith(" M")
    assert cycle == str(history.evaluations[info.rows[0].number - 1].cycle)
    assert len(depths.split()) == 3
