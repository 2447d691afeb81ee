"""Entries as people type them in a hurry: an identifier and nothing else.

In a list that was in step before, such a line was typed to be filled: it is written like a new
entry, in its place. At a first sync such lines are left alone, as everything is.
"""

from dataclasses import replace

from zsync.core import identifiers
from zsync.core.model import Entry, Identifier, Link


def is_identifier_only(entry: Entry) -> bool:
    """Whether the entry has no title of its own: none at all, or an identifier where the title stands."""
    return not entry.short and (not entry.title.strip() or _in_title(entry) is not None)


def identifiers_of(entry: Entry) -> tuple[Identifier, ...]:
    """The identifiers that the entry names, each once: one that stands for its title, then its links'."""
    found = identifiers.of_entry(entry)
    typed = None if entry.short else _in_title(entry)
    return tuple(dict.fromkeys((typed, *found))) if typed else found


def whole_title(entry: Entry) -> str:
    """The title with the short name in front, as papers carry it; empty where the entry is bare."""
    if is_identifier_only(entry):
        return ""
    if not entry.short or entry.title.casefold().startswith(entry.short.casefold()):
        return entry.title
    return f"{entry.short}: {entry.title}" if entry.title else entry.short


def _in_title(entry: Entry) -> Identifier | None:
    """The identifier that is the whole title: whatever else it says is at most the identifier's label.

    A title that only mentions one (``Notes on arXiv:2410.02712``) is a title.
    """
    title = entry.title.strip().strip("<>").rstrip(".,;")
    words = title.split()
    if not words or len(words) > _MOST_WORDS:
        return None
    told = [word for word in words if not word.startswith("[")]
    labels = {word.strip(":.").casefold() for word in told[:-1]}
    return identifiers.find(title) if labels <= _LABELS else None


# "arXiv preprint arXiv:2410.02712", "arXiv:2410.02712 [cs.CV]", "DOI: 10.1038/nature14539", "ISBN 978-...".
_MOST_WORDS = 4
_LABELS = frozenset(("arxiv", "preprint", "doi", "pmid", "pubmed", "id", "isbn", "corpusid"))


def spelled_out(entry: Entry) -> Entry:
    """Return a bare entry as one without a title whose first link is the address of what it names.

    Any other entry is given as it is.
    """
    if not is_identifier_only(entry):
        return entry
    typed = _in_title(entry)
    url = identifiers.canonical_url(typed) if typed else None
    links = (
        (Link("", url), *entry.links)
        if url and typed not in identifiers.of_entry(entry)
        else entry.links
    )
    return replace(entry, title="", links=links)
