"""Links of the dashboard to the documentation; they open beside it, in another tab."""

from app.documentation.site_files import PREFIX

LINKS = {
    "new": "user-guide.html#new-search",
    "live": "user-guide.html#run",
    "explore": "user-guide.html#explore",
    "decide": "user-guide.html#decide",
    "subnetwork": "user-guide.html#sub-network",
    "compare": "user-guide.html#compare",
    "runs": "user-guide.html#runs",
    "supernets": "user-guide.html#supernets--data",
    "elastic": "user-guide.html#make-a-network-elastic",
    "front": "user-guide.html#terms",
    "hypervolume": "method.html#hypervolume",
    "parallel": "user-guide.html#explore",
    "importance": "user-guide.html#explore",
    "slice": "user-guide.html#explore",
    "contour": "user-guide.html#explore",
    "distribution": "user-guide.html#explore",
    "correlation": "user-guide.html#explore",
    "timeline": "user-guide.html#explore",
    "predictors": "method.html#the-dynas-cycle",
    "first search": "tutorials/browser.html",
    "own supernet": "own-supernet.html",
    "any network": "any-network.html",
    "access": "access.html",
}
"""The page and the heading by what is explained: a page of the dashboard, a term, a task."""


def documentation_url(name: str) -> str:
    """The address of what `LINKS` names, relative to the pages of the dashboard.

    Raises KeyError if there is no such link.
    """
    return f"{PREFIX.lstrip('/')}/{LINKS[name]}"
