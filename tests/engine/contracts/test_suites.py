"""A sound supernet breaks no rule; each rule finds what breaks it, in a sentence."""

import pytest
import torch

from engine import metrics
from engine.contracts import check_supernet, outcomes
from engine.contracts.suites import SUITES
from engine.evaluation_settings import EvaluationSettings
from tests.engine.contracts import offered

BROKEN = {
    "Training": ("supernet", "in training mode"),
    "Random": ("supernet", "other outputs the second time"),
    "Sharing": ("supernet", "both share memory"),
    "Miscounting": ("supernet", "if they are counted"),
    "Backwards": ("supernet", "Write the choices of each gene in ascending order"),
    "Boundless": ("supernet", "better than the ideal"),
    "TooCheap": ("supernet", "bounds: hypervolume of macs starts at 5, and the sub-networks have "),
    "TooDear": ("supernet", "bounds: the ideal of macs is 500, and the sub-networks have "),
    "TooGood": ("supernet", "bounds: hypervolume of worry starts at 1e-12, and the sub-networks"),
    "Anonymous": ("supernet", "'' cannot be the name of a supernet. Use up to 80 letters, digits"),
    "Spaced": ("supernet", "'my net/2' cannot be the name of a supernet"),
    "Taken": ("supernet", "'ofa_resnet50' is a supernet that comes with the engine"),
    "Unsteady": ("supernet", "fingerprint differs from call to call"),
    "Idle": ("supernet", "(bias, whole network) changes nothing"),
    "Failing": ("supernet", "KeyError"),
    "Unweighted": ("supernet", "/nowhere/weights.pt cannot be read"),
    "TooFew": ("task", "dimension has to be 3"),
    "Drawn": ("task", "other numbers each time"),
    "Impossible": ("task", "below the lowest possible value"),
    "Changing": ("task", "draw nothing at random"),
    "NotCalibrated": ("task", "gives no batches for calibration"),
    "HeldOutAgain": ("task", "Hold out data that no search sees"),
    "HeldOutInWords": ("task", "nothing is measured on it"),
    "Nameless": ("task", "origin is empty"),
    "Unexplained": ("task", "The option 'depth' of the supernet has no explanation"),
}


@pytest.fixture(autouse=True)
def apart(brief_timing):
    torch.manual_seed(1)
    yield
    metrics._restored.clear()


def test_nothing_is_wrong_with_a_sound_supernet():
    assert [str(finding) for finding in check_supernet(offered.Sound(), thorough=True)] == []


def test_every_rule_is_told_of_whether_it_holds_or_not():
    titles = [outcome.rule for outcome in outcomes(offered.Sound(), thorough=True)]
    assert titles[1:] == [rule.title for rule in SUITES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_rule_is_found(name):
    kind, words = BROKEN[name]
    findings = check_supernet(getattr(offered, name)(), thorough=name == "Idle")
    assert [finding for finding in findings if finding.of == kind and words in finding.text], (
        findings
    )
    assert all(finding.text.rstrip().endswith((".", "`")) for finding in findings), findings


def test_settings_that_cannot_be_kept_to_are_a_finding():
    (finding, *_) = check_supernet(offered.Sound(), EvaluationSettings(task={"colour": 1}))
    assert "task_options.colour" in finding.text
