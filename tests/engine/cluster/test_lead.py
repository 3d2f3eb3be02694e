"""How many measurements wait on a cluster, so that no worker waits for the next."""

from engine.cluster.lead import Lead


def lead(*seconds):
    made = Lead()
    for one in seconds:
        made.note(one)
    return made


def test_nothing_is_sent_early_before_anything_was_measured():
    assert lead().of(1000) == 0


def test_the_shorter_a_measurement_the_more_are_sent_early():
    assert [lead(seconds).of(64) for seconds in (60.0, 1.0, 0.1)] == [0, 9, 64]


def test_one_long_measurement_changes_little():
    assert lead(*[1.0] * 10, 10.0).of(64) == 6
