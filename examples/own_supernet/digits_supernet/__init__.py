"""An elastic transformer for handwritten digits: a supernet in a package of its own."""
