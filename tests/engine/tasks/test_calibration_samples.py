import torch

from engine.tasks.calibration_samples import resampled

BATCHES = [torch.arange(0.0, 50.0), torch.arange(50.0, 80.0)]


def test_each_batch_keeps_its_size_and_draws_from_its_own_inputs():
    for drawn, batch in zip(resampled(BATCHES, 1), BATCHES, strict=True):
        assert drawn.shape == batch.shape
        assert set(drawn.tolist()) < set(batch.tolist())


def test_a_seed_has_one_sample_and_others_have_others():
    first, again, other = (torch.cat([*resampled(BATCHES, seed)]) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_all_tensors_of_a_batch_keep_their_rows_together():
    batch = {"a": torch.arange(20), "b": -torch.arange(20), "mask": torch.ones(3), "name": "x"}
    (drawn,) = resampled([batch], 0)
    assert torch.equal(drawn["a"], -drawn["b"])
    assert torch.equal(drawn["mask"], batch["mask"])
    assert drawn["name"] == "x"
