"""What becomes of the rows of a results CSV, whoever wrote it and however."""

import csv
import io
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import import_results
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.runs.importing.source_file import MAX_FILE_MB, check_size, read_file
from engine.runs.results_csv import ResultsFile
from engine.runs.service import RunService
from engine.runs.supernet_proposal import identify_supernet, read_for_supernet
from engine.supernets.registry import load
from tests.engine.runs.imported import import_text
from tests.engine.runs.importing.results_files import (
    HEADER,
    SMALLEST,
    SUPERNET,
    csv_text,
    macs,
    row,
)
from tests.engine.runs.importing.results_files import (
    LARGEST as LARGEST_CONFIG,
)
from tests.engine.supernets.ofa.reference import LOG, needs_reference

W10, W12 = "ofa_mbv3_d234_e346_k357_w1.0", "ofa_mbv3_d234_e346_k357_w1.2"


def imported(rows, header=HEADER, **options):
    return ResultsFile.read(csv_text(rows, header, **options), "results.csv").for_supernet(SUPERNET)


def some_configs(n, seed=0):
    drawn = SUPERNET.space.sample_new(n, np.random.default_rng(seed), set())
    return [SUPERNET.space.to_config(genotype) for genotype in drawn]


def test_each_row_is_distinct_repeated_refused_or_failed():
    a, b, c = some_configs(3)
    header = [*HEADER, "status"]
    rows = [
        [*row(a), "ok"], [*row(a), "ok"], [*row(b), "failed"], [*row(c, acc="bad"), "ok"],
        [*row(b), ""],
    ]  # fmt: skip
    report = imported(rows, header).report
    counts = (report.rows, report.distinct, report.repeated, report.refused, report.failed)
    assert counts == (5, 2, 1, 1, 1)
    assert report.counts == "5 rows: 2 distinct, 1 repeated, 1 refused, 1 failed."


def test_refused_rows_are_named_by_kind_with_their_first_lines():
    configs = some_configs(12)
    rows = [row(config) for config in configs]
    for place in (1, 3, 4, 6, 7, 9):
        rows[place][4] = "101"
    rows[10][0] = "nonsense"
    first, second = imported(rows).report.refusals
    assert (first.rows, first.lines) == (6, (3, 5, 6, 8, 9))
    assert first.sentence == (
        "6 rows refused (lines 3, 5, 6, 8, 9 and 1 more). Line 3: Top-1 Acc (%) is 101.0, above "
        "the highest possible value of 100 %. Repair or remove the line."
    )
    assert second.sentence.startswith("1 row refused, line 12: 'nonsense' is no sub-network")


def test_numbers_that_are_none_and_those_that_cannot_be_are_told_apart():
    reasons = [r.reason for r in imported([row(acc="good"), row(acc="-1"), row()]).report.refusals]
    assert ["no number" in reason for reason in reasons] == [True, False]
    assert "below the lowest possible value" in reasons[1]


def test_a_row_with_too_many_entries_is_refused():
    broken = ["{'ks': [3", " 5]}", *row()[1:]]
    report = imported([row(), broken]).report
    assert report.refusals[0].reason.startswith("the row has 6 entries, the first line 5.")


def test_conflicting_repeats_are_told_with_lines_and_numbers_and_the_first_is_kept():
    found = imported([row(acc="75.4"), row(LARGEST_CONFIG), row(acc="76.1"), row(acc="75.41")])
    assert (found.report.repeated, found.report.conflicting) == (2, 1)
    assert found.report.conflicts[0].sentence == (
        "Top-1 accuracy is 75.4 % in line 2 and 76.1 % in line 4"
    )
    assert found.evaluations[0].metrics["acc"] == 75.4
    assert any("those of its first row are kept" in told for told in found.report.sentences)


def test_noise_is_no_conflict():
    assert (
        imported([row(acc="75.40", lat="10"), row(acc="75.45", lat="10.5")]).report.conflicting == 0
    )


