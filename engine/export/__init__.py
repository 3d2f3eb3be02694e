"""What a person takes away: sub-network configs, code, tables."""
