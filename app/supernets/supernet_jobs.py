"""Background jobs of the page: downloads, checks and trials."""

from dataclasses import replace

from app.background import Job
from app.session import jobs, requirement_records, service
from app.supernets.checklist import ChecklistRow
from engine.evaluation.record import Evaluation
from engine.evaluation_settings import OptionValues
from engine.options import fields
from engine.requirements import QualitySource
from engine.runs import readiness
from engine.supernets.base import EvaluationSettings, Supernet

Key = tuple[str, ...]


def download_key(row: ChecklistRow) -> Key:
    """The key of the job that downloads the requirement of a row."""
    return ("download", row.requirement.key)


def check_key(row: ChecklistRow) -> Key:
    """The key of the job that checks a row."""
    return ("check", row.requirement.key, row.location)


def trial_key(supernet: Supernet, source: QualitySource) -> Key:
    """The key of the job that measures a random sub-network with the current paths."""
    return ("trial", supernet.name, repr(trial_settings(supernet, source)))


def trial_settings(supernet: Supernet, source: QualitySource) -> EvaluationSettings:
    """The evaluation settings of a trial: those of a search, with less data."""
    return requirement_records().settings(supernet, source, trial=True)


def trial_options_text(supernet: Supernet) -> str:
    """The options in which a trial differs from a search, as text; empty if none."""
    labels = {option.name: option.label for option in fields(supernet.task.Options)}
    sentences = [f"{labels[name]}: {value}." for name, value in supernet.task.trial_options.items()]
    return "".join(f" {sentence}" for sentence in sentences)


def without_option(settings: EvaluationSettings, option: str) -> EvaluationSettings:
    """The settings without an option such as `supernet.weights_path`, for the official file."""
    owner, _, name = option.partition(".")
    if owner == "supernet":
        return replace(settings, supernet=_without_key(settings.supernet, name))
    if owner == "task":
        return replace(settings, task=_without_key(settings.task, name))
    return settings


def _without_key(options: OptionValues, excluded: str) -> OptionValues:
    return {name: value for name, value in options.items() if name != excluded}


def start_download(supernet: Supernet, row: ChecklistRow) -> None:
    """Start a job that downloads the official file of a row and checks it."""
    requirement, records = row.requirement, requirement_records()
    settings = without_option(records.settings(supernet, requirement.serves), requirement.option)

    def work(job: Job) -> None:
        supernet.fetch(settings, job.report)
        readiness.check_requirement(records, supernet.name, requirement, job.report, job.cancelled)

    jobs().discard(download_key(row))
    jobs().submit_with_progress(download_key(row), work)


def start_check(supernet: Supernet, row: ChecklistRow) -> None:
    """Start a job that reads and checks all of the files of a row."""
    requirement, records = row.requirement, requirement_records()

    def work(job: Job) -> None:
        job.report(f"Checking the {requirement.title.lower()}", 0, None)
        readiness.check_requirement(records, supernet.name, requirement, job.report, job.cancelled)

    jobs().discard(check_key(row))
    jobs().submit_with_progress(check_key(row), work)


def start_trial(supernet: Supernet, source: QualitySource) -> None:
    """Start a job that measures a random sub-network."""
    engine, settings = service(), trial_settings(supernet, source)
    key = trial_key(supernet, source)
    jobs().discard(key)
    jobs().submit_with_progress(
        key, lambda job: engine.side_measurements.try_out(supernet.name, settings, job.cancelled)
    )


def trial_result(key: Key) -> Evaluation | None:
    """The evaluation of a trial; None unless it has succeeded."""
    job = jobs().get(key)
    has_result = job is not None and job.done() and job.exception() is None
    return job.result() if job is not None and has_result else None


def running_jobs(keys: list[Key]) -> list[Key]:
    """The keys of the jobs that have not ended."""
    jobs_by_key = ((key, jobs().get(key)) for key in keys)
    return [key for key, job in jobs_by_key if job is not None and not job.done()]
