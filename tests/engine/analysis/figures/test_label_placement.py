import numpy as np
import pytest

from engine.analysis.figures.label_placement import HEIGHT, SIDES, WIDTH, TextLabels, place_labels


def meet(one, other):
    return all(one[i] < other[i + 2] and other[i] < one[i + 2] for i in (0, 1))


def placed(words, points=()):
    where = np.array(points, dtype=float).reshape(-1, 2)
    return [word.box(side) for word, side in zip(words, place_labels(words, where), strict=True)]


def test_a_word_with_room_stands_where_it_is_wished():
    assert place_labels([TextLabels(0.5, 0.5, ("knee",), 13)], np.empty((0, 2))) == [SIDES[0]]
    listed = TextLabels(0.5, 0.5, ("#12",), 16, "bottom right")
    assert place_labels([listed], np.empty((0, 2))) == ["bottom right"]


@pytest.mark.parametrize("seed", range(20))
def test_words_of_neighbours_never_meet(seed):
    rng = np.random.default_rng(seed)
    at = 0.5 + rng.uniform(-0.1, 0.1, (3, 2))
    lines = [("knee", "weights"), ("pseudo-weights",), ("trade-off",)]
    words = [TextLabels(x, y, text, 13.5) for (x, y), text in zip(at, lines, strict=True)]
    boxes = placed(words, at)
    assert not any(meet(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_the_words_of_one_point_never_meet():
    marked = TextLabels(0.5, 0.5, ("knee",), 13.5)
    boxes = placed([marked, TextLabels(0.5, 0.5, ("#7",), 16, SIDES[0])])
    assert not meet(*boxes)


@pytest.mark.parametrize("corner", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_words_in_a_corner_stay_in_the_chart(corner):
    [box] = placed([TextLabels(*corner, ("pseudo-weights",), 13.5)])
    assert box[0] > -30
    assert box[2] < WIDTH + 30
    assert box[1] > -20
    assert box[3] < HEIGHT + 20


def test_words_keep_off_points_where_they_can():
    points = [(0.5 - i / 50, 0.5 + i / 40) for i in range(1, 6)]  # all of the upper left
    [box] = placed([TextLabels(0.5, 0.5, ("knee",), 13.5)], [(0.5, 0.5), *points])
    spots = [np.array([x * WIDTH - 5, y * HEIGHT - 5, x * WIDTH + 5, y * HEIGHT + 5])
             for x, y in points]  # fmt: skip
    assert not any(meet(box, spot) for spot in spots)
