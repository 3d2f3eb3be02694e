from dataclasses import replace

import pytest

from engine.analysis.suggestions import suggest
from engine.metrics import metric
from tests.engine.records import evaluation

OBJECTIVES = [metric("acc"), metric("macs")]
EVEN = {"acc": 5.0, "macs": 5.0}
FRONT = [
    evaluation(acc, macs, number=number)
    for number, (acc, macs) in enumerate(
        [(86.0, 3e6), (86.5, 3.2e6), (90.0, 4e6), (90.4, 6e6), (90.6, 9e6)], 1
    )
]


def by_title(suggestions):
    return {suggestion.title: suggestion.numbers for suggestion in suggestions.suggestions}


def test_a_bent_front_has_all_kinds_of_suggestions():
    suggestions = suggest(FRONT, OBJECTIVES, EVEN)
    assert by_title(suggestions) == {
        "Good balance (knee)": (3,),
        "Hard to improve on (high trade-off)": (3,),
        "Best for your weights": (3,),
        "Most like your weights (pseudo-weights)": (3,),
    }
    assert suggestions.notes == ()
    assert suggestions.marks == {3: "knee, trade-off, weights, pseudo-weights"}


def test_each_has_one_sentence_with_its_numbers():
    reasons = {
        suggestion.title: suggestion.reason
        for suggestion in suggest(FRONT, OBJECTIVES, EVEN).suggestions
    }
    assert reasons["Good balance (knee)"] == (
        "Beyond it, more of one objective costs the most of the others: 0.60 points below the "
        "best in Top-1 accuracy and "
        "1.00 M MACs above the best in MACs."
    )
    assert (
        "your weights are Top-1 accuracy 50 %, MACs 50 %"
        in reasons["Most like your weights (pseudo-weights)"]
    )
    assert all(reason.count(".") == reason.count("0.") + reason.count("1.00") + 1
               for reason in reasons.values())  # fmt: skip


def test_weights_that_nobody_gave_are_called_equal():
    suggestions = suggest(FRONT, OBJECTIVES)
    assert by_title(suggestions)["Best for equal weights"] == (3,)
    texts = [suggestion.title + suggestion.reason for suggestion in suggestions.suggestions]
    assert not [text for text in texts if "your" in text.lower()]


@pytest.mark.parametrize(("heavy", "number"), [("acc", 5), ("macs", 1)])
def test_weights_of_one_objective_alone_lead_to_its_best(heavy, number):
    titles = by_title(suggest(FRONT, OBJECTIVES, {heavy: 10.0}))
    assert (
        titles["Best for your weights"]
        == titles["Most like your weights (pseudo-weights)"]
        == (number,)
    )


def test_an_empty_rest_says_what_to_do():
    suggestions = suggest([], OBJECTIVES, EVEN)
    assert suggestions.suggestions == ()
    assert "Loosen one" in suggestions.notes[0]


@pytest.mark.parametrize("count", [1, 2])
def test_a_small_front_has_no_knee_and_says_why(count):
    suggestions = suggest(FRONT[:count], OBJECTIVES, EVEN)
    assert set(by_title(suggestions)) == {
        "Best for your weights",
        "Most like your weights (pseudo-weights)",
    }
    assert "three sub-networks or more" in suggestions.notes[0]


def test_one_objective_has_one_best():
    suggestions = suggest(FRONT[-1:], OBJECTIVES[:1], {"acc": 5.0})
    assert by_title(suggestions) == {"Best Top-1 accuracy": (5,)}


def test_nothing_is_suggested_that_does_not_remain():
    remaining = FRONT[:2] + FRONT[3:]
    suggestions = suggest(remaining, OBJECTIVES, EVEN)
    assert set(suggestions.marks) <= {e.number for e in remaining}


ON_FEW_IMAGES = [replace(e, quality_conditions={"inputs": 5000}) for e in FRONT]


def test_what_is_equal_within_noise_is_named_beside_what_is_suggested():
    titles = by_title(suggest(ON_FEW_IMAGES, OBJECTIVES, {"acc": 10.0}))
    assert titles["Best for your weights"] == (5,)
    assert titles["Equal within noise to #5 (weights), and leaner"] == (4,)
    (equal,) = [
        s
        for s in suggest(ON_FEW_IMAGES, OBJECTIVES, {"acc": 10.0}).suggestions
        if "equal" in s.mark
    ]
    assert equal.mark == "equal to weights"
    assert equal.reason == (
        "It is 0.20 points below #5 in Top-1 accuracy, less than the standard error of the "
        "difference (0.59 points); 3.00 M MACs less."
    )


def test_a_value_within_noise_of_the_best_is_called_so():
    nearly_best = suggest(ON_FEW_IMAGES[2:4], OBJECTIVES, {"macs": 10.0}).suggestions[0]
    assert "equal within noise to the best in Top-1 accuracy" in nearly_best.reason
