"""The names and interfaces of Neural Compressor's NAS and of DyNAS-T, served by this engine."""
