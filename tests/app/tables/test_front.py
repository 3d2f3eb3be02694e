from types import SimpleNamespace

from app.tables.front import front_info
from engine.errors import ConfigError
from engine.space import Gene, SearchSpace


def test_each_sub_network_of_the_front_is_a_row_and_the_newest_is_marked(history):
    info = front_info(history, ["acc", "macs", "params"])
    numbers = [row.number for row in info.rows]
    assert numbers == [e.number for e in history.front()]
    assert [row.number for row in info.rows if row.is_newest] == [max(numbers)]


def test_cells_have_the_columns_units(history):
    info = front_info(history, ["acc", "macs"])
    assert info.titles == ("Number", "Cycle", "Top-1 accuracy ↑", "MACs ↓", "Depth")
    number, cycle, acc, macs, depths = info.rows[0].cells
    assert number == f"#{info.rows[0].number}"
    assert acc.endswith(" %")
    assert macs.endswith(" M")
    assert cycle == str(history.evaluations[info.rows[0].number - 1].cycle)
    assert len(depths.split()) == 3


def test_without_its_supernet_there_is_no_column_of_genes(history, monkeypatch):
    def gone(name):
        raise ConfigError("gone")

    monkeypatch.setattr("app.tables.front.registry.load", gone)
    info = front_info(history, ["acc", "macs"])
    assert info.titles == ("Number", "Cycle", "Top-1 accuracy ↑", "MACs ↓")
    assert info.numeric_count == 3
    assert {len(row.cells) for row in info.rows} == {4}


def test_a_sub_network_of_another_space_has_a_dash(history, monkeypatch):
    changed_supernet = SimpleNamespace(space=SearchSpace((Gene("d", (1, 2)),)))
    monkeypatch.setattr("app.tables.front.registry.load", lambda name: changed_supernet)
    assert {row.cells[-1] for row in front_info(history, ["acc"]).rows} == {"–"}
