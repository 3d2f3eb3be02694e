import numpy as np
from sklearn.tree import DecisionTreeRegressor

from engine.compat.sklearn import tree_predictions
from tests.compat import changed


def test_trees_say_what_scikit_learn_has_them_say():
    rng = np.random.default_rng(0)
    features, values = rng.random((60, 5)), rng.random(60)
    trees = [DecisionTreeRegressor(random_state=n).fit(features[n:], values[n:]) for n in range(3)]
    fresh = rng.random((20, 5))
    expected = np.array([tree.predict(fresh) for tree in trees])
    assert np.array_equal(tree_predictions(trees, fresh), expected), changed(
        "scikit-learn", "engine/compat/sklearn.py"
    )
