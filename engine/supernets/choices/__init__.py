"""Searches of any mapping of choices, evaluated by functions of a script, without a supernet."""
