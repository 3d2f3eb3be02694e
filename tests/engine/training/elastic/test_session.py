from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import DataError
from engine.supernets.elastic.elastic_data import ElasticData
from engine.training.elastic import training_log
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.session import Request, Session, Stage
from engine.training.elastic.ways import chain_stages, prune_stages, supernet_stage
from tests.engine.training.elastic.tiny import CPU, tiny_data, tiny_elastic, tiny_model

SHORT = Recipe(rate=1e-2)
WAYS = ("train", "prune", "chain")


def stages(way: str, data: ElasticData, recipe: Recipe = SHORT, steps: int = 6) -> list[Stage]:
    network = tiny_elastic()
    if way == "train":
        return [supernet_stage(network, data, recipe, steps)]
    genotypes = [network.space.largest, network.space.smallest]
    make = prune_stages if way == "prune" else chain_stages
    return make(network, genotypes, data, recipe, [steps] * 2)


def session(
    folder: Path, way: str, recipe: Recipe = SHORT, steps: int = 6, save_seconds: float = 60
) -> Session:
    """A training of so many steps a stage, of four batches an epoch."""
    data = tiny_data()
    parts = stages(way, data, recipe, steps)
    return Session(folder, parts, tiny_model(), data, CPU, way, save_seconds)


def pauses_after(steps: int) -> "list[Request]":
    return ["go on"] * (steps - 1) + ["pause"]


def are_equal(a: list[Mapping[str, Tensor]], b: list[Mapping[str, Tensor]]) -> bool:
    return len(a) == len(b) and all(
        x.keys() == y.keys() and all(torch.equal(x[k], y[k]) for k in x)
        for x, y in zip(a, b, strict=True)
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_paused_training_goes_on_to_the_same_weights(way: str, tmp_path: Path) -> None:
    whole = session(tmp_path / "whole", way)
    assert whole.run() == "finished"

    for steps in (1, 3, 4, 3):  # of each sitting; an epoch has four
        wishes = iter(pauses_after(steps))
        interrupted = session(tmp_path / "paused", way)
        outcome = interrupted.run(lambda wishes=wishes: next(wishes, "go on"))  # type: ignore[misc]
    assert session(tmp_path / "paused", way).run() == "finished"

    assert outcome in ("paused", "finished")
    assert are_equal(whole.results(), session(tmp_path / "paused", way).results())


@pytest.mark.parametrize("way", WAYS)
def test_a_killed_training_goes_on_from_its_last_checkpoint(way: str, tmp_path: Path) -> None:
    whole = session(tmp_path / "whole", way)
    whole.run()

    def kill_at_step_5() -> Request:
        steps.append("go on")
        if len(steps) == 5:
            raise KeyboardInterrupt
        return "pause" if len(steps) == 2 else "go on"

    steps: list[Request] = []
    for _ in range(2):  # the first is paused at step 2, the second killed at step 5
        try:
            session(tmp_path / "killed", way).run(kill_at_step_5)
        except KeyboardInterrupt:
            break
    resumed = session(tmp_path / "killed", way)

    assert resumed.done == 2
    assert resumed.run() == "finished"
    assert are_equal(whole.results(), resumed.results())


def test_the_log_of_a_killed_training_holds_each_step_once(tmp_path: Path) -> None:
    wishes = iter(pauses_after(2))
    session(tmp_path, "train").run(lambda: next(wishes))

    def kill() -> Request:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session(tmp_path, "train").run(kill)
    session(tmp_path, "train").run()

    steps = [entry["done"] for entry in training_log.read(tmp_path) if "loss" in entry]
    assert steps == [1, 2, 3, 4, 5, 6]


def test_checkpoints_are_written_as_time_passes(tmp_path: Path) -> None:
    def kill() -> Request:
        asked.append(1)
        if len(asked) == 4:
            raise KeyboardInterrupt
        return "go on"

    asked: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        session(tmp_path, "train", save_seconds=0).run(kill)
    assert session(tmp_path, "train").done == 3


def test_quality_is_logged_at_the_start_and_the_end_of_each_stage(tmp_path: Path) -> None:
    session(tmp_path, "chain").run()
    entries = [e for e in training_log.read(tmp_path) if "quality" in e]
    ends = [(e["stage"], e["step"]) for e in entries if e["step"] in (0, 6)]
    assert ends == [(0, 0), (0, 6), (1, 0), (1, 6)]
    assert entries[0]["quality"].keys() == {"original", "100 % of the MACs"}


def test_a_training_with_other_settings_is_refused(tmp_path: Path) -> None:
    wishes = iter(pauses_after(1))
    session(tmp_path, "train").run(lambda: next(wishes))
    with pytest.raises(DataError, match="another name"):
        session(tmp_path, "prune")


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"no checkpoint")
    with pytest.raises(DataError, match=r"checkpoint\.pt cannot be read"):
        session(tmp_path, "train")


def test_a_loss_that_is_no_number_stops_and_leaves_the_last_checkpoint(tmp_path: Path) -> None:
    def broken_loss(outputs: Tensor, target: Tensor) -> Tensor:
        return F.cross_entropy(outputs, target) * (float("nan") if len(seen) == 3 else 1.0)

    seen: list[int] = []

    def count() -> Request:
        seen.append(1)
        return "go on"

    data = tiny_data(loss=broken_loss)
    training = Session(
        tmp_path, stages("prune", data), tiny_model(), data, CPU, "prune", save_seconds=0
    )
    with pytest.raises(DataError, match=r"no finite number at step 4 of 6.*lower"):
        training.run(count)
    kept = session(tmp_path, "prune")
    assert kept.done == 3
    assert kept.run() == "finished"


def test_accumulated_batches_make_one_step(tmp_path: Path) -> None:
    """Two batches of an epoch at a time are two steps an epoch, whether it is paused or not."""
    recipe = Recipe(rate=1e-2, accumulate=2)
    whole = session(tmp_path / "whole", "train", recipe, steps=4)
    whole.run()
    wishes = iter(pauses_after(3))
    session(tmp_path / "paused", "train", recipe, steps=4).run(lambda: next(wishes))
    resumed = session(tmp_path / "paused", "train", recipe, steps=4)
    resumed.run()
    assert are_equal(whole.results(), resumed.results())


def test_training_brings_the_smallest_network_closer_to_the_original(tmp_path: Path) -> None:
    training = session(tmp_path, "train", steps=40)
    training.run()
    losses = [entry["loss"] for entry in training_log.read(tmp_path) if "loss" in entry]
    assert sum(losses[-4:]) < 0.5 * sum(losses[:4])


@pytest.mark.parametrize("way", WAYS)
def test_bf16_learns_about_the_same(way: str, tmp_path: Path) -> None:
    losses = {}
    for precision in ("fp32", "bf16"):
        folder = tmp_path / precision
        session(folder, way, Recipe(rate=1e-3, precision=precision)).run()
        logged = [entry["loss"] for entry in training_log.read(folder) if "loss" in entry]
        losses[precision] = logged
    assert losses["bf16"] == pytest.approx(losses["fp32"], rel=0.2, abs=0.02)
    assert losses["bf16"] != losses["fp32"]
