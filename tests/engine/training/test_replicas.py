"""Training in several processes: shares of a batch, and gradients that are averaged."""

import itertools
import os
import socket

import numpy as np
import pytest
import torch
from torch import multiprocessing

from engine.supernets.builtin import fashion_mnist
from engine.supernets.builtin.network import FashionMobileNetV3
from engine.tasks.images.image_set import normalise
from engine.training.replicas import ALONE, Replicas, joined
from engine.training.training import sandwich_step

SMALLEST = {"ks": [3] * 12, "e": [3] * 12, "d": [2] * 3}


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("n", [0, 1, 7, 128])
def test_shares_are_all_of_a_batch_and_differ_by_one_at_most(n, count):
    parts = [list(range(n))[Replicas(rank, count).share(n)] for rank in range(count)]
    assert list(itertools.chain(*parts)) == list(range(n))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_process_that_torchrun_has_not_started_trains_alone(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined("cpu") as replicas:
        assert replicas is ALONE
    network = torch.nn.Linear(1, 1)
    assert ALONE.wrap(network) is network
    assert ALONE.mean(2.5) == 2.5
    assert ALONE.device("cuda") == "cuda"


def _gradients(replicas):
    """The gradients of the first and of the last layer, of this process' share of eight images."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    network = FashionMobileNetV3().eval()  # batch statistics would couple the images
    images = fashion_mnist.load_shipped("validation").take(np.arange(8))
    share = replicas.share(8)
    x = normalise(images.images[share], torch.device("cpu"), fashion_mnist.KIND)
    labels = torch.from_numpy(images.labels[share].astype(np.int64))
    loss = replicas.mean(sandwich_step(network, x, labels, [SMALLEST], replicas.wrap(network)))
    weights = next(network.parameters()), network.classifier.linear.weight
    return loss, *(weight.grad.numpy() for weight in weights)


def _train(rank, port, queue):
    os.environ |= {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
    }  # fmt: skip
    with joined("cpu") as replicas:
        queue.put(_gradients(replicas))
        replicas.wait()


def test_two_processes_have_the_gradients_of_one_with_the_whole_batch():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    processes = [context.Process(target=_train, args=(rank, port, queue)) for rank in range(2)]
    for process in processes:
        process.start()
    results = [queue.get(timeout=120) for _ in processes]
    for process in processes:
        process.join(60)
    expected = _gradients(ALONE)
    for result in results:
        for value, other in zip(result, expected, strict=True):
            np.testing.assert_allclose(value, other, rtol=1e-3, atol=1e-6)
