"""A training that is made of stages, with checkpoints, a log, pauses and exact resumption."""

import copy
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn

from engine.errors import DataError
from engine.supernets.elastic.elastic_data import ElasticData
from engine.training.elastic import checkpoint
from engine.training.elastic.learners import Learner
from engine.training.elastic.measuring import main_quality
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.request import SAVE_SECONDS
from engine.training.elastic.trainer import Trainer, frozen
from engine.training.elastic.training_log import TrainingLog
from engine.training.elastic.training_state import CHECKPOINT, RESULTS

_LOGGED_LOSSES = 200  # of a stage
_MEASURED = 10  # times in a stage that the quality is measured after its start
_MEASURING_SHARE = 0.1  # of the time, at most

Request = Literal["go on", "pause", "stop"]
Outcome = Literal["finished", "paused", "stopped"]
Networks = Mapping[str, Callable[[], nn.Module]]
"""Makes copies of networks by their name, in the state that the training has reached."""


@dataclass(frozen=True)
class Stage:
    """Some steps that train one learner.

    `begin` makes it when earlier stages have ended. `networks` are those whose quality is logged,
    and `result` gives the weights to keep at the end. With `labels_only` the original network is
    not run.
    """

    name: str
    recipe: Recipe
    steps: int
    begin: Callable[[], Learner]
    networks: Callable[[Learner], Networks]
    result: Callable[[Learner], Mapping[str, Tensor]]
    labels_only: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a training is: `done` of `total` steps, and the seconds that the rest will take."""

    stage: str
    done: int
    total: int
    loss: float
    seconds_left: float


class Session:
    """A training in a folder, which goes on where an earlier session of it has ended.

    Raises DataError if the folder holds a checkpoint of another training, which `identity` tells.
    """

    def __init__(
        self,
        folder: Path,
        stages: list[Stage],
        original: nn.Module,
        data: ElasticData,
        device: torch.device,
        identity: str = "",
        save_seconds: float = SAVE_SECONDS,
    ) -> None:
        self.stages, self.total = stages, sum(stage.steps for stage in stages)
        self._folder, self._data, self._device = folder, data, device
        self._original = frozen(original, device)
        self._identity, self._save_seconds = identity, save_seconds
        self._saved: dict[str, Any] | None = None
        self._stage, self._step = 0, 0
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / CHECKPOINT).exists():
            # On the CPU: the optimiser moves its state, but for its numbers of steps.
            self._saved = checkpoint.read(folder / CHECKPOINT)
            if self._saved["identity"] != identity:
                raise DataError(
                    f"{folder} holds a training with other settings ({self._saved['identity']}). "
                    "Give the same ones to go on with it, or another name."
                )
            self._stage, self._step = self._saved["stage"], self._saved["step"]

    @property
    def done(self) -> int:
        """The steps of all stages that the last checkpoint contains."""
        return self._first_step(self._stage) + self._step

    def run(
        self,
        request: Callable[[], Request] = lambda: "go on",
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> Outcome:
        """Train to the end, or until `request`, asked after each step, says otherwise.

        A training that is not finished leaves a checkpoint. Raises DataError for a loss that is no
        finite number; the last checkpoint stays.
        """
        self._log = TrainingLog(self._folder, self.done)
        self._started, self._measuring_seconds, self._first_done = time.monotonic(), 0.0, self.done
        for number in range(self._stage, len(self.stages)):
            outcome = self._run_stage(number, request, on_progress)
            if outcome != "finished":
                return outcome
        return "finished"

    def results(self) -> list[dict[str, Tensor]]:
        """The weights that each stage has left, on the CPU; raises DataError if one is missing."""
        return [checkpoint.read(self._result_path(n)) for n in range(len(self.stages))]

    @property
    def unfinished_sentence(self) -> str:
        """How far a training is that has not finished."""
        return f"{self.done:,} of {self.total:,} steps are done. Resume it to go on."

    def remove_files(self) -> None:
        """Remove the checkpoint and the results, when they are stored elsewhere."""
        for number in range(len(self.stages)):
            self._result_path(number).unlink(missing_ok=True)
        (self._folder / CHECKPOINT).unlink(missing_ok=True)

    def _run_stage(
        self,
        number: int,
        request: Callable[[], Request],
        on_progress: Callable[[Progress], None],
    ) -> Outcome:
        stage = self.stages[number]
        original = None if stage.labels_only else self._original
        trainer = Trainer(
            stage.begin(), original, self._data, stage.recipe, stage.steps, self._device, number
        )
        if self._saved is not None:
            trainer.resume(self._saved["trainer"])
            self._saved = None
        else:
            self._measure(number, trainer, is_due=True)
        last_save = time.monotonic()
        while trainer.step < stage.steps:
            rate, loss = trainer.rate, trainer.advance()
            self._log_loss(number, trainer, rate, loss)
            on_progress(self._progress(number, trainer, loss))
            wish = request()
            if wish != "go on" and trainer.step < stage.steps:
                self._save(number, trainer)
                return "paused" if wish == "pause" else "stopped"
            if time.monotonic() - last_save >= self._save_seconds:
                self._save(number, trainer)
                last_save = time.monotonic()
            self._measure(number, trainer, is_due=False)
        checkpoint.write(self._result_path(number), dict(stage.result(trainer.learner)))
        self._save(number, trainer)
        return "finished"

    def _save(self, number: int, trainer: Trainer) -> None:
        checkpoint.write(
            self._folder / CHECKPOINT,
            {
                "identity": self._identity,
                "stage": number,
                "step": trainer.step,
                "trainer": trainer.state(),
            },
        )
        self._stage, self._step = number, trainer.step

    def _log_loss(self, number: int, trainer: Trainer, rate: float, loss: float) -> None:
        every = max(1, self.stages[number].steps // _LOGGED_LOSSES)
        if trainer.step % every == 0 or trainer.step == 1:
            seconds = round(time.monotonic() - self._started, 3)
            entry = {"loss": loss, "rate": rate, "seconds": seconds}
            self._log.append(self._place(number, trainer) | entry)

    def _measure(self, number: int, trainer: Trainer, is_due: bool) -> None:
        """Log the quality of the stage's networks if it is due or time to."""
        if not (is_due or self._is_time_to_measure(self.stages[number], trainer.step)):
            return
        started, precision = time.monotonic(), self.stages[number].recipe.precision
        networks = dict(self.stages[number].networks(trainer.learner))
        values = {}
        if number == trainer.step == 0:
            original = copy.deepcopy(self._original)
            values = {"original": main_quality(original, self._data, precision, as_it_is=True)}
        values |= {
            name: main_quality(make(), self._data, precision) for name, make in networks.items()
        }
        self._log.append(self._place(number, trainer) | {"quality": values})
        trainer.learner.module.train()
        self._measuring_seconds += time.monotonic() - started

    def _is_time_to_measure(self, stage: Stage, step: int) -> bool:
        """Whether it is the end of a stage, or of a tenth of it, and measuring has taken little."""
        if step == stage.steps:
            return True
        tenths = [round(stage.steps * i / _MEASURED) for i in range(1, _MEASURED)]
        elapsed = time.monotonic() - self._started
        return step in tenths and self._measuring_seconds <= _MEASURING_SHARE * elapsed

    def _place(self, number: int, trainer: Trainer) -> dict[str, Any]:
        done = self._first_step(number) + trainer.step
        return {"stage": number, "step": trainer.step, "done": done}

    def _progress(self, number: int, trainer: Trainer, loss: float) -> Progress:
        done = self._first_step(number) + trainer.step
        elapsed = time.monotonic() - self._started - self._measuring_seconds
        seconds = elapsed / (done - self._first_done)
        left = seconds * (self.total - done)
        return Progress(self.stages[number].name, done, self.total, loss, left)

    def _first_step(self, number: int) -> int:
        return sum(stage.steps for stage in self.stages[:number])

    def _result_path(self, number: int) -> Path:
        return self._folder / RESULTS.replace("*", str(number))
