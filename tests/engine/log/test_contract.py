from engine.log.evaluation_log import DiskLog
from tests.engine.log.contract import EvaluationLogContract
from tests.engine.log.full_disk import fill_disk


class TestDiskLog(EvaluationLogContract):
    def make(self, tmp_path):
        return DiskLog(tmp_path / "log")

    def reader(self, tmp_path):
        return DiskLog.open(tmp_path / "log")

    def fill_disk(self, monkeypatch):
        return fill_disk(monkeypatch)
