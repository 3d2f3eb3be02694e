"""Starts a scheduler here and asks SLURM for 16 workers with a GPU each, until Ctrl-C."""

import threading

from dask_jobqueue import SLURMCluster

if __name__ == "__main__":
    cluster = SLURMCluster(
        queue="gpu",
        account="nas",
        walltime="24:00:00",
        cores=1,
        processes=1,
        job_cpu=8,
        memory="32GB",
        job_extra_directives=["--gres=gpu:1"],
        job_script_prologue=["source /shared/dynas/bin/activate"],
        python="python",
        worker_extra_args=[
            "--resources",
            "GPU=1",
            "--lifetime",
            "23h",
            "--lifetime-stagger",
            "30m",
        ],
        local_directory="$TMPDIR",
        scheduler_options={"port": 8786},
    )
    cluster.scale(jobs=16)
    print(cluster.job_script())
    print(f"dynas-studio search search.yaml --cluster {cluster.scheduler_address}", flush=True)
    threading.Event().wait()
