"""A worker of Dask runs a function on another one, as the compatibility layer has it."""

import asyncio

import pytest

from engine.compat.dask import run_on

distributed = pytest.importorskip("distributed")


async def _halve(value):
    if value % 2:
        raise ValueError("it is odd")
    return value // 2


async def _halve_there(address, value, dask_worker):
    return await run_on(dask_worker, address, _halve, value)


def test_a_worker_runs_a_function_on_another_one():
    async def answers(values):
        async with (
            distributed.LocalCluster(
                n_workers=2, processes=False, dashboard_address=":0", asynchronous=True
            ) as cluster,
            distributed.Client(cluster, asynchronous=True) as client,
        ):
            one, two = cluster.scheduler.workers
            runs = [
                client.run(_halve_there, two, value, workers=[one], on_error="return")
                for value in values
            ]
            return [(await run)[one] for run in runs]

    half, error = asyncio.run(answers([8, 7]))
    assert half == 4
    assert (type(error), str(error)) == (ValueError, "it is odd")
