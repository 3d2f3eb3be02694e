"""What every search space must do, whatever genes it has; and spaces of all kinds to try it on."""

import json
import math
from itertools import product

import numpy as np
import yaml
from hypothesis import strategies as st

from engine.space import Gene, SearchSpace

ENUMERATED = 3000  # encodings of a space that is enumerated
SAMPLED = 60


def raw_genotypes(space, n=SAMPLED, seed=0):
    """`(n, genes)` genotypes as they come, genes without effect included; all of a small space."""
    if math.prod(space.choices.tolist()) <= ENUMERATED:
        return np.array(list(product(*map(range, space.choices))), dtype=np.int64)
    return np.random.default_rng(seed).integers(0, space.choices, (n, len(space.genes)))


def is_enumerable(space):
    return math.prod(space.choices.tolist()) <= ENUMERATED


def size_is_what_counting_gives(space):
    if is_enumerable(space):
        assert len(np.unique(space.canonical(raw_genotypes(space)), axis=0)) == space.size
        assert len(space.all_genotypes()) == space.size


def canonical_form_is_idempotent_and_keeps_what_has_an_effect(space):
    rows = raw_genotypes(space)
    canonical_rows = space.canonical(rows)
    np.testing.assert_array_equal(space.canonical(canonical_rows), canonical_rows)
    np.testing.assert_array_equal(space.active(canonical_rows), space.active(rows))
    is_active = space.active(rows)
    np.testing.assert_array_equal(canonical_rows[is_active], rows[is_active])
    assert not canonical_rows[~is_active].any()


def a_gene_is_on_where_its_switch_is_on_and_meets_its_needs(space):
    rows = raw_genotypes(space)
    is_active = space.active(rows)
    for index, gene in enumerate(space.genes):
        if gene.switch is None:
            assert is_active[:, index].all()
            continue
        values = [space.genes[gene.switch].choices[int(i)] for i in rows[:, gene.switch]]
        values_text = not isinstance(gene.needs, int | float)
        is_met = np.array([v in gene.needs if values_text else v >= gene.needs for v in values])
        np.testing.assert_array_equal(is_active[:, index], is_active[:, gene.switch] & is_met)


def keys_are_equal_for_equal_networks_alone(space):
    rows = raw_genotypes(space)
    keys = space.keys(rows)
    forms = [tuple(row) for row in space.canonical(rows)]
    assert len(set(keys)) == len(set(forms)) == len(set(zip(keys, forms, strict=True)))
    np.testing.assert_array_equal(space.genotypes_from_keys(keys), space.canonical(rows))


