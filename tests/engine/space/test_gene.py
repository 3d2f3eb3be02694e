import numpy as np
import pytest

from engine.errors import SpaceError
from engine.space import Gene, IndexedValues, Part, SearchSpace, choice_text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"choices": ()}, "The gene 'g' has no choices."),
        ({"choices": range(5, 5)}, "The gene 'g' has no choices."),
        ({"choices": (3, 5, 3)}, "The gene 'g' has the choice 3 twice."),
        ({"choices": (0, False)}, "has the choice False, as 0 twice"),
        ({"choices": (1, 1.0)}, "has the choice 1.0, as 1 twice"),
        ({"choices": "relu"}, "has the choices 'relu'. Give a tuple or a range"),
        ({"choices": 5}, "has the choices 5. Give a tuple or a range"),
        ({"choices": (1, float("nan"))}, "has the choice nan. Choices are finite numbers"),
        ({"choices": (1, float("inf"))}, "has the choice inf. Choices are finite numbers"),
        ({"choices": (1, None)}, "has the choice None. Choices are finite numbers"),
        ({"choices": ((1, 2), 3)}, "has the choice (1, 2). Choices are finite numbers"),
        ({"choices": (1, 10**30)}, "Choices are finite numbers, whole ones up to 2^53"),
        ({"choices": range(10**30, 10**30 + 2)}, "Choices are finite numbers, whole ones up to"),
        ({"choices": ("a", "b\n"), "kind": "categorical"}, "or texts of printable characters"),
        ({"choices": range(2**31 + 1)}, "has 2,147,483,649 choices. 2,147,483,648 are the most"),
        ({"choices": range(10**30)}, "choices. 2,147,483,648 are the most"),
        ({"choices": ("relu", "gelu")}, "has the choice 'relu', and texts have no order. Add kind"),
        ({"choices": (1, "relu")}, "has the choice 'relu', and texts have no order"),
        ({"choices": {1, 2}}, "has the choices {1, 2}. Give a tuple or a range"),
        ({"choices": frozenset({"relu", "gelu"}), "kind": "categorical"}, "has the choices froz"),
        ({"choices": (3, 1, 2)}, "has the choice 2 out of order. Sort the choices, or add"),
        ({"choices": (0.5, 0.2, 1)}, "has the choice 0.2 out of order"),
        ({"choices": (1, 2), "kind": "range"}, "has the kind 'range'. Choose 'ordinal' or"),
        ({"choices": (1, 2), "kind": "nominal"}, "has the kind 'nominal'"),
        ({"choices": range(3), "kind": "ordinal"}, "is a range, but of kind 'ordinal'"),
        ({"choices": range(10_001), "kind": "categorical"}, "is categorical with 10,001 choices"),
        ({"choices": (1, 2), "needs": 2}, "has needs, but no switch"),
        ({"choices": (1, 2), "switch": 1, "needs": float("nan")}, "needs nan. Give a finite"),
        ({"choices": (1, 2), "switch": 1, "needs": None}, "needs None. Give a number, or a tuple"),
        ({"choices": (1, 2), "switch": 1, "needs": ((),)}, "needs (), which no gene can be"),
        ({"choices": (0, 2), "aliases": ((1, 3),)}, "has an alias for 3, which is none of its"),
        ({"choices": (0, 2), "aliases": ((2, 0),)}, "has 2 as an alias and as another name"),
        ({"choices": (0, 2), "aliases": ((1, 0), (1, 2))}, "has 1 as an alias and as another"),
        ({"choices": (0, 2), "aliases": (1, 0)}, "has the aliases (1, 0). Give pairs"),
        ({"choices": (1, 2), "role": "kernal"}, "has the role 'kernal'. Choose kernel, expansion, "
         "width, depth, heads, resolution, rank or other."),
        ({"choices": (1, 2), "role": None}, "has the role None. Choose kernel"),
        ({"choices": (1, 2), "role": ["depth"]}, "has the role ['depth']. Choose kernel"),
        ({"choices": (0.5, 1.0), "role": "resolution"}, "has the role resolution and the choice "
         "0.5. Give whole numbers of pixels"),
        ({"choices": range(9), "role": "resolution"}, "the choice 0. Give whole numbers"),
        ({"choices": ("a", "b"), "kind": "categorical", "role": "resolution"}, "the choice 'a'"),
        ({"choices": (1, 2), "part": None}, "is of the part None. Name it in up to 60"),
        ({"choices": (1, 2), "part": " layer 1"}, "is of the part ' layer 1'. Name it"),
        ({"choices": (1, 2), "part": "layer\n1"}, "is of the part 'layer\\n1'. Name it"),
        ({"choices": (1, 2), "part": "l" * 61}, "Name it in up to 60 printable characters"),
        ({"choices": (1, 2), "role": "depth", "kept_from": (1, 3)}, "kept_from (1, 3). Give each"),
        ({"choices": (1, 2), "role": "depth", "kept_from": ("a",)}, "kept_from ('a',). Give each"),
        ({"choices": (1, 2), "role": "depth", "kept_from": 2}, "kept_from 2. Give a tuple"),
        ({"choices": range(9), "role": "depth", "kept_from": (2, 1)}, "the choice 3, but counts 2"),
        ({"choices": (1, 2), "role": "width", "kept_from": (2, 1)}, "for a gene with the role"),
        ({"choices": (0, 3), "index_of": IndexedValues("widths", (0.5, 1.0))},
         "has the choice 3, which is no index of the 2 widths"),
    ],
)  # fmt: skip
def test_a_gene_that_cannot_be_is_refused_by_name(arguments, sentence):
    with pytest.raises(SpaceError) as error:
        Gene("g", **arguments)
    assert sentence in str(error.value)
    assert str(error.value).startswith("The gene 'g' ")


