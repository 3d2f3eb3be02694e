"""Sentences on workers that share a problem."""

from engine.cluster.worker_notes import remark_sentences, unused_sentences


def test_a_problem_is_said_once_with_some_of_the_hosts_that_have_it():
    old, other = "It has torch 1.0.", "It has no supernet."
    pairs = [(f"gpu{i // 2}", old) for i in range(9)] + [("gpu9", other), ("gpu9", "")]
    assert unused_sentences(pairs) == [
        "9 workers on gpu0, gpu1, gpu2 and 2 more hosts are not used: each has torch 1.0.",
        "1 worker on gpu9 is not used: it has no supernet.",
    ]
    assert unused_sentences(pairs[:8])[0].startswith(
        "8 workers on gpu0, gpu1, gpu2 and 1 more host "
    )


def test_a_remark_says_whose_it_is():
    assert remark_sentences([("a", ""), ("b", "It is new."), ("b", "It is new.")]) == [
        "2 workers on b: each is new."
    ]


def test_a_sentence_on_one_worker_is_said_of_several():
    files = "Its source files are not those of this machine. Install the same release."
    resources = 'It has no resource GPU. Start it with --resources "GPU=1".'
    assert unused_sentences([("a", files), ("b", files), ("a", resources), ("b", resources)]) == [
        "2 workers on a, b are not used: their source files are not those of this machine. "
        "Install the same release.",
        "2 workers on a, b are not used: each has no resource GPU. Start each with --resources "
        '"GPU=1".',
    ]
    assert unused_sentences([("a", "Timed out.")]) == ["1 worker on a is not used: Timed out."]
