"""`baselines RUN` measures uniform scaling beside a run and prints it, or says why it cannot."""

import csv
import io


def test_uniform_scaling_and_the_original_are_printed(command, finished_run):
    status, out, err = command("baselines", finished_run)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert [row["network"] for row in rows] == ["uniform"] * 10 + ["largest", "original"]
    assert (rows[0]["acc_source"], rows[0]["macs_source"]) == ("measured", "exact")
    assert "Measuring baselines: 10 of 11" in err
    status, again, err = command("baselines", finished_run)
    assert (status, again, err) == (0, out, "")
    _, evaluations, _ = command("csv", finished_run)
    assert len(evaluations.splitlines()) == 9


def test_a_run_that_is_not_there_is_a_sentence(command):
    status, out, err = command("baselines", "nothing")
    assert (status, out) == (1, "")
    assert "There is no run 'nothing'" in err
