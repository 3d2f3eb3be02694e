from engine.evaluation.measurement_future import MeasurementFuture, host_of, worker_name


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


def test_the_host_is_in_the_name_of_a_worker_of_another_machine():
    assert host_of(worker_name("gpu03", "tcp://10.0.0.3:4312")) == "gpu03"
    assert host_of("process 4711") == ""
