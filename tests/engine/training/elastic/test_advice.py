import pytest

from engine.training.elastic.advice import advice_sentence, advised_way, way_costs


@pytest.mark.parametrize(
    ("sizes", "objectives", "way"),
    [
        (1, 2, "prune"), (2, 2, "prune"), (3, 2, "chain"), (20, 2, "chain"), (21, 2, "train"),
        (None, 2, "train"), (3, 3, "train"),
    ],
)  # fmt: skip
def test_the_number_of_sizes_and_of_objectives_decides(
    sizes: int | None, objectives: int, way: str
) -> None:
    assert advised_way(sizes, objectives) == way


def test_costs_are_shares_of_the_original_training() -> None:
    costs = {cost.way: cost for cost in way_costs(2, 2, 100)}
    assert {way: cost.seconds for way, cost in costs.items()} == {
        "prune": 2 * 0.25 * 100,
        "chain": 2 * 0.08 * 100,
        "train": 100,
    }
    assert [way for way, cost in costs.items() if cost.is_advised] == ["prune"]
    assert all(cost.sentence for cost in costs.values())
    assert {cost.basis for cost in costs.values()} == {""}


def test_without_a_number_of_sizes_it_is_said_of_how_many_the_costs_are() -> None:
    assert [cost.basis for cost in way_costs(None, 2, 100)] == ["a size", "for 10 sizes", ""]


def test_each_advice_is_one_sentence_with_its_command() -> None:
    for sizes, objectives, command in (
        (1, 2, "elastic prune"), (7, 2, "elastic chain"), (21, 2, "elastic train"),
        (None, 2, "elastic train"), (3, 3, "elastic train"),
    ):  # fmt: skip
        sentence = advice_sentence(sizes, objectives)
        assert command in sentence
        assert sentence.count(".") == 1
