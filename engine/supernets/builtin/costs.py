"""The cost tables of the built-in supernet: `python -m engine.supernets.builtin.costs`."""

from pathlib import Path

from engine.supernets.cost_table import build, count_state

COSTS = Path(__file__).parent / "costs.json"
STATE = Path(__file__).parent / "state.json"


def main() -> None:
    """Write the tables of the package."""
    from engine.supernets.builtin.network import FashionMobileNetV3

    build(FashionMobileNetV3(), (1, 28, 28)).write(COSTS)
    build(FashionMobileNetV3(), (1, 28, 28), count_state).write(STATE)


if __name__ == "__main__":
    main()
