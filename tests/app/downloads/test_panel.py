import pytest

from app.downloads.panel import refusal, size_text
from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.runs.history import RunHistory

SOURCE = "published predictor"


def test_sub_networks_that_were_measured_can_be_downloaded(history):
    assert refusal(history, [e for e in history.evaluations if e.ok]) == ""


def test_a_failed_evaluation_has_no_network(history):
    failed = [e for e in history.evaluations if not e.ok]
    assert refusal(history, failed) == (
        "The evaluation of #5, #10 failed: there is no network to download."
    )


def test_a_run_without_weights_has_no_network(tmp_path):
    supernet = {"supernet": "ofa_mbv3_d234_e346_k357_w1.0", "accuracy_source": SOURCE}
    config = NASConfig(dynas=supernet)
    log = DiskLog(tmp_path / "log")
    log.append_event("created", {"config": config.to_dict(), "name": "predicted"})
    sentence = refusal(RunHistory("predicted", log), [])
    assert "published predictor, so there are no trained weights" in sentence
    log.close()


@pytest.mark.parametrize(
    ("size", "text"),
    [(900, "1 kB"), (99_000, "99 kB"), (4_040_485, "4.0 MB"), (1_234_567_890, "1,234.6 MB")],
)
def test_sizes(size, text):
    assert size_text(size) == text


def test_a_supernet_whose_package_is_not_installed_is_named(tmp_path):
    log = DiskLog(tmp_path / "log")
    config = NASConfig(dynas={"supernet": "a_missing_package"}).to_dict()
    log.append_event("created", {"config": config, "name": "elsewhere"})
    sentence = refusal(RunHistory("elsewhere", log), [])
    assert sentence.startswith("The network cannot be downloaded while its supernet does not load.")
    assert "'a_missing_package'" in sentence
    log.close()
