"""Zotero's item types: the fields that each takes, under its own names, and the roles of its creators.

Source: the server's own schema (https://api.zotero.org/schema, version 41).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from zsync.data import rows

BASE_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        special: base
        for base, specials in {
            "authority": "court issuingAuthority legislativeBody organization",
            "date": "dateDecided dateEnacted issueDate",
            "medium": "artworkMedium audioFileType audioRecordingFormat format interviewMedium"
            " videoRecordingFormat",
            "number": "archiveID billNumber docketNumber documentNumber episodeNumber identifier"
            " patentNumber publicLawNumber reportNumber",
            "originalDate": "priorityDate",
            "pages": "codePages firstPage",
            "place": "repositoryLocation",
            "publicationTitle": "blogTitle bookTitle dictionaryTitle encyclopediaTitle forumTitle"
            " proceedingsTitle programTitle sessionTitle websiteTitle",
            "publisher": "company distributor institution label network repository studio university",
            "status": "legalStatus",
            "title": "caseName nameOfAct subject",
            "type": "genre letterType manuscriptType mapType postType presentationType reportType"
            " thesisType websiteType",
            "volume": "codeVolume reporterVolume",
        }.items()
        for special in specials.split()
    }
)
"""A type's own name for a field -> the field it is a form of (``bookTitle`` -> ``publicationTitle``)."""


_EVERYWHERE: Final = frozenset(
    ("abstractNote", "DOI", "citationKey", "url", "accessDate", "shortTitle", "rights", "extra")
)
_ARCHIVE: Final = frozenset(("archive", "archiveLocation", "libraryCatalog", "callNumber"))


ITEM_FIELDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        name: frozenset(words.split()) - {"+archive"}
        | _EVERYWHERE
        | (_ARCHIVE if "+archive" in words else frozenset())
        for name, words in rows("item_fields")
    }
)
"""Item type -> the names of its fields, of regular items only."""

ITEM_ROLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {name: tuple(roles.split()) for name, roles in rows("item_roles")}
)
"""Item type -> the roles that its creators may have, the one that counts as authorship first."""


def own_name(item_type: str, field: str) -> str | None:
    """What an item type calls a field: itself, or the form of the same base field; None if it has none."""
    fields = ITEM_FIELDS[item_type]
    if field in fields:
        return field
    base = BASE_FIELDS.get(field, field)
    twins = (name for name in sorted(fields) if BASE_FIELDS.get(name, name) == base)
    return next(twins, None)