def configs_are_read_back(space):
    for row in raw_genotypes(space)[:: max(1, len(raw_genotypes(space)) // SAMPLED)]:
        config = space.to_config(row)
        stored_configs = [
            config,
            json.loads(json.dumps(config)),
            yaml.safe_load(yaml.safe_dump(config)),
        ]
        for stored_config in stored_configs:
            assert stored_config == config
            np.testing.assert_array_equal(space.encode(stored_config), space.canonical(row))


def what_stands_where_a_gene_is_off_does_not_matter(space):
    for row in raw_genotypes(space)[:20]:
        config, position = space.to_config(row), {}
        is_active = space.active(row[None])[0]
        for gene, active in zip(space.genes, is_active, strict=True):
            index = position[gene.group] = position.get(gene.group, -1) + 1
            if not active:
                config[gene.group][index] = [None, 0, "nothing", -1e300][index % 4]
        np.testing.assert_array_equal(space.encode(config), space.canonical(row))


def features_tell_networks_apart(space):
    forms = np.unique(space.canonical(raw_genotypes(space)), axis=0)
    features = space.features(forms)
    assert len(np.unique(features, axis=0)) == len(forms)
    assert features.min() >= 0
    assert features.max() <= 1
    assert features.shape[1] == len(space.kinds)
    learnt = space.features_with_totals(forms)
    assert learnt.shape[1] == len(space.kinds_with_totals)
    np.testing.assert_array_equal(learnt[:, : features.shape[1]], features)


def features_are_zero_where_a_gene_is_off(space):
    rows = raw_genotypes(space)
    gene = np.repeat(np.arange(len(space.genes)), space._feature_code.columns)
    there = np.add.reduceat(space.features(rows), np.flatnonzero(np.diff(gene, prepend=-1)), axis=1)
    np.testing.assert_array_equal(there > 0, space.active(rows))


def samples_are_new_and_cover_a_small_space(space):
    rng, excluded_keys = np.random.default_rng(1), set()
    few = min(space.size, 200)
    for count in (1, few - 1 - few // 2, few // 2):
        genotypes = space.sample_new(max(count, 0), rng, excluded_keys)
        keys = space.keys(genotypes) if len(genotypes) else []
        assert len(set(keys)) == len(keys) == max(count, 0)
        assert not excluded_keys & set(keys)
        np.testing.assert_array_equal(space.canonical(genotypes), genotypes)
        excluded_keys |= set(keys)
    if space.size <= 200:
        assert len(excluded_keys) == space.size
        assert len(space.sample_new(1, rng, excluded_keys)) == 0


def numbers_are_networks(space):
    numbers = [*range(min(space.size, 50)), space.size - 1, space.size // 2]
    genotypes = space.genotypes_by_number(numbers)
    np.testing.assert_array_equal(space.canonical(genotypes), genotypes)
    assert (genotypes >= 0).all()
    assert (genotypes < space.choices).all()
    assert len(set(space.keys(genotypes))) == len(set(numbers))


CONTRACT = (
    size_is_what_counting_gives,
    canonical_form_is_idempotent_and_keeps_what_has_an_effect,
    a_gene_is_on_where_its_switch_is_on_and_meets_its_needs,
    keys_are_equal_for_equal_networks_alone,
    configs_are_read_back,
    what_stands_where_a_gene_is_off_does_not_matter,
    features_tell_networks_apart,
    features_are_zero_where_a_gene_is_off,
    samples_are_new_and_cover_a_small_space,
    numbers_are_networks,
)

WHOLE = st.integers(-(10**6), 10**6)
DECIMAL = st.floats(-1e3, 1e3, allow_nan=False).map(lambda x: round(x, 3) + 0.0)
TEXT = st.text("aeiouxyz_- 10:#é😀'\"[]{},", min_size=1, max_size=6)


def tuples_of(values, most):
    return st.lists(values, min_size=1, max_size=most, unique_by=lambda v: v).map(tuple)


@st.composite
def genes_alone(draw, most):
    """Keywords of a gene without a condition."""
    kind = draw(st.sampled_from(["ordinal", "range", "categorical", "categorical numbers"]))
    if kind == "range":
        start, step = draw(WHOLE), draw(st.integers(1, 1000) | st.integers(-1000, -1))
        return {"choices": range(start, start + step * draw(st.integers(1, most)), step)}
    if kind == "categorical":
        return {"choices": draw(tuples_of(TEXT, most)), "kind": "categorical"}
    numbers = draw(tuples_of(WHOLE, most) | tuples_of(WHOLE | DECIMAL, most))
    if kind == "categorical numbers":
        return {"choices": numbers, "kind": "categorical"}
    arguments = {"choices": tuple(sorted(numbers))}
    if draw(st.booleans()):
        others = draw(tuples_of(WHOLE, 2))
        aliases = [v for v in others if v not in numbers]
        arguments["aliases"] = tuple((v, draw(st.sampled_from(numbers))) for v in aliases)
    return arguments


@st.composite
def spaces(draw, most_genes=6, most_choices=5):
    """Small spaces of all kinds: conditions form trees, and point forward and back."""
    count = draw(st.integers(1, most_genes))
    order = draw(st.permutations(range(count)))
    gene_arguments = [draw(genes_alone(most_choices)) for _ in range(count)]
    for position, index in enumerate(order):
        if position and draw(st.booleans()):
            switch = order[draw(st.integers(0, position - 1))]
            choices = gene_arguments[switch]["choices"]
            gene_arguments[index]["switch"] = switch
            if gene_arguments[switch].get("kind") == "categorical" or draw(st.booleans()):
                gene_arguments[index]["needs"] = draw(tuples_of(st.sampled_from(choices), 3))
            else:
                gene_arguments[index]["needs"] = draw(st.sampled_from(choices))
    groups = [draw(st.sampled_from("ab")) for _ in gene_arguments]
    return SearchSpace(
        tuple(
            Gene(group, **arguments)
            for group, arguments in zip(groups, gene_arguments, strict=True)
        ),
        leading=draw(st.sampled_from([(), (("wid", None),)])),
        trailing=draw(st.sampled_from([(), (("r", (224,)),), (("a", (1, 2)), ("r", (0.5,)))])),
    )


LARGE = {
    "two wide ranges": SearchSpace((Gene("w", range(2**31)), Gene("w", range(1, 401)))),
    "a range that switches": SearchSpace(
        (Gene("w", range(2**31), switch=1, needs=2**30), Gene("d", range(0, 2**31, 1)))
    ),
    "300 ordinals": SearchSpace((Gene("w", tuple(range(300))), Gene("b", (0, 1)))),
    "2,000 categories": SearchSpace(
        (Gene("op", tuple(f"op{i}" for i in range(2000)), kind="categorical"),)
    ),
    "800 sub-networks": SearchSpace((Gene("w", range(1, 401)), Gene("k", (3, 5)))),
    "a chain of twenty": SearchSpace(
        tuple(
            Gene("s", (0, 1, 2), switch=i + 1 if i < 19 else None, needs=1 if i < 19 else 0)
            for i in range(20)
        )
    ),
    "more than a floating-point number counts": SearchSpace((Gene("w", range(2**31)),) * 40),
}
"""Spaces that are too large, wide or deep to be drawn by chance."""
