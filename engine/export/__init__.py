"""Files for download: sub-network configs, code, tables."""