@pytest.mark.parametrize("group", ["", None, 5, "a\nb"])
def test_a_gene_has_a_name(group):
    with pytest.raises(SpaceError, match=r"A gene's group is .* Give it a name"):
        Gene(group, (1, 2))


A = Gene("a", (1, 2, 3))
ACT = Gene("act", ("relu", "gelu"), kind="categorical")


@pytest.mark.parametrize(
    ("genes", "sentence"),
    [
        ((A, Gene("k", (1, 2), switch=2)), r"k\[0\] \(number 1 from 0\) has the switch 2, and"),
        ((A, A, Gene("a", (1, 2), switch=-1)), r"a\[2\] \(number 2 from 0\) has the switch -1"),
        ((A, Gene("k", (1, 2), switch="a")), r"k\[0\] .* has the switch 'a'\. Give a gene's index"),
        ((A, Gene("k", (1, 2), switch=True)), r"has the switch True"),
        ((A, Gene("k", (1, 2), switch=1)), r"k\[0\] .* is its own switch"),
        (
            (Gene("k", (1, 2), switch=1, needs=1), Gene("k", (1, 2), switch=2, needs=1),
             Gene("d", (1, 2), switch=0, needs=1)),
            r"k\[0\] .* in a circle: k\[0\] by k\[1\] by d\[0\] by k\[0\]\. Cut it",
        ),
        ((A, Gene("k", (1, 2), 0, 4)), r"k\[0\] .* needs 4 or more of its switch 'a', which no "
         "choice of it is. Choose from 1, 2, 3"),
        ((Gene("w", range(1, 401)), Gene("k", (1, 2), 0, 401)), "needs 401 or more .* Choose a "
         "whole number from 1 to 400"),
        ((A, Gene("k", (1, 2), 0, (3, 4))), r"k\[0\] .* needs 4 of its switch 'a', which no"),
        ((A, Gene("k", (1, 2), 0, ())), r"k\[0\] .* needs one of no values of its switch 'a'"),
        ((ACT, Gene("k", (1, 2), 0, "silu")), "needs 'silu' of its switch 'act', which no choice"),
        ((ACT, Gene("k", (1, 2), 0, 1)), "needs 1 of its switch 'act', whose choices have no"),
        ((), "The space has no genes"),
        (("ks", "e"), "Number 0 of the genes is 'ks'. Give a Gene"),
        (None, "The space has None as genes"),
    ],
)  # fmt: skip
def test_conditions_that_cannot_be_are_refused_by_the_gene(genes, sentence):
    with pytest.raises(SpaceError, match=sentence):
        SearchSpace(genes)


