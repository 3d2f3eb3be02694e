"""Counts of things in words."""


def count_text(count: int, noun: str, plural: str = "") -> str:
    """Such as `1 sub-network`, `1,200 sub-networks`; without `plural`, it is the noun with an s.

    >>> count_text(1, "evaluation")
    '1 evaluation'
    >>> count_text(1200, "latency", "latencies")
    '1,200 latencies'
    """
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"
