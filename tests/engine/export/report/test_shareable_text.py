import pytest

from engine.export.report.shareable_text import shareable, shareable_settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No file /home/ann/data/val.csv.", "No file …/val.csv."),
        ("in '/srv/x/y' and ~/runs/a/b", "in '…/y' and …/b"),
        (r"C:\Users\ann\weights.pt is missing", "…/weights.pt is missing"),
        ("tcp://node-7.cluster:8786 did not answer", "tcp://… did not answer"),
        ("see https://example.org/a/b", "see https://example.org/a/b"),
        ("3/4 of MACs/params, and/or 1/2", "3/4 of MACs/params, and/or 1/2"),
        ("accuracy × MACs ≤ 300 M", "accuracy × MACs ≤ 300 M"),
    ],
)
def test_paths_and_addresses_of_machines_are_left_out(text, expected):
    assert shareable(text) == expected


def test_settings_keep_all_but_paths():
    settings = {
        "weights": "/data/my weights/model v2.pt",
        "folder": "~/images",
        "windows": r"D:\some data\val",
        "numbers": [1, 2.5, None, True],
        "cluster": "tcp://10.0.0.1:8786",
        "name": "ofa_mbv3",
        "/root/of/things": {"a": ("/x/y/z",)},
    }
    assert shareable_settings(settings) == {
        "weights": "…/model v2.pt",
        "folder": "…/images",
        "windows": "…/val",
        "numbers": [1, 2.5, None, True],
        "cluster": "tcp://…",
        "name": "ofa_mbv3",
        "…/things": {"a": ["…/z"]},
    }
