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
        "are exchanged between sub-networks. Before that is computed, the share of the metric's "
        "variance that goes with them."
    ),
    "slice": (
        "A metric over the choices of one gene. Where the bars of two choices do not overlap, the "
        "choice is likely to matter."
    ),
    "contour": (
        "The median of a metric for each pair of choices of two genes: how they work together."
    ),
    "distribution": (
        "The share of the sub-networks that has at most a value. A search that learns moves the "
        "curve of its second half towards the better side."
    ),
    "correlation": (
        "How much two metrics rank the sub-networks alike: 1 where both agree, -1 where one rises "
        "as the other falls, 0 where neither tells anything of the other."
    ),
    "timeline": (
        "When each evaluation ran and on which worker, and which failed or were reused. Gaps are "
        "times in which a worker had nothing to do."
    ),
    "predictors": (
        "Small models that learn from measured sub-networks to estimate a metric of all others; "
        "Kendall's tau is 1 where they rank perfectly, 0 by chance."
    ),
}