@pytest.mark.parametrize(
    ("fixed", "sentence"),
    [
        ({"leading": (("a", (1,)),)}, "has 'a' as leading, and as a gene's group or as fixed"),
        ({"leading": (("r", (1,)),), "trailing": (("r", (1,)),)}, "has 'r' as leading, and as"),
        ({"leading": (("r", (1,)),), "implied": (("r", (1,)),)}, "has 'r' as implied, and as"),
        ({"trailing": (("r", (1,)), ("r", (2,)))}, "has 'r' as trailing twice"),
        ({"trailing": (("a", None),)}, "has None as trailing after the genes 'a'"),
        ({"leading": ("wid",)}, "has 'wid' as leading. Give pairs"),
        ({"trailing": (("r", 224),)}, r"has \('r', 224\) as trailing. Give pairs"),
    ],
)
def test_fixed_entries_that_cannot_be_written_are_refused(fixed, sentence):
    with pytest.raises(SpaceError, match=sentence):
        SearchSpace((A,), **fixed)


def test_a_chain_is_off_where_its_beginning_is():
    """a switches b, b switches c."""
    space = SearchSpace((Gene("a", (0, 1)), Gene("b", (0, 1), 0, 1), Gene("c", (0, 1), 1, 1)))
    canonical_rows = space.canonical(np.array([0, 1, 1]))
    assert canonical_rows.tolist() == space.canonical(canonical_rows).tolist() == [0, 0, 0]
    assert space.size == len(space.all_genotypes()) == 4


def test_needs_may_name_values_of_a_switch_with_or_without_an_order():
    space = SearchSpace(
        (
            Gene("op", ("conv", "pool", "skip", "attention"), kind="categorical"),
            Gene("heads", (1, 2, 4), switch=0, needs="attention"),
            Gene("kernel", (3, 5), switch=0, needs=("conv", "pool")),
            Gene("dilation", range(1, 4), switch=2, needs={5}),
        )
    )
    assert space.size == 3 + 1 + 2 * (1 + 3)
    is_active = space.active(np.array([[0, 1, 1, 2], [2, 1, 1, 2], [3, 1, 1, 2]]))
    assert is_active.tolist() == [
        [True, False, True, True],
        [True] + [False] * 3,
        [True, True, False, False],
    ]


def test_values_that_are_not_neighbours_switch_too():
    space = SearchSpace((Gene("a", (1, 2, 3, 4, 5)), Gene("k", (3, 5), 0, (1, 3, 5))))
    assert space.size == 3 * 2 + 2
    assert space.active(np.array([[i, 1] for i in range(5)]))[:, 1].tolist() == [1, 0, 1, 0, 1]


def test_a_falling_range_switches_at_its_beginning():
    space = SearchSpace((Gene("a", range(9, 0, -2)), Gene("k", (3, 5), 0, 4.5)))
    assert space.active(np.array([[i, 1] for i in range(5)]))[:, 1].tolist() == [1, 1, 1, 0, 0]


def test_a_range_is_never_written_out():
    gene = Gene("w", range(2**31))
    space = SearchSpace((gene, Gene("w", range(5, 6, 2))))
    assert gene.choices == range(2**31)
    assert (gene.kind, gene.highest) == ("range", 2**31 - 1)
    assert space.features(space.largest).shape == (1, 16 + 1)
    assert space.encode({"w": [2**31 - 1, 5]}).tolist() == [2**31 - 1, 0]
    assert gene.values(np.array([0, 2**31 - 1])).tolist() == [0, 2**31 - 1]


