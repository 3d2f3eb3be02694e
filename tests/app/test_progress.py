import pytest

from app.background import Job, JobProgress
from app.progress import progress_text


@pytest.mark.parametrize(
    ("kind", "state", "text"),
    [
        ("download", JobProgress(), "Connecting · 0 s"),
        (
            "download",
            JobProgress("w1.0", 3_100_000, 30_500_000),
            "Downloading w1.0 · 3.1 of 30.5 MB · 0 s",
        ),
        ("download", JobProgress("w1.0", 3_100_000), "Downloading w1.0 · 3.1 MB · 0 s"),
        (
            "check",
            JobProgress("Opening images", 1_200, 5_000),
            "Opening images · 1,200 of 5,000 · 0 s",
        ),
        ("trial", JobProgress(), "Measuring one random sub-network · 0 s"),
    ],
)
def test_progress_says_what_is_done_how_far_and_for_how_long(kind, state, text):
    assert progress_text(kind, Job(progress=state)) == text


def test_cancelled_work_is_ending():
    job = Job()
    job.cancel()
    assert progress_text("check", job) == "Ending"
