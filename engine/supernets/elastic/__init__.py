"""Any network of PyTorch as a supernet: which of its parts can bend, and how."""