def test_a_range_of_few_is_learnt_as_the_same_numbers_in_a_tuple():
    rows = np.arange(16)[:, None]
    features = [
        SearchSpace((Gene("w", choices),)).features(rows)
        for choices in (range(16), tuple(range(16)))
    ]
    np.testing.assert_array_equal(*features)


def test_choices_of_a_category_are_equally_far_apart():
    space = SearchSpace((Gene("act", ("relu", "gelu", "silu"), kind="categorical"),))
    np.testing.assert_array_equal(space.features(np.arange(3)[:, None]), np.eye(3))


def test_of_many_categories_each_choice_is_counted():
    space = SearchSpace((ACT,) * 5)
    totals = space.features_with_totals(np.array([[0, 0, 1, 0, 1]]))[0, 10:]
    np.testing.assert_allclose(totals, np.array([3, 2]) / np.sqrt(5))


def test_a_category_has_no_ends():
    space = SearchSpace((ACT, Gene("d", (1, 2, 3))))
    assert (space.smallest.tolist(), space.largest.tolist()) == ([0, 0], [0, 2])
    assert space.ordered.tolist() == [False, True]
    assert [gene.highest for gene in space.genes] == [None, 3]


@pytest.mark.parametrize(
    ("choice", "text"),
    [(3, "3"), (0.35, "0.35"), (1.0, "1"), (1234567, "1234567"), (0.12345678, "0.12345678"),
     ("relu", "relu"), (True, "True")],
)  # fmt: skip
def test_choices_are_written_so_that_they_can_be_told_apart(choice, text):
    assert choice_text(choice) == text


def test_a_role_is_found_whatever_its_group_is_called():
    space = SearchSpace(
        (
            Gene("r", (2, 4), role="rank", part="layer 1"),
            Gene("r", (2, 4), role="rank", part="layer 2"),
            Gene("px", (16, 32), role="resolution"),
        )
    )
    assert (space.genes_of("rank"), space.genes_of("resolution")) == ((0, 1), (2,))
    assert space.genes_of("depth") == ()
    config = {"r": [4, 4], "px": [32]}
    assert space.value_of("resolution", config) == 32
    assert space.value_of("resolution", space.encode(config)) == 32
    assert space.value_of("resolution", (1, 1, 0)) == 16
    assert space.value_of("rank", config) is None, "there are two"
    assert space.value_of("depth", config) is None
    with pytest.raises(SpaceError):
        space.value_of("resolution", {"r": [4, 4], "px": [64]})


def test_a_gene_that_is_off_has_no_value():
    space = SearchSpace(
        (Gene("many", (0, 1)), Gene("side", (16, 32), switch=0, needs=1, role="resolution"))
    )
    assert space.value_of("resolution", (0, 0)) is None
    assert space.value_of("resolution", (1, 0)) == 16


def test_images_have_one_resolution():
    with pytest.raises(SpaceError, match="The genes 'a' and 'b' both have the role resolution"):
        SearchSpace(tuple(Gene(group, (1, 2), role="resolution") for group in "ab"))


def test_role_and_part_change_neither_keys_nor_configs_nor_features():
    plain = SearchSpace((A, Gene("k", (1, 2), 0, 2)))
    annotated = SearchSpace(
        (
            Gene("a", (1, 2, 3), role="depth", part="stage 1"),
            Gene("k", (1, 2), 0, 2, role="kernel", part="stage 1 block 2"),
        )
    )
    rows = plain.all_genotypes()
    assert plain.keys(rows) == annotated.keys(rows)
    np.testing.assert_array_equal(plain.features(rows), annotated.features(rows))
    assert [plain.to_config(row) for row in rows] == [annotated.to_config(row) for row in rows]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("", Part("")),
        ("stage 2", Part("stage 2")),
        ("stage 2 block 3", Part("stage 2", "block", 3)),
        ("Layer 4", Part("", "layer", 4)),
        ("encoder layer 4 query", Part("encoder", "layer", 4, "query")),
        ("layer 4 block 2", Part("layer 4", "block", 2)),
        ("block three", Part("block three")),
    ],
)
def test_parts_are_read(words, part):
    assert Part.read(words) == part
