"""How well measured ImageNet accuracies are predicted, by what the predictor knows of genes.

The accuracies are those of DyNAS-T's published logs of Once-for-All's MobileNetV3 w1.0, 1,045
different sub-networks measured on 50,000 images. Prints, after so many random rows, the error on
all the others in points of top-1 and Kendall's tau of the best 40 % of them, as means over random
choices of rows. Writes benchmarks/results/published_accuracies.json.
"""

import ast
import json

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.command_line import given_numbers
from benchmarks.published_landscape import REFERENCE
from benchmarks.sample_efficiency import RESULTS
from engine.predictors.gaussian_process import Posterior
from engine.predictors.marginal_likelihood import MarginalLikelihood
from engine.predictors.quality import kendall_tau
from engine.space import Genotypes, SearchSpace
from engine.supernets.registry import load

SHOWN_AT = (25, 60, 120, 250)
_LOGS = ("linasnsga2", "evonsga2")
_BEST = 0.4

Values = npt.NDArray[np.float64]


VARIANTS: dict[str, tuple[tuple[str, ...], bool]] = {
    "as it is": ((), True),
    "no closeness": (("smooth",), True),
    "no networks": (("network",), True),
    "no sums of genes as features": ((), False),
    "neither networks nor sums of genes": (("network",), False),
}
"""Parts that the kernel is without, and whether sums of genes are features."""


def published(space: SearchSpace) -> tuple[Genotypes, Values]:
    """`(n, genes)` distinct sub-networks and their `(n,)` measured top-1 in %."""
    found: dict[bytes, tuple[Genotypes, float]] = {}
    for log in _LOGS:
        table = pd.read_csv(REFERENCE / f"published/mbnv3w10_{log}_acc_macs.csv")
        for words, top1 in zip(table["Sub-network"], table["Top-1 Acc (%)"], strict=True):
            config = {group: ast.literal_eval(words)[group] for group in ("ks", "e", "d")}
            genotype = space.canonical(space.encode(config))
            found.setdefault(space.key(genotype), (genotype, float(top1)))
    genotypes, accuracy = zip(*found.values(), strict=True)
    return np.array(genotypes), np.array(accuracy)


def errors(
    without: tuple[str, ...], features: Values, kinds: Genotypes, accuracy: Values, rows: int,
    seed: int,
) -> tuple[float, float]:  # fmt: skip
    """The root mean squared error on what was not learnt, and tau of its best."""
    order = np.random.default_rng(seed).permutation(len(accuracy))
    known, others = order[:rows], order[rows:]
    centre, spread = accuracy[known].mean(), accuracy[known].std()
    values = (accuracy[known] - centre) / spread
    kernel = MarginalLikelihood(features[known], values, kinds, without).optimal_kernel()
    said = centre + spread * Posterior(kernel, features[known], values).mean(features[others])
    truth = accuracy[others]
    best = np.argsort(-truth)[: int(_BEST * len(truth))]
    return float(np.sqrt(np.mean((said - truth) ** 2))), kendall_tau(said[best], truth[best])


def main(seeds: int = 6) -> None:
    """Every variant with every number of rows and every seed."""
    if not (REFERENCE / f"published/mbnv3w10_{_LOGS[0]}_acc_macs.csv").exists():
        print(f"The published logs are not in {REFERENCE}: set DYNAS_REFERENCE to their folder.")
        return
    space = load("ofa_mbv3_d234_e346_k357_w1.0").space
    genotypes, accuracy = published(space)
    result: dict[str, dict[str, list[float]]] = {}
    print(f"{'error in points, tau of the best':36}" + "".join(f"{n:>16}" for n in SHOWN_AT))
    for name, (without, sums) in VARIANTS.items():
        features = space.features_with_totals(genotypes) if sums else space.features(genotypes)
        kinds = space.kinds_with_totals if sums else space.kinds
        result[name] = {
            str(rows): list(
                np.mean(
                    [
                        errors(without, features, kinds, accuracy, rows, seed)
                        for seed in range(seeds)
                    ],
                    axis=0,
                )
            )
            for rows in SHOWN_AT
        }
        cells = "".join(f"{e:10.3f}{t:6.2f}" for e, t in result[name].values())
        print(f"{name:36}{cells}", flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "published_accuracies.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, choices=6))