def test_a_later_row_adds_what_the_first_lacks():
    (known,) = imported([row(acc=""), row(acc="89.5", lat="7")]).evaluations
    assert (known.metrics["lat"], known.metrics["acc"]) == (1.5, 89.5)


def test_what_is_imported_never_looks_measured():
    (known,) = imported([row()]).evaluations
    assert {known.sources[name] for name in ("acc", "lat")} == {"imported"}


def test_macs_are_checked_under_any_heading_and_a_wrong_row_is_refused():
    rows = [row(config) for config in some_configs(5)]
    rows[2][3] = str(int(rows[2][3]) * 2)
    for heading in ("MACs", " macs ", "MACS"):
        report = imported(rows, [*HEADER[:3], heading, HEADER[4]]).report
        assert (report.refused, report.confirmed) == (1, 4)
        assert "the row is of another supernet" in report.refusals[0].sentence


def test_macs_with_batch_norm_counted_are_those_of_the_supernet():
    rows = [row(c, stated_macs=int(macs(c) * 1.045)) for c in some_configs(4)]
    assert imported(rows).report.confirmed == 4


def test_that_nothing_confirms_the_supernet_is_said():
    for rows, header in (
        ([row(stated_macs="")], HEADER),
        ([[*row()[:3], "90"]], [*HEADER[:3], HEADER[4]]),
    ):
        report = imported(rows, header).report
        assert report.confirmed == 0
        assert report.warnings[0].startswith("Nothing in the file confirms that it is of ")


def test_a_file_that_is_mostly_of_another_supernet_is_refused_as_a_whole():
    rows = [row(config, stated_macs=10**9) for config in some_configs(3)] + [row()]
    with pytest.raises(
        ConfigError, match=r"line 2: the file says 1,000,000,000 MACs.* 3 of 4 rows"
    ):
        imported(rows)


def test_shares_given_for_percent_are_warned_of():
    (warning,) = imported([row(acc="0.76"), row(LARGEST_CONFIG, acc="0.8")]).report.warnings
    assert "is at most 1 in every row" in warning


def test_sub_networks_that_lack_what_a_search_needs_are_counted():
    found = imported([row(), row(LARGEST_CONFIG, lat="0")]).with_metrics(["acc", "lat"])
    assert (found.report.usable, found.report.incomplete, found.report.lacking) == (
        1,
        1,
        {"lat": 1},
    )
    assert any("Latency in 1" in told for told in found.report.sentences)
    assert "1 sub-network was imported from results.csv." in found.report.summary


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31 23:59:59", "yesterday", "2" * 60])
def test_a_date_that_cannot_be_read_is_none(date):
    assert imported([row(date=date)]).evaluations[0].finished >= 0 or date.startswith("0001")


@needs_reference
def test_the_published_log_is_read_the_same_from_any_spelling():
    supernet = load(W10)
    plain = ResultsFile.read(LOG.read_bytes(), "log.csv").for_supernet(supernet)
    rows = list(csv.reader(io.StringIO(LOG.read_text())))
    header = [f" {heading.upper()}" for heading in rows[0]]
    text = csv_text([r[::-1] for r in rows[1:]], header[::-1], ";", "\r\n")
    other = ResultsFile.read(text.encode("utf-8-sig"), "log.csv").for_supernet(supernet)
    assert other.evaluations == plain.evaluations
    # the same report, but for how the file spells its headings
    assert (
        other.report.counts
        == plain.report.counts
        == "554 rows: 515 distinct, 39 repeated, 0 refused."
    )
    assert other.report.confirmed == plain.report.confirmed == 554


