"""Tables whose rows can be selected from the page and from Python."""
