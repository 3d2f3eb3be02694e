import gc

import pytest

from engine.runs.collecting import no_collection


def test_blocks_may_overlap_and_the_collector_is_on_again_after_the_last():
    assert gc.isenabled()
    with no_collection():
        with no_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_is_on_again_after_an_error():
    with pytest.raises(ValueError, match="unreadable"), no_collection():
        raise ValueError("unreadable")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with no_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_made_in_numbers_is_left_out_of_later_collections():
    before = gc.get_freeze_count()
    try:
        with no_collection():
            few = [[] for _ in range(100)]
        assert gc.get_freeze_count() == before
        with no_collection():
            many = [[] for _ in range(200_000)]
        assert gc.get_freeze_count() >= before + len(few) + len(many)
    finally:
        gc.unfreeze()
