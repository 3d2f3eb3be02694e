"""An elastic transformer for handwritten digits: a supernet that DyNAS Studio does not know."""
