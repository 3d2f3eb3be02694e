import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.runs.importing.table import read_table
from tests.engine.runs.importing.results_files import HEADER, csv_text, row

ROWS = [row(), row(acc="90.25"), row(lat="0")]


def seen(content):
    """What a table holds, without how it was written."""
    table = read_table(content, "results.csv")
    return table.subnetworks, table.times, table.cells


PLAIN = seen(csv_text(ROWS))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_encoding_separator_line_ends_and_quotes_do_not_matter(encoding, separator, end, quoting):
    text = csv_text(ROWS, separator=separator, end=end, quoting=quoting)
    assert seen(text.encode(encoding)) == PLAIN


@given(
    st.permutations(range(len(HEADER))),
    st.lists(st.sampled_from(["", " ", "\t", "  "]), min_size=2, max_size=2),
    st.sampled_from([str.lower, str.upper, str.title, str]),
    st.sampled_from([",", ";"]),
)
def test_order_case_and_spaces_of_headings_do_not_matter(order, spaces, cased, separator):
    header = [f"{spaces[0]}{cased(HEADER[place])}{spaces[1]}" for place in order]
    rows = [[cells[place] for place in order] for cells in ROWS]
    assert seen(csv_text(rows, header, separator)) == PLAIN


def test_blank_lines_empty_columns_and_a_stated_separator_do_not_matter():
    lines = csv_text([[*cells, "", ""] for cells in ROWS], [*HEADER, "", ""], ";").splitlines()
    text = "\n".join(["sep=;", "", lines[0], "", "  ", *lines[1:], ";;;;;;", "   "])
    assert seen(text) == PLAIN


def test_lines_are_counted_as_an_editor_counts_them():
    text = "\n\n" + csv_text([*ROWS[:1], ["two\nlines", *ROWS[1][1:]], ROWS[2]], end="\n")
    assert read_table(text, "results.csv").lines == [4, 5, 7]


def test_the_heading_of_neural_compressor_has_a_space():
    table = read_table(csv_text(ROWS, [*HEADER[:3], " MACs", HEADER[4]]), "results.csv")
    assert table.cells["macs"] == PLAIN[2]["macs"]


def test_columns_that_are_not_read_are_named_but_for_those_of_a_run():
    text = csv_text([[*ROWS[0], "1", "x"]], [*HEADER, "cycle", "SST-2 Acc"])
    assert read_table(text, "results.csv").columns.unread_headings == ("SST-2 Acc",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no results file: it is empty"),
        (b"a,b\n1,2\n", "is no results file: its first line has no column"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1 holds bytes that are not text in UTF-8"),
        (csv_text(ROWS).encode() + b"\xff\xfe", "line 5 holds bytes that are not text"),
        (b"Sub-network,MACs\n\x00,\x00\n", "holds null characters"),
        (b"\xff\xfea", "bytes that are not text"),
        (csv_text(ROWS, [*HEADER[:3], "MACs", "macs "]), "two columns of macs, 'MACs' and 'macs'"),
        (csv_text(ROWS, ["config", *HEADER[1:4], "Sub-Network"]), "two columns of sub-networks"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(content, message):
    with pytest.raises(ConfigError, match=message):
        read_table(content, "results.csv")


def test_a_quotation_mark_without_its_end_swallows_nothing_silently():
    text = csv_text(ROWS) + "\"{'ks': [3, 3]}\n" + csv_text(ROWS).split("\n", 1)[1].replace('"', "")
    with pytest.raises(ConfigError, match="quotation mark in line 5 has no counterpart"):
        read_table(text, "results.csv")
