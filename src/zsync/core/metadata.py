"""What is known of a paper from outside the reading list, in Zotero's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

from zsync.core import identifiers
from zsync.core.fates import Fate
from zsync.core.item_schema import own_name
from zsync.core.model import Creator, Identifier, Item


@dataclass(frozen=True, slots=True)
class Metadata:
    """A paper as a service, or a record of a .bib, describes it.

    ``item_type`` and the names in ``fields`` are Zotero's (``conferencePaper``, ``proceedingsTitle``,
    ``DOI``, ``abstractNote``, ``libraryCatalog`` ...); ``fields`` leaves out the title and every empty
    value. ``title`` is the whole title, short name included, with no markup but Zotero's (``<i>``,
    ``<sub>``, ``<sup>`` ...). ``identifiers`` are all that the paper is known by, its preprint's too.
    ``tags`` are subjects that the source gives. ``source`` names it for people (``arXiv``, ``Crossref``).
    ``unread`` are the commands of LaTeX and the names in a record that nobody knows; they stand as typed.
    ``fates`` say what became of the paper later, such as a retraction.
    """

    item_type: str
    title: str
    creators: tuple[Creator, ...] = ()
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tags: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    source: str = ""
    unread: tuple[str, ...] = ()
    fates: tuple[Fate, ...] = ()

    @classmethod
    def of_base_fields(
        cls, item_type: str, title: str, creators: tuple[Creator, ...], base: Mapping[str, str],
        tags: Iterable[str], more: Iterable[Identifier], source: str, unread: tuple[str, ...] = (),
    ) -> Self:  # fmt: skip
        """Return metadata of base fields, each under the item type's own name where the type has it.

        ``more`` are identifiers that the fields do not say.
        """
        fields: dict[str, str] = {}
        for name, text in base.items():
            if text:
                fields.setdefault(own_name(item_type, name) or name, text)
        known = identifiers.of_item(Item("", item_type, fields=fields))
        tidy = dict.fromkeys(tag for each in tags if (tag := each.strip()))
        return cls(
            item_type,
            title,
            creators,
            MappingProxyType(fields),
            tuple(tidy),
            tuple(dict.fromkeys((*known, *more))),
            source,
            unread,
        )


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
