"""`elastic check`: what of a network bends, on a page of 80 columns and as JSON."""

import json
import re

import pytest
from torch import nn

from engine.elastic_commands import check
from engine.errors import DataError, DynasError
from engine.supernets.elastic.image_data import read_images
from engine.supernets.elastic.model_input import ImageInput
from engine.supernets.elastic.report import original_quality
from tests.command import in_process
from tests.engine.image_files import write_images

NETWORK = """
from torch import nn

SIZE = 12

class A_block_with_a_name_that_is_rather_long(nn.Module):
    def __init__(self):
        super().__init__()
        self.a_convolution_with_a_long_name = nn.Conv2d(16, 16, 3, padding=1)
        self.normalisation = nn.BatchNorm2d(16)

    def forward(self, x):
        return x + self.normalisation(self.a_convolution_with_a_long_name(x)).relu()

def make_model():
    blocks = [A_block_with_a_name_that_is_rather_long() for _ in range(3)]
    return nn.Sequential(
        nn.Conv2d(3, 16, 3), nn.Sequential(*blocks), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(16, 3),
    )
"""


@pytest.fixture
def run_command(tmp_path, monkeypatch, capsys):
    return in_process(tmp_path / "data", monkeypatch, capsys)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(NETWORK)
    return path


def test_what_bends_is_printed_in_80_columns(run_command, file):
    text = run_command("elastic", "check", str(file))
    assert max(map(len, text.splitlines())) <= 80
    assert "8, 12, 16" in text
    for words in (
        "What can bend",
        "Blocks that can be skipped",
        "What stays as it is",
        "MACs: ",
        "Networks in the space: ",
        "Tested: the full network equals",
    ):
        assert words in text


def test_json_holds_all_of_it_and_the_quality_of_the_original(run_command, file, tmp_path):
    write_images(tmp_path / "images", 3, 10)
    arguments = (str(file), "--data", str(tmp_path / "images"), "--json")
    report = json.loads(run_command("elastic", "check", *arguments))
    assert {gene["kind"] for gene in report["genes"]} == {"width", "depth"}
    assert report["macs"][0] < report["macs"][1]
    assert report["networks"] > 1
    assert report["quality"]["inputs"] == 6
    assert report["self_test"]["networks"] > 1
    assert [row["where"] for row in report["rigid"]] == ["4"]


def test_options_say_what_bends_and_how_far(run_command, file):
    arguments = ("--rigid", "0", "--choices", "1=1", "--divisor", "4", "--json")
    report = json.loads(run_command("elastic", "check", str(file), *arguments))
    assert [(key, gene["kind"]) for key, gene in zip(report["keys"], report["genes"], strict=True)][
        :1
    ] == [("1", "depth")]
    assert {"where": "0", "reason": "it is chosen to stay as it is"} in report["rigid"]
    assert report["costs"] is None


def test_macs_are_counted_at_each_resolution(run_command, file):
    text = run_command("elastic", "check", str(file), "--resolutions", "8,12")
    assert "MACs of 6 equal those of another" in " ".join(text.split())


def test_times_say_of_how_many_sizes_they_are(run_command, file, tmp_path):
    write_images(tmp_path / "images", 3, 10)
    text = run_command("elastic", "check", str(file), "--data", str(tmp_path / "images"))
    last = " ".join(text.split())
    assert re.search(r"prune \S+ \w+ a size, chain \S+ \w+ for 10 sizes, train \S+ \w+\.$", last)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"rigid": ["one"]}, "Nothing that can bend is called 'one'"),
        ({"choices": ["1"]}, "--choices takes the name of a part and numbers"),
        ({"choices": ["1=many"]}, "--choices: give numbers with commas"),
        ({"ratios": "2"}, "ratios: give numbers from 0.1 to 1"),
        ({"resolutions": "12.5"}, "resolutions"),
    ],
)
def test_wrong_options_are_one_sentence(file, options, sentence):
    with pytest.raises(DynasError, match=sentence):
        check(str(file), **options)


def test_a_network_that_is_no_better_than_guessing_is_warned_of(tmp_path):
    write_images(tmp_path, 3, 10)
    data = read_images(tmp_path, ImageInput(3), size=8)
    network = nn.Sequential(nn.Flatten(), nn.Linear(192, 3)).eval()
    nn.init.zeros_(network[1].weight)
    quality = original_quality(network, data)
    assert quality.value == pytest.approx(100 / 3)
    assert "where guessing gives 33.3 %. Check its weights" in quality.warning


def test_a_fault_is_one_sentence(tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        check(str(tmp_path / "none.py"))
