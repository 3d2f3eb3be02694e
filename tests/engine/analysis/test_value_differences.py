import pytest

from engine.analysis.value_differences import delta
from engine.metrics import metric


@pytest.mark.parametrize(
    ("name", "first", "second", "words"),
    [
        ("acc", 91.20, 91.55, "+0.35 points, better"),
        ("acc", 91.20, 90.85, "−0.35 points, worse"),
        ("acc", 91.20, 91.219, "equal within noise"),
        ("acc", 91.20, 91.181, "equal within noise"),
        ("acc", 91.20, 91.22, "+0.02 points, better"),
        ("acc", 91.20, 91.20, "same"),
        ("macs", 6e6, 4.5e6, "−1.50 M MACs (−25 %), better"),
        ("macs", 6e6, 6e6 + 1, "+1 MACs (+0 %), worse"),
        ("lat", 10.0, 12.0, "+2 ms (+20 %), worse"),
        ("params", 0, 1000, "+1.00 k params, worse"),
    ],
)
def test_differences_have_a_sign_and_a_word(name, first, second, words):
    assert delta(metric(name), first, second).words == words


@pytest.mark.parametrize(("first", "second"), [(None, 1.0), (1.0, None), (1.0, float("nan"))])
def test_nothing_is_said_of_what_is_not_known(first, second):
    assert delta(metric("lat"), first, second).verdict == ""


def test_a_difference_below_its_standard_error_is_none():
    acc = metric("acc")
    assert delta(acc, 91.0, 91.5, 0.57).words == "equal within noise"
    assert delta(acc, 91.0, 91.6, 0.57).words == "+0.60 points, better"
    assert delta(metric("macs"), 5e6, 4e6, 0.57).verdict == "better"
