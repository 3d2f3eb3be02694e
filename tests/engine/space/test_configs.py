import ast
import csv
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import SpaceError
from engine.space import Gene, SearchSpace, mbconv_space
from engine.supernets.ofa.spaces import mobilenet_v3_space, proxyless_space, resnet50_space
from tests.engine.supernets.ofa.reference import REFERENCE, needs_reference

SPACE = mbconv_space(stages=3, blocks=4)
MOBILE, RESNET = mobilenet_v3_space(), resnet50_space()
MIXED = SearchSpace(
    (
        Gene("act", ("relu", "gelu"), kind="categorical"),
        Gene("width", range(16, 513, 16)),
        Gene("ratio", (0.65, 0.8, 1.0)),
        Gene("skip", (False, True)),
    )
)


def refused(space, **change):
    with pytest.raises(SpaceError) as error:
        space.encode({**space.to_config(space.largest), **change})
    return str(error.value)


def accepted(space, **change):
    genotype = space.encode({**space.to_config(space.largest), **change})
    np.testing.assert_array_equal(genotype, space.largest)


def test_entries_that_say_nothing_or_are_fixed_are_accepted():
    accepted(SPACE, wid=None)
    accepted(MOBILE, wid=None, r=[224])
    accepted(MOBILE, r=224)
    accepted(proxyless_space(), d=[4] * 5)


def test_what_a_space_implies_is_accepted_and_not_written():
    space = replace(SPACE, implied=(("r", (28,)),))
    accepted(space, r=[28])
    accepted(space, r=28)
    assert "r" not in space.to_config(space.largest)
    assert "r ends with 224, but this space has 28 fixed there" in refused(space, r=[224])


@pytest.mark.parametrize("value", [[8], 8, "int8", [], False])
def test_a_key_that_is_no_gene_is_refused(value):
    assert refused(MOBILE, q_bits=value) == (
        "This space has no 'q_bits': it has ks, e, d, wid, r. Choose the supernet that has it, or "
        "leave it out."
    )


def test_fixed_entries_must_not_differ():
    assert "wid is 0.5, but this space has None fixed there" in refused(MOBILE, wid=0.5)
    assert "r ends with 160, but this space has 224 fixed" in refused(MOBILE, r=160)
    assert "r ends with 224, 224, but" in refused(MOBILE, r=[224, 224])
    assert "d ends with 2, but this space has 1 fixed" in refused(
        proxyless_space(), d=[4] * 5 + [2]
    )


def test_surplus_entries_are_refused():
    sentence = "ks has 21 entries, and this space has 20. Choose the supernet that fits."
    assert refused(MOBILE, ks=[7] * 21) == sentence
    proxyless = proxyless_space()
    with pytest.raises(SpaceError):
        MOBILE.encode(proxyless.to_config(proxyless.largest))


def test_a_group_of_one_gene_may_be_given_without_its_list():
    space = resnet50_space((160, 224))
    accepted(space, r=224)
    accepted(MIXED, act="relu", width=np.int64(512), ratio=1.0, skip=True)
    assert "no entry d[0]" in refused(space, d=2)


@pytest.mark.parametrize("value", [None, 0, -1, "none", 9.5, [3], float("nan"), {"a": 1}])
def test_anything_may_stand_where_a_gene_is_switched_off(value):
    config = SPACE.to_config(SPACE.smallest)
    config["ks"][3] = config["e"][2] = value
    np.testing.assert_array_equal(SPACE.encode(config), SPACE.smallest)


SWITCHING = SearchSpace(
    (
        Gene("mixer", ("conv", "attention", "none"), kind="categorical"),
        Gene("heads", (1, 2, 4), switch=0, needs="attention"),
        Gene("kernel", (3, 5, 7), switch=0, needs="conv"),
        Gene("kernel", (3, 5, 7), switch=2, needs=5),
    )
)


@pytest.mark.parametrize("entry", [None, 0, [], [None, None], "none", {}, np.zeros(0)])
def test_a_group_that_is_switched_off_may_hold_anything_or_be_left_out(entry):
    off = [2, 0, 0, 0]
    np.testing.assert_array_equal(SWITCHING.encode({"mixer": "none"}), off)
    config = {"mixer": "none", "heads": None, "kernel": entry}
    np.testing.assert_array_equal(SWITCHING.encode(config), off)
    with pytest.raises(SpaceError, match=r"^The config has no entry heads\[0\]\. Give a list"):
        SWITCHING.encode({**config, "mixer": "attention"})


