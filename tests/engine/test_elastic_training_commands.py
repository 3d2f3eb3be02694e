"""Trainings on the command line; one test starts some, each of which loads torch."""

import json
from pathlib import Path

import pytest

from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import REQUEST
from tests.engine.training.elastic.tiny import FILE


def test_wrong_arguments_are_one_sentence(command):
    for arguments, said in (
        (("prune", "builtin", "--macs", "15;40"), "--macs: give numbers with commas"),
        (("train", "builtin", "--ratios", "half"), "--ratios: give numbers with commas"),
        (("prune", "builtin", "--macs", "nan"), "--macs: give numbers with commas"),
        (("train", "builtin", "--epochs", "0"), "epochs: must be more than 0, not 0"),
        (("check", "builtin", "--epochs", "-1"), "epochs: must be more than 0"),
        (("advise", "builtin", "--epochs", "nan"), "epochs: must be a finite number"),
        (("chain", "builtin", "--epochs", "1e30"), "epochs: must be at most 1000000"),
        (("train", "builtin", "--length", "0"), "length: must be more than 0"),
        (("prune", "builtin", "--length", "inf"), "length: must be"),
        (("train", "builtin", "--original-rate", "-0.1"), "original_rate: must be more than 0"),
        (("train", "builtin", "--seed", "-1"), "seed: must be at least 0"),
        (("train", "builtin", "--batch", "1"), "batch: must be at least 2"),
        (("train", "builtin", "--accumulate", "0"), "accumulate: must be at least 1"),
        (("check", "builtin", "--size", "0"), "size: must be at least 1"),
        (("check", "builtin", "--resolutions", "0"), "from 1 to 4,096"),
        (("check", "builtin", "--resolutions", "160.5"), "whole number"),
        (("train", "my model"), "names no model"),
        (("train", "builtin", "--name", "a/b"), "cannot be the name of a supernet"),
        (("chain", "builtin", "--precision", "fp8"), "precision"),
        (("train", "builtin", "--name", "ofa_resnet50"), "There is a supernet"),
    ):
        status, _, err = command("elastic", *arguments)
        assert status != 0
        assert said in err
        assert err.count("\n") == 1


def test_the_way_for_a_number_of_sizes_is_advised(command):
    status, out, _ = command("elastic", "advise", str(FILE), "--sizes", "7", "--epochs", "9")
    lines = out.splitlines()
    assert status == 0
    assert [line.split()[0] for line in lines[-4:-1]] == ["prune", "chain", "train"]
    assert [line.split()[0] for line in lines if " advised " in line] == ["chain"]
    assert lines[-1].startswith("Prune in a chain (elastic chain)")


def test_a_run_that_is_not_there_cannot_be_fine_tuned(command):
    status, _, err = command("finetune", "no-run", "1")
    assert status == 1
    assert "There is no run 'no-run'" in err


@pytest.mark.slow
def test_a_pruned_network_is_searched_and_fine_tuned(command, tmp_path: Path):
    options = ("--macs", "30,100", "--divisor", "4", "--epochs", "4", "--length", "1")
    status, out, err = command("elastic", "prune", str(FILE), "--name", "sizes", *options)
    assert (status, "Search it as 'sizes'" in out) == (0, True), err
    again, _, err = command("elastic", "prune", str(FILE), "--name", "sizes", *options)
    assert again == 1
    assert "has finished" in err

    status, out, err = command("search", "--set", "supernet=sizes", "--set", "approach=grid")
    assert status == 0, err
    run = next((tmp_path / "runs").glob("2*")).name
    status, out, err = command("finetune", run, "1", "2", "--epochs", "1")
    assert status == 0, err
    assert out.count("on held-out data") == 2
    folder = tmp_path / "runs" / run / "fine-tuned" / "2"
    asked = TrainingRequest.model_validate(json.loads((folder / REQUEST).read_text()))
    assert (asked.number, asked.passes) == (2, 1.0)
