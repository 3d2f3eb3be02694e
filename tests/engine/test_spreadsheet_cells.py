import csv
import io

import pytest

from engine.spreadsheet_cells import spreadsheet_safe


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(1)"])
def test_a_text_that_is_a_formula_is_marked_as_text(text):
    assert spreadsheet_safe([text]) == [f"'{text}"]


def test_numbers_and_other_texts_stay_as_they_are():
    row = [1, -2.5, "-2.5", "+1e3", "", "acc = 3", "{'d': [2]}", None, True]
    assert spreadsheet_safe(row) == row


def test_what_is_written_is_read_back_as_text():
    out = io.StringIO()
    csv.writer(out).writerow(spreadsheet_safe(['=HYPERLINK("http://x.y")', "a,b"]))
    assert next(csv.reader([out.getvalue()])) == ['\'=HYPERLINK("http://x.y")', "a,b"]
