"""What the page does in the background: downloads, checks and trials."""

from dataclasses import replace

from app.background import Job
from app.session import jobs, remembered, service
from app.supernets.checklist import Row
from engine.evaluation.record import Evaluation
from engine.evaluation_settings import OptionValues
from engine.options import fields
from engine.requirements import QualitySource
from engine.runs import readiness
from engine.supernets.base import EvaluationSettings, Supernet

Key = tuple[str, ...]


def download_key(row: Row) -> Key:
    """The key of the job that downloads what a row needs."""
    return ("download", row.requirement.key)


def check_key(row: Row) -> Key:
    """The key of the job that checks a row."""
    return ("check", row.requirement.key, row.place)


def trial_key(supernet: Supernet, source: QualitySource) -> Key:
    """The key of the job that measures a random sub-network with the paths that are given now."""
    return ("trial", supernet.name, repr(trial_settings(supernet, source)))


def trial_settings(supernet: Supernet, source: QualitySource) -> EvaluationSettings:
    """How a trial measures: as a search would, with less data."""
    return remembered().settings(supernet, source, trial=True)


def trial_remark(supernet: Supernet) -> str:
    """How the options of a trial differ from those of a search; empty if they do not."""
    labels = {known.name: known.label for known in fields(supernet.task.Options)}
    told = [f"{labels[name]}: {value}." for name, value in supernet.task.trial_options.items()]
    return "".join(f" {sentence}" for sentence in told)


def without(settings: EvaluationSettings, option: str) -> EvaluationSettings:
    """The same without an option, such as `supernet.weights_path`: the official file counts."""
    owner, _, name = option.partition(".")
    if owner == "supernet":
        return replace(settings, supernet=_but(settings.supernet, name))
    if owner == "task":
        return replace(settings, task=_but(settings.task, name))
    return settings


def _but(options: OptionValues, left_out: str) -> OptionValues:
    return {name: value for name, value in options.items() if name != left_out}


def start_download(supernet: Supernet, row: Row) -> None:
    """Fetch the official file of a row, then check it."""
    needed, memory = row.requirement, remembered()
    settings = without(memory.settings(supernet, needed.serves), needed.option)

    def work(job: Job) -> None:
        supernet.fetch(settings, job.report)
        readiness.check_requirement(memory, supernet.name, needed, job.report, job.cancelled)

    jobs().forget(download_key(row))
    jobs().follow(download_key(row), work)


def start_check(supernet: Supernet, row: Row) -> None:
    """Read all of what a row names."""
    needed, memory = row.requirement, remembered()

    def work(job: Job) -> None:
        job.report(f"Checking the {needed.title.lower()}", 0, None)
        readiness.check_requirement(memory, supernet.name, needed, job.report, job.cancelled)

    jobs().forget(check_key(row))
    jobs().follow(check_key(row), work)


def start_trial(supernet: Supernet, source: QualitySource) -> None:
    """Measure a random sub-network."""
    engine, settings = service(), trial_settings(supernet, source)
    key = trial_key(supernet, source)
    jobs().forget(key)
    jobs().follow(
        key, lambda job: engine.side_measurements.try_out(supernet.name, settings, job.cancelled)
    )


def trial_result(key: Key) -> Evaluation | None:
    """What the trial measured, if it has ended well."""
    job = jobs().get(key)
    ended = job is not None and job.done() and job.exception() is None
    return job.result() if job is not None and ended else None


def under_way(keys: list[Key]) -> list[Key]:
    """Those of the jobs that have not ended."""
    found = ((key, jobs().get(key)) for key in keys)
    return [key for key, job in found if job is not None and not job.done()]
