"""Whether the sub-networks of a run are networks that can be exported."""

from engine.config import NASConfig
from engine.errors import DynasError
from engine.supernets import registry


def network_refusal(config: NASConfig) -> str:
    """Why no sub-network of runs with `config` can be exported as a network, a sentence.

    Empty if one can, and if the supernet does not load: loading it says why. Run it with the data
    folder of the run.
    """
    try:
        return registry.load(config.dynas.supernet).no_network_reason
    except DynasError:
        return ""
