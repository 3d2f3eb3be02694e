from engine.count_text import count_text


def test_counted_things_agree_with_their_number():
    assert count_text(1, "sub-network") == "1 sub-network"
    assert count_text(0, "run") == "0 runs"
    assert count_text(20_000, "run") == "20,000 runs"
