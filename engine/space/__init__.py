"""Search spaces: genes of checked kinds, some switched off by others."""

from engine.space.configs import Config
from engine.space.gene import Choice, Gene, Indexed, choice_text
from engine.space.mbconv import mbconv_space
from engine.space.search_space import Genotypes, SearchSpace

__all__ = [
    "Choice",
    "Config",
    "Gene",
    "Genotypes",
    "Indexed",
    "SearchSpace",
    "choice_text",
    "mbconv_space",
]
