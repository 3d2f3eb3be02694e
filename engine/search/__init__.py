"""Search approaches as ask/tell strategies."""
