import pytest

from engine.evaluation.measurement_future import (
    MeasurementFuture,
    host_of,
    name_on_host,
    worker_name,
)


def test_a_future_tells_who_measures_and_who_ended_before():
    future = MeasurementFuture()
    assert (future.worker, future.began, future.running()) == ("", None, False)
    future.begin("first")
    began = future.began
    assert future.running()
    future.begin("second")
    assert (future.worker, future.lost_workers) == ("second", ("first",))
    assert future.began >= began
    future.wait_again()  # as when the scheduler was lost, not the worker
    assert (future.worker, future.began, future.lost_workers) == ("", None, ("first",))
    future.begin("third")
    assert future.lost_workers == ("first",)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("", "tcp://10.0.0.3:4312"), ("tcp://10.0.0.3:4312", "tcp://10.0.0.3:4312"), ("a · b",) * 2],
)
def test_the_name_of_a_worker_of_another_machine_has_its_host_and_what_its_owner_calls_it(
    name, shown
):
    recorded = worker_name("gpu03", "tcp://10.0.0.3:4312", name)
    assert (host_of(recorded), name_on_host(recorded)) == ("gpu03", shown)
    assert recorded.endswith(" · tcp://10.0.0.3:4312"), "two workers may have one name"


def test_a_process_of_this_machine_has_no_host():
    assert (host_of("process 4711"), name_on_host("process 4711")) == ("", "process 4711")
