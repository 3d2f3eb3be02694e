"""Fast calibration and inference of sub-networks with fused operations and cache-sized chunks."""
