"""The energy of a forward pass, measured by the power counter of the processor."""
