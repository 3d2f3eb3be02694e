"""Runs: searches with a log, which can be started, paused, stopped, extended and resumed."""
