"""The events in the log of a run, whose history in memory lacks the proposals of cycles."""


def events_of(history):
    """All events; those of cycles include their proposals."""
    return history.log.events()