cells = st.one_of(
    st.sampled_from(
        [str(SMALLEST), str(LARGEST_CONFIG), "", "0", "89.5", "-1", "1e300", "nan", "x"]
    ),
    st.sampled_from(
        [str(macs(SMALLEST)), str(macs(LARGEST_CONFIG)), '"', "'", "\n", "{", "\ufeff"]
    ),
    st.text(max_size=6),
)
headings = st.sampled_from([*HEADER, " MACs", "acc", "config", "status", "", "Other"])
files = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200),
    st.builds(
        lambda header, rows, separator, end: csv_text(rows, header, separator, end),
        st.lists(headings, max_size=7),
        st.lists(st.lists(cells, max_size=8), max_size=6),
        st.sampled_from([",", ";", "\t"]),
        st.sampled_from(["\n", "\r\n"]),
    ),
    st.builds(
        lambda rows, junk, at: csv_text(rows)[:at] + junk + csv_text(rows)[at:],
        st.lists(
            st.builds(row, st.sampled_from([SMALLEST, LARGEST_CONFIG]), cells, cells), max_size=4
        ),
        st.text(max_size=4),
        st.integers(0, 400),
    ),
)


def outcome(content):
    """The report, or the sentence why there is none."""
    try:
        return ResultsFile.read(content, "results.csv").for_supernet(SUPERNET).report
    except ConfigError as error:
        return str(error)


def check_that_it_is_a_report_or_a_sentence(content):
    report = outcome(content)
    if isinstance(report, str):
        assert "results.csv" in report
        assert len(report) < 900
        assert "\n" not in report
    else:
        assert report.rows == report.distinct + report.repeated + report.refused + report.failed
        assert report.distinct > 0
        assert all("\n" not in told for told in report.sentences)


@given(files)
@settings(max_examples=300, deadline=None)
def test_any_content_is_a_report_or_one_sentence(content):
    check_that_it_is_a_report_or_a_sentence(content)


@pytest.mark.slow
@given(files)
@settings(max_examples=10_000, deadline=None)
def test_any_of_ten_thousand_contents_is_a_report_or_one_sentence(content):
    check_that_it_is_a_report_or_a_sentence(content)


def test_only_regular_files_of_a_size_that_fits_are_read(tmp_path):
    for path, message in (
        ("/dev/zero", "it is a device, not a regular file"),
        (tmp_path, "it is a folder, not a regular file"),
        (tmp_path / "none.csv", "cannot be read"),
        (tmp_path / ("n" * 300), "too long for a path"),
    ):
        with pytest.raises(ConfigError, match=message):
            read_file(type(tmp_path)(path))
    with pytest.raises(ConfigError, match=f"large.csv has 6.. MB; .* up to {MAX_FILE_MB} MB"):
        check_size(MAX_FILE_MB * 10**7, "large.csv")


@pytest.mark.slow
def test_fifty_megabytes_are_read_in_twenty_seconds_of_processor_time(tmp_path):
    path = tmp_path / "large.csv"
    import_results.write(path, 50)
    start = time.process_time()
    file = ResultsFile.read(read_file(path), path.name)
    found = read_for_supernet(file, load(identify_supernet(file)))
    assert time.process_time() - start < 20
    assert found.report.confirmed == found.report.rows == found.report.distinct > 200_000


@pytest.mark.parametrize(
    "date", ["9999-12-31 23:59:59", "9999-12-31T00:00:00-12:00", "1903-01-01", "0001-01-01"]
)
def test_a_date_that_no_log_can_hold_leaves_a_run_that_can_be_read(tmp_path, date):
    rows = [row(config, date=date) for config in some_configs(2)]
    service = RunService(tmp_path)
    run = import_text(service, csv_text(rows), "r.csv", NASConfig())
    assert [e.finished for e in service.history(run).evaluations] == [0.0, 0.0]
    assert service.list()[0].evaluations == 2


def test_a_file_name_that_is_no_text_leaves_a_run_that_can_be_read(tmp_path):
    service = RunService(tmp_path)
    rows = [row(config) for config in some_configs(2)]
    run = import_text(service, csv_text(rows), "r\udcff.csv", NASConfig())
    assert service.history(run).name == r"r\udcff.csv"
