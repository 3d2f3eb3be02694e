"""What every EvaluationLog must do. An implementation inherits the class, says how it is made."""

from abc import ABC, abstractmethod
from dataclasses import replace

import pytest

from engine.errors import LogError
from tests.engine.log.full_disk import LARGE_TEXT
from tests.engine.records import evaluation


class EvaluationLogContract(ABC):
    @abstractmethod
    def make(self, tmp_path):
        """A new log."""

    @abstractmethod
    def reader(self, tmp_path):
        """Another reader of that log."""

    @abstractmethod
    def fill_disk(self, monkeypatch):
        """Leave no room for what is written from now on; returns what makes room again."""

    @pytest.fixture
    def log(self, tmp_path):
        log = self.make(tmp_path)
        yield log
        log.close()

    def test_a_new_log_is_empty(self, log):
        assert (log.read(), log.events(), log.follow(0, 0)) == ([], [], ([], []))

    def test_numbers_count_from_one_and_records_come_back_equal(self, log):
        stored = [log.append(evaluation(acc=80.0 + n)) for n in range(12)]
        assert [e.number for e in stored] == list(range(1, 13))
        for after in range(15):
            assert log.read(after) == stored[after:]

    def test_events_are_numbered_apart_and_stamped(self, log):
        log.append(evaluation())
        events = [log.append_event("note", {"text": str(n)}) for n in range(3)]
        assert [e.number for e in events] == [1, 2, 3]
        assert log.events(1) == events[1:]
        assert events[0].time <= events[1].time <= events[2].time

    def test_both_are_followed_from_where_one_is(self, log):
        first, second = (log.append(evaluation(acc=a)) for a in (90.0, 91.0))
        event = log.append_event("renamed", {"name": "x"})
        assert log.follow(0, 0) == ([event], [first, second])
        assert log.follow(1, 1) == ([], [second])
        assert log.follow(1, 2) == ([], [])

    def test_many_are_appended_together(self, log):
        log.append_all([evaluation(acc=float(n)) for n in range(5)])
        assert [e.number for e in log.read()] == [1, 2, 3, 4, 5]
        log.append_all([])
        assert len(log.read()) == 5

    def test_what_is_not_plain_data_is_not_written(self, log):
        with pytest.raises((TypeError, ValueError)):
            log.append_event("note", {"text": object()})
        with pytest.raises((TypeError, ValueError)):
            log.append_all([evaluation(), evaluation(acc=float("nan"))])
        assert log.follow(0, 0) == ([], [])

    @pytest.mark.parametrize("text", ["\ud800", "caf\udce9 NaN", '"\udc80\\', "\0\x1b[31m\u2028"])
    def test_any_text_is_written_so_that_it_can_be_read_back(self, log, text):
        log.append(replace(evaluation(), status="failed", reason=text, stderr=text))
        log.append_event("state", {"state": "failed", "message": text})
        ((event,), (record,)) = log.follow(0, 0)
        shown = text.encode(errors="backslashreplace").decode()
        assert (record.reason, record.stderr) == (shown, shown)
        assert event.data["message"] == shown

    def test_a_reader_sees_what_is_appended_after_it_has_looked(self, log, tmp_path):
        reader = self.reader(tmp_path)
        for n in range(5):
            assert len(reader.read()) == len(reader.events()) == n
            log.append(evaluation())
            log.append_event("note", {"text": ""})
        log.close()
        assert len(reader.read()) == 5
        reader.close()

    def test_it_is_used_again_after_it_was_closed(self, log):
        log.append(evaluation())
        log.close()
        assert len(log.read()) == 1
        log.close()
        assert log.append(evaluation()).number == 2

    def test_fields_and_kinds_of_newer_versions_are_read(self, log):
        log.append_event("state", {"state": "running", "mood": "fine"})
        log.append_event("measured_twice", {"numbers": [1, 2]})
        assert [e.kind for e in log.events()] == ["state", "measured_twice"]

    def test_what_cannot_be_written_changes_nothing_and_can_be_tried_again(self, log, monkeypatch):
        log.append(evaluation())
        make_room = self.fill_disk(monkeypatch)
        large = evaluation(reason=LARGE_TEXT)
        with pytest.raises(LogError, match="disk is full"):
            log.append(large)
        with pytest.raises(LogError, match="disk is full"):
            log.append_event("note", {"text": LARGE_TEXT})
        with pytest.raises(LogError, match="disk is full"):
            log.append_all([evaluation(), large])
        assert (len(log.read()), log.events()) == (1, [])
        make_room()
        assert log.append(evaluation()).number == 2
        assert log.append_event("note", {"text": "x"}).number == 1
