"""Sentences on workers of a cluster, once for all that share a problem or a remark."""

from collections.abc import Iterable, Sequence

_MAX_NAMED = 3  # hosts in a sentence


def unused_sentences(problems: Iterable[tuple[str, str]]) -> list[str]:
    """Why workers are not used, from the host and the problem of each; empty for those that are.

    >>> unused_sentences([("gpu01", "It has torch 2.8.0."), ("gpu02", "It has torch 2.8.0.")])
    ['2 workers on gpu01, gpu02 are not used: each has torch 2.8.0.']
    """
    return [
        f"{_listed(hosts)} {'is' if len(hosts) == 1 else 'are'} not used: "
        f"{_said_of(len(hosts), problem)}"
        for problem, hosts in _hosts_by_sentence(problems).items()
    ]


def remark_sentences(remarks: Iterable[tuple[str, str]]) -> list[str]:
    """What is unusual about workers, from the host and the remark of each.

    >>> remark_sentences([("gpu01", ""), ("gpu02", "It has python 3.12.1 (here 3.11.7).")])
    ['1 worker on gpu02: it has python 3.12.1 (here 3.11.7).']
    """
    return [
        f"{_listed(hosts)}: {_said_of(len(hosts), text)}"
        for text, hosts in _hosts_by_sentence(remarks).items()
    ]


def _said_of(count: int, sentence: str) -> str:
    """A sentence on one worker, behind a colon and of `count` workers."""
    pronouns = {"It ": "it ", "Its ": "its "} if count == 1 else {"It ": "each ", "Its ": "their "}
    for alone, here in pronouns.items():
        if sentence.startswith(alone):
            sentence = here + sentence.removeprefix(alone)
            break
    return sentence if count == 1 else sentence.replace(" Start it with ", " Start each with ")


def _hosts_by_sentence(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    hosts: dict[str, list[str]] = {}
    for host, sentence in pairs:
        if sentence:
            hosts.setdefault(sentence, []).append(host)
    return hosts


def _listed(hosts: Sequence[str]) -> str:
    """Such as `6 workers on gpu01, gpu02, gpu03 and 2 more hosts`: a host for each worker."""
    distinct = list(dict.fromkeys(hosts))
    more = len(distinct) - _MAX_NAMED
    further = f" and {more:,} more host{'s' if more > 1 else ''}" if more > 0 else ""
    workers = f"{len(hosts):,} worker{'s' if len(hosts) > 1 else ''}"
    return f"{workers} on {', '.join(distinct[:_MAX_NAMED])}{further}"
