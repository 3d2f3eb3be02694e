"""What the log of a run holds, which its history in memory does not keep whole."""


def events_of(history):
    """All events, those of cycles with their proposals."""
    return history._log.events()