def test_switched_off_genes_at_the_end_of_a_group_may_be_left_out():
    np.testing.assert_array_equal(SWITCHING.encode({"mixer": "conv", "kernel": [3]}), [0, 0, 0, 0])
    with pytest.raises(SpaceError, match=r"no entry kernel\[1\]"):
        SWITCHING.encode({"mixer": "conv", "kernel": [5]})
    with pytest.raises(SpaceError, match="kernel has 3 entries, and this space has 2"):
        SWITCHING.encode({"mixer": "none", "kernel": [5, 5, 5]})


@pytest.mark.parametrize("width", [1.0, 0.65, 0.8, np.float64(1.0), 2.0])
def test_a_ratio_is_not_taken_for_the_index_of_one(width):
    sentence = refused(RESNET, w=[width] * 6)
    assert sentence.startswith(
        f"w[0] = {float(width)} is not in the space: w holds the indices 0, 1, 2 of"
    )
    assert "of the width multipliers 0.65, 0.8, 1.0. Write them as whole numbers: " in sentence
    assert sentence.endswith({0.65: "0 for 0.65.", 0.8: "1 for 0.8."}.get(width, "2 for 1.0."))


def test_numbers_of_numpy_are_numbers():
    accepted(RESNET, w=np.full(6, 2), e=np.full(18, 0.35), d=tuple([np.int32(2)] * 5))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ratio": [1]}, "ratio[0] = 1 is not in the space: ratio holds numbers with decimals. "
         "Write 1.0."),
        ({"ratio": [2]}, "ratio[0] = 2 is not in the space. Choose from 0.65, 0.8, 1.0."),
        ({"width": [32.0]}, "width[0] = 32.0 is not in the space: width holds whole numbers. "
         "Write 32."),
        ({"width": [33]}, "width[0] = 33 is not in the space. Choose a whole number from 16 to "
         "512 in steps of 16."),
        ({"skip": [1]}, "skip[0] = 1 is not in the space: skip holds truth values. Write True."),
        ({"act": ["silu"]}, "act[0] = 'silu' is not in the space. Choose from relu, gelu."),
        ({"act": [0]}, "act[0] = 0 is not in the space. Choose from relu, gelu."),
        ({"act": None}, "The config has no entry act[0]. Give a list for each of act, width, "
         "ratio, skip."),
        ({"width": [10**400]}, "width[0] = a whole number of about 401 digits is not in the space. "
         "Choose a whole number from 16 to 512 in steps of 16."),
    ],
)  # fmt: skip
def test_a_value_names_a_choice_of_its_own_type_alone(change, sentence):
    assert refused(MIXED, **change) == sentence


def test_true_and_one_and_one_point_zero_are_three_values():
    spaces = [SearchSpace((Gene("a", choices),)) for choices in ((0, 1), (0.5, 1.0), (False, True))]
    for space, choice in zip(spaces, (1, 1.0, True), strict=True):
        for value in (1, 1.0, True):
            if type(value) is type(choice):
                assert space.encode({"a": [value]}).tolist() == [1]
            else:
                assert f"Write {choice}." in refused(space, a=[value])


def test_where_some_choices_have_decimals_whole_ones_may_have_them():
    space = SearchSpace((Gene("ratio", (0.5, 1)),))
    assert space.encode({"ratio": [1.0]}).tolist() == space.encode({"ratio": [1]}).tolist() == [1]


@pytest.mark.parametrize("config", [None, 5, [1, 2], "ks"])
def test_a_config_is_a_mapping(config):
    with pytest.raises(SpaceError, match="Give a mapping with a list for each of ks, e, d"):
        SPACE.encode(config)


def test_a_genotype_of_another_space_is_not_written():
    for genotype in (SPACE.largest + 1, -1 - SPACE.smallest, SPACE.largest[:-1]):
        with pytest.raises(SpaceError, match="are of another space: this one has 27 genes"):
            SPACE.to_config(genotype)


@needs_reference
def test_every_published_config_is_read():
    files = sorted((REFERENCE / "published").glob("*.csv"))
    assert files
    for file in files:
        with file.open() as lines:
            rows = list(csv.DictReader(lines))
        for row in rows:
            config = ast.literal_eval(row["Sub-network"])
            written = MOBILE.to_config(MOBILE.encode(config))
            assert (written["d"], written["r"]) == (config["d"], config["r"])
