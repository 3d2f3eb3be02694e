"""Starts a scheduler on the first host and two workers on each other one, until Ctrl-C."""

import threading

from dask.distributed import SSHCluster

HOSTS = ["scheduler", "node1", "node2"]

if __name__ == "__main__":
    cluster = SSHCluster(
        HOSTS,
        connect_options={"username": "me"},
        scheduler_options={"port": 8786},
        worker_options={"nthreads": 1, "n_workers": 2, "memory_limit": 0},
        remote_python="/opt/dynas/bin/python",
    )
    print(f"dynas-studio search search.yaml --cluster {cluster.scheduler_address}", flush=True)
    threading.Event().wait()
