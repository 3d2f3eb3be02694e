"""What is used of the protocol of Dask: a worker runs a function on another one."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from distributed import Worker


async def run_on(
    worker: "Worker", address: str, function: Callable[..., Awaitable[Any]], *arguments: Any
) -> Any:
    """What an asynchronous `function` returns in the worker at `address`, called from `worker`.

    It is the operation that `Client.run` has workers do. Raises the error of the function, or
    OSError if the worker does not answer.
    """
    from distributed.core import clean_exception
    from distributed.protocol.pickle import dumps

    answer = await worker.rpc(address).run(
        function=dumps(function), args=dumps(arguments), kwargs=dumps({}), wait=True
    )
    if answer["status"] != "OK":
        error: BaseException | None = clean_exception(**answer)[1]
        raise error or OSError(f"{address} does not answer")
    return answer["result"]
