"""The table of workers as text."""

from app.live.worker_sheet import MAX_ROWS, planning_sentence, worker_sheet
from engine.analysis.planning_time import PlanningTime
from engine.analysis.worker_table import WorkerRow
from engine.runs.workers_now import RunningMeasurement
from engine.supernets import registry

SUPERNET = "ofa_mbv3_fashion_d234_e346_k357"
NOW = 1000.0


def measuring(began, cycle=3):
    genotype = tuple(int(gene) for gene in registry.load(SUPERNET).space.largest)
    return RunningMeasurement(genotype, cycle, "process 1", began)


def column(sheet, title):
    return [text(row)[sheet.titles.index(title)] for row in sheet.rows]


def text(row):
    """The cells with usual spaces in place of those at which no line is broken."""
    return tuple(cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row)


def test_a_worker_says_what_it_measures_and_for_how_long():
    rows = [WorkerRow("process 1", "", (measuring(988.0),), done=3, median_seconds=0.044)]
    sheet = worker_sheet(rows, SUPERNET, NOW, by_host=False)
    assert sheet.titles == ("Worker", "Measuring", "For", "Done", "Median time")
    (cells,) = sheet.rows
    assert cells[0] == "process 1"
    assert cells[1].startswith("Depth ")
    assert cells[1].endswith(" · cycle 3")
    assert text(cells[2:]) == ("12 s", "3", "44 ms")


def test_columns_appear_when_something_stands_in_them():
    rows = [
        WorkerRow("job-1", "gpu01", (measuring(900.0), measuring(970.0)), failed=1),
        WorkerRow("tcp://10.0.0.2:4312", "gpu02", lost=2, is_gone=True),
    ]
    sheet = worker_sheet(rows, SUPERNET, NOW, by_host=False)
    assert column(sheet, "Host") == ["gpu01", "gpu02"]
    assert column(sheet, "Measuring") == ["2 sub-networks", "gone"]
    assert column(sheet, "For") == ["up to 1 m 40 s", ""]
    assert column(sheet, "Failed") == ["1", "0"]
    assert column(sheet, "Lost") == ["0", "2"]


def test_many_workers_stand_in_pages_or_in_a_row_for_each_host():
    rows = [WorkerRow(f"job-{i}", f"gpu{i % 4}", done=1) for i in range(1000)]
    sheet = worker_sheet(rows, SUPERNET, NOW, by_host=False, page=20)
    assert (len(sheet.rows), sheet.page, sheet.pages) == (MAX_ROWS, 20, 20)
    assert worker_sheet(rows, SUPERNET, NOW, by_host=False, page=99).page == 20
    hosts = worker_sheet(rows, SUPERNET, NOW, by_host=True)
    assert hosts.titles == ("Host", "Workers", "Done", "Median time")
    assert column(hosts, "Workers") == ["250"] * 4


def test_workers_that_are_not_used_are_not_in_the_table():
    rows = [WorkerRow("job-1", "gpu1"), WorkerRow("job-2", "gpu2", problem="It has torch 1.0.")]
    assert column(worker_sheet(rows, SUPERNET, NOW, by_host=False), "Worker") == ["job-1"]


def test_planning_is_a_sentence():
    assert planning_sentence(None) == ""
    assert planning_sentence(PlanningTime(1, 0.04, 0.04, 0, 0.002)) == (
        "Planning took 40 ms, 0.2 % of the running time."
    )
    assert planning_sentence(PlanningTime(12, 0.84, 3.1, 9, 0.02)) == (
        "Planning takes 0.84 s a cycle (median of 12), at most 3.1 s (cycle 9): 2.0 % of the "
        "running time."
    )
