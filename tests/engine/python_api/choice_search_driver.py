"""A search of six combinations of choices, for tests."""

from engine import NAS, NASConfig


def evaluate(config):
    if config["rate"] is None:
        return {"score": 0.0, "seconds": 1.0}
    return {"score": config["width"] * config["rate"], "seconds": float(config["width"])}


def search(tmp_path, config=None, **functions):
    space = {"width": [1, 2, 3], "rate": [None, 0.5]}
    functions = {"search_space": space, "evaluate": evaluate, **functions}
    config = config or NASConfig(approach="grid")
    return NAS(config, tmp_path, **functions).search(progress=False)
