"""Items as CSL-JSON, the way the server makes them.

Source of the tables: the ``csl`` part of the schema at https://api.zotero.org/schema.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zotero_sandbox import schema
from zotero_sandbox.dates import parse_date
from zotero_sandbox.query import title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zotero_sandbox.library import Item


def _names_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TYPES = """
article preprint
article-journal journalArticle
article-magazine magazineArticle
article-newspaper newspaperArticle
bill bill
book book
broadcast podcast tvBroadcast radioBroadcast
chapter bookSection
dataset dataset
entry-dictionary dictionaryEntry
entry-encyclopedia encyclopediaArticle
graphic artwork
hearing hearing
interview interview
legal_case case
legislation statute
manuscript manuscript
map map
motion_picture film videoRecording
paper-conference conferencePaper
patent patent
personal_communication letter email instantMessage
post forumPost
post-weblog blogPost
report report
software computerProgram
song audioRecording
speech presentation
standard standard
thesis thesis
webpage webpage
"""

# A CSL variable and the base fields that fill it, the first one that the item has.
_TEXTS = """
abstract abstractNote
archive archive
archive_location archiveLocation
authority authority
call-number callNumber applicationNumber
chapter-number session
citation-key citationKey
collection-number seriesNumber
collection-title seriesTitle series
container-title publicationTitle reporter code
dimensions artworkSize runningTime
DOI DOI
edition edition
event-place eventPlace
event-title meetingName conferenceName
genre type programmingLanguage
ISBN ISBN
ISSN ISSN
issue issue priorityNumbers
journalAbbreviation journalAbbreviation
language language
license rights
medium medium system
note extra
number number archiveID
number-of-pages numPages
number-of-volumes numberOfVolumes
original-publisher originalPublisher
original-publisher-place originalPlace
page pages
part-number partNumber
part-title partTitle
PMCID PMCID
PMID PMID
publisher publisher
publisher-place place
references history references
scale scale
section section committee
shortTitle shortTitle
source libraryCatalog
status status
title-short shortTitle
URL url
version versionNumber
volume volume codeNumber
"""

_DATES = {
    "accessed": "accessDate",
    "issued": "date",
    "submitted": "filingDate",
    "original-date": "originalDate",
}

# Creator types whose CSL role has another name. A type that is the item's primary one is its author.
_ROLES = {
    "bookAuthor": "container-author",
    "castMember": "performer",
    "executiveProducer": "executive-producer",
    "originalCreator": "original-author",
    "podcaster": "host",
    "reviewedAuthor": "reviewed-author",
    "scriptwriter": "script-writer",
    "seriesCreator": "series-creator",
    "seriesEditor": "collection-editor",
}
_KEPT_ROLES = _names_in(
    "chair composer contributor director editor guest host interviewer narrator organizer producer recipient"
    " translator"
)
_ISO_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}(?:T.*)?", re.ASCII)


def _read_table(table: str) -> dict[str, list[str]]:
    rows = (line.split() for line in table.strip().split("\n"))
    return {name: values for name, *values in rows}


_CSL_TYPES = {name: csl for csl, names in _read_table(_TYPES).items() for name in names}
_VARIABLES = _read_table(_TEXTS)


def csl_json(item: Item, library_id: int) -> dict[str, object]:
    """Return an item as CSL-JSON; a note is a document with its first line as its title."""
    shown: dict[str, object] = {"id": f"{library_id}/{item.key}"}
    shown["type"] = _CSL_TYPES.get(item.item_type, "document")
    by_base = _by_base_field(item)
    for variable, fields in _VARIABLES.items():
        value = next((by_base[name] for name in fields if name in by_base), None)
        if value:
            shown[variable] = value
    if title_of(item):
        shown["title"] = title_of(item)
    return shown | _names(item) | _dates(by_base)


def _by_base_field(item: Item) -> Mapping[str, str]:
    bases = schema.ITEM_TYPES[item.item_type].fields
    return {bases[name]: value for name, value in item.fields.items()}


def _names(item: Item) -> dict[str, object]:
    primary = schema.ITEM_TYPES[item.item_type].primary_creator
    names: dict[str, list[dict[str, str]]] = {}
    for creator in item.creators:
        role = _ROLES.get(creator.kind, creator.kind)
        if creator.kind == primary:
            role = role if role in {"director", "host"} else "author"
        elif role not in _KEPT_ROLES and creator.kind not in _ROLES and role != "author":
            continue
        name = {"family": creator.last_name, "given": creator.first_name or ""}
        names.setdefault(role, []).append(name)
    return dict(names)


def _dates(fields: Mapping[str, str]) -> dict[str, object]:
    dates: dict[str, object] = {}
    for variable, name in _DATES.items():
        text = fields.get(name, "")
        parts: list[int | str] = [int(part) for part in parse_date(text).split("-") if part]
        if parts and not _ISO_DATE.fullmatch(text):
            parts[0] = str(parts[0])
        if parts:
            dates[variable] = {"date-parts": [parts]}
    return dates
