"""What is known of a paper from outside the reading list, in Zotero's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from zsync.core.model import Creator, Identifier


@dataclass(frozen=True, slots=True)
class Metadata:
    """A paper as a service, or a record of a .bib, describes it.

    ``item_type`` and the names in ``fields`` are Zotero's (``conferencePaper``, ``proceedingsTitle``,
    ``DOI``, ``abstractNote``, ``libraryCatalog`` ...); ``fields`` leaves out the title and every empty
    value. ``title`` is the whole title, short name included, with no markup but Zotero's (``<i>``,
    ``<sub>``, ``<sup>`` ...). ``identifiers`` are all that the paper is known by, its preprint's too.
    ``tags`` are subjects that the source gives. ``source`` names it for people (``arXiv``, ``Crossref``).
    """

    item_type: str
    title: str
    creators: tuple[Creator, ...] = ()
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tags: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of asking for one entry's metadata.

    ``doubt`` says, in a sentence for people, why the answer may be another paper: nothing is made of it
    until a person has looked. ``unanswered`` says which service could not answer now, where a later run may
    do better. Where all three are empty, no service knows the paper.
    """

    metadata: Metadata | None = None
    doubt: str = ""
    unanswered: str = ""
