"""Search spaces: genes with validated choices, and conditions between them."""

from engine.space.choice import Choice, choice_text
from engine.space.configs import Config
from engine.space.gene import Gene, IndexedValues
from engine.space.mbconv import mbconv_space
from engine.space.part import Part
from engine.space.roles import Role
from engine.space.search_space import Genotypes, SearchSpace

__all__ = [
    "Choice",
    "Config",
    "Gene",
    "Genotypes",
    "IndexedValues",
    "Part",
    "Role",
    "SearchSpace",
    "choice_text",
    "mbconv_space",
]
