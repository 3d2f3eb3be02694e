import pytest

from benchmarks.published_accuracies import VARIANTS, errors, published
from benchmarks.published_landscape import REFERENCE
from engine.supernets.registry import load

LOGS = REFERENCE / "published"
pytestmark = pytest.mark.skipif(
    not LOGS.is_dir(), reason=f"{LOGS} is not there: set DYNAS_REFERENCE to the published logs."
)


def test_networks_and_sums_of_genes_predict_measured_accuracies_better():
    space = load("ofa_mbv3_d234_e346_k357_w1.0").space
    genotypes, accuracy = published(space)
    assert genotypes.shape == (1045, 45)
    whole, plain = (VARIANTS[name][0] for name in ("as it is", "no networks"))
    features = space.features_with_totals(genotypes), space.features(genotypes)
    kinds = space.kinds_with_totals, space.kinds
    error, tau = errors(whole, features[0], kinds[0], accuracy, 60, 0)
    worse, lower = errors(plain, features[1], kinds[1], accuracy, 60, 0)
    assert error < 0.8 * worse
    assert tau > lower + 0.02
