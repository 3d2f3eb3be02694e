"""Runs: searches that can be started, watched, paused, stopped, extended and resumed."""
