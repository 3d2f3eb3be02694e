import gc

import pytest

from engine.runs.garbage_collection import without_garbage_collection


def test_blocks_may_overlap_and_the_collector_is_on_again_after_the_last():
    assert gc.isenabled()
    with without_garbage_collection():
        with without_garbage_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_is_on_again_after_an_error():
    with pytest.raises(ValueError, match="unreadable"), without_garbage_collection():
        raise ValueError("unreadable")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with without_garbage_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_made_in_numbers_is_left_out_of_later_collections():
    before = gc.get_freeze_count()
    try:
        with without_garbage_collection():
            few = [[] for _ in range(100)]
        assert gc.get_freeze_count() == before
        with without_garbage_collection():
            many = [[] for _ in range(200_000)]
        assert gc.get_freeze_count() >= before + len(few) + len(many)
    finally:
        gc.unfreeze()
