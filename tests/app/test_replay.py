import numpy as np

from app.replay.component import steps


def test_steps_say_from_when_a_value_holds():
    assert steps(np.array([1, 1, 2, 2, 1])) == ((1, 1), (3, 2), (5, 1))
    assert steps(np.array([])) == ()
