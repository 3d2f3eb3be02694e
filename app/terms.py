"""Explanations of terms, shown as help texts on the pages.

`app.documentation.links` says where the documentation explains each of them further.
"""

TERMS = {
    "front": (
        "The Pareto front: the measured sub-networks that no other one beats in every objective, "
        "the ones worth choosing from."
    ),
    "hypervolume": (
        "The share of a fixed box of objective values that the front dominates: one number, from "
        "0 to 1, for how good a front is."
    ),
    "parallel": (
        "A line is one sub-network; where it crosses an axis is its value there. Lines that are "
        "brushed on one axis show what goes with them on the others."
    ),
    "importance": (
        "How much worse a metric is predicted when these genes, such as depths or kernel sizes, "
        "are exchanged between sub-networks."
    ),
    "predictors": (
        "Small models that learn from measured sub-networks to estimate a metric of all others; "
        "Kendall's tau is 1 where they rank perfectly, 0 by chance."
    ),
}
