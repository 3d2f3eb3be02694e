"""Which workers of a cluster have the resources that a measurement takes."""

from collections.abc import Mapping
from dataclasses import replace

from engine.cluster.base import ClusterState, ClusterWorker, idle_sentence


def with_resources(state: ClusterState, needed: Mapping[str, float]) -> ClusterState:
    """The state with as many slots as there are resources for measurements that take `needed`.

    A worker that has too little for one measurement has a problem.
    """
    if not needed or not state.workers:
        return state
    workers = tuple(_limited(worker, needed) for worker in state.workers)
    reason = state.waiting_reason
    if not reason and all(worker.problem for worker in workers):
        reason = idle_sentence(workers)
    return replace(state, workers=workers, waiting_reason=reason)


def _limited(worker: ClusterWorker, needed: Mapping[str, float]) -> ClusterWorker:
    if worker.problem:
        return worker
    for name, amount in needed.items():
        if (has := worker.resources.get(name, 0.0)) < amount:
            what = f"{has:g} {name} of {amount:g}" if has else f"no resource {name}"
            return replace(
                worker,
                problem=f'It has {what}. Start it with --resources "{name}={amount:g}".',
            )
    slots = min(int(worker.resources[name] / amount) for name, amount in needed.items())
    return replace(worker, slots=min(worker.slots, slots))
