"""Searches on a cluster of this machine alone: two workers, one measurement each."""

from dask.distributed import LocalCluster

from dynas_studio import NAS, NASConfig

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1) as cluster:
        place = {"cluster": cluster.scheduler_address, "workers": 2}
        front = NAS(NASConfig(dynas={"num_evals": 20, "population": 10, **place})).search()
    print(front.to_dataframe())
