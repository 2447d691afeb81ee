"""What item would be made of an entry of the reading list, from its line and the paper's metadata.

What zsync would read from the item should be what the line says: title, short name, venue, year, address.
Metadata decides the rest, and what the line does not say.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from zsync.core import identifiers, venues
from zsync.core.fates import lines, names_notice
from zsync.core.fields import plain, split_title
from zsync.core.foreign_text import cleaned, cleaned_line, encoded
from zsync.core.item_schema import ITEM_FIELDS, ITEM_ROLES, own_name
from zsync.core.library_changes import ItemDraft
from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Entry, Item, Tag
from zsync.core.patterns import regex
from zsync.core.venues import Venue

# What the server takes (it refuses more with 413).
MAX_FIELD_BYTES: Final = 65_535
MAX_NAME: Final = 255

_CODE_HOSTS: Final = frozenset(("bitbucket.org", "codeberg.org", "github.com", "gitlab.com"))
_BLOG_HOST: Final = regex(
    r"(?:^|\.)(?:medium|substack|wordpress|blogspot|tumblr)\.com$|^blogs?\.|\.github\.io$"
)
_PROCEEDINGS: Final = frozenset(("acl", "cvf", "neurips", "pmlr"))
_UNCLAIMED: Final = "document"


def make_draft(entry: Entry, metadata: Metadata | None) -> ItemDraft:
    """Make the draft of an entry's item; without metadata, of what the line alone says."""
    venue = venues.by_label(entry.venue, entry.year) if entry.venue else None
    said = _from_metadata(entry, metadata, venue) if metadata else _from_line(entry, venue)
    item_type, fields = said
    title, short = _titles(entry, metadata)
    fields = {**fields, "title": title, "shortTitle": short}
    if entry.links:
        fields["url"] = entry.links[0].url
    creators = metadata.creators if metadata and metadata.creators else _authors(entry.authors)
    fitting, strays = _fit_creators(item_type, creators)
    told = lines(metadata.fates if metadata else ())
    return ItemDraft(
        item_type,
        MappingProxyType(_fit_fields(item_type, fields, (*strays, *told))),
        fitting,
        _tags(metadata.tags if metadata else ()),
    )


# --- type, venue and date ------------------------------------------------------------------------------


def _from_metadata(
    entry: Entry, metadata: Metadata, venue: Venue | None
) -> tuple[str, dict[str, str]]:
    """Take type and fields from the metadata; a preprint that the line calls published becomes that.

    Where the metadata names no venue that reads as a label, the line's is put in.
    """
    item_type = metadata.item_type if metadata.item_type in ITEM_FIELDS else _UNCLAIMED
    fields = {name: text for name, text in metadata.fields.items() if name != "title"}
    if item_type == "preprint" and venue and _is_published(venue):
        return venue.item_type, _publish(entry, metadata, venue)
    if entry.year and not _has_year(item_type, fields):
        fields[own_name(item_type, "date") or "date"] = str(entry.year)
    if venue and not venues.label(Item("", item_type, fields=fields))[0]:
        for name, text in _venue_fields(item_type, venue).items():
            fields.setdefault(name, text)
    return item_type, fields


def _is_published(venue: Venue) -> bool:
    """Whether a label names a conference or journal: a well-known one, or by its form a conference.

    What is only guessed to be a journal may be a company or a remark; the preprint then stays one.
    """
    guessed = not venue.well_known and venue.item_type == "journalArticle"
    return venue.item_type != "preprint" and not guessed


def _publish(entry: Entry, metadata: Metadata, venue: Venue) -> dict[str, str]:
    """The fields of a published paper of whose preprint only the metadata is known.

    The line's year is the date: the preprint's day is not the publication's, even in the same year. Without
    a year on the line the preprint's date is the best there is. The preprint is named in Extra, as Zotero
    keeps it there; its DOI would name another work, and its genre ("preprint") no longer holds.
    """
    of_preprint = ("repository", "archiveID", "genre", "DOI", "extra")
    fields = {name: text for name, text in metadata.fields.items() if name not in of_preprint}
    fields |= _venue_fields(venue.item_type, venue)
    if entry.year:
        fields["date"] = str(entry.year)
    extra = metadata.fields.get("extra", "")
    fields["extra"] = "\n".join(filter(None, (_preprint_line(entry, metadata, extra), extra)))
    return fields


def _preprint_line(entry: Entry, metadata: Metadata, extra: str) -> str:
    """``arXiv:ID`` unless Extra says it; for another server, its name with the preprint's number or DOI."""
    number = next(
        (
            each.value
            for each in (*metadata.identifiers, *identifiers.of_entry(entry))
            if each.kind == "arxiv"
        ),
        "",
    )
    archived, doi = (metadata.fields.get(name, "") for name in ("archiveID", "DOI"))
    found = identifiers.find(archived) or identifiers.find(doi)
    if not number and found and found.kind == "arxiv":
        number = found.value
    if number:
        return "" if f"arxiv:{number}" in extra.casefold().replace(" ", "") else f"arXiv:{number}"
    named = " ".join(filter(None, (metadata.fields.get("repository"), archived, doi)))
    return f"Preprint: {named}" if named else ""


def _venue_fields(item_type: str, venue: Venue) -> dict[str, str]:
    """The field in which this item type names its venue; citation styles print it as the container."""
    names = {"conferencePaper": "proceedingsTitle", "preprint": "repository"}
    name = names.get(item_type) or own_name(item_type, "publicationTitle")
    return {name: venue.name} if name else {}


def _has_year(item_type: str, fields: Mapping[str, str]) -> bool:
    return bool(fields.get(own_name(item_type, "date") or "date", "").strip())


def _from_line(entry: Entry, venue: Venue | None) -> tuple[str, dict[str, str]]:
    found = identifiers.of_entry(entry)
    by_kind = {each.kind: each.value for each in reversed(found)}
    item_type = _type_of_line(entry, venue, by_kind)
    fields = _venue_fields(item_type, venue) if venue else {}
    if entry.year:
        fields[own_name(item_type, "date") or "date"] = str(entry.year)
    doi = by_kind.get("doi", "")
    if arxiv := by_kind.get("arxiv"):
        if item_type == "preprint":
            fields |= {"repository": "arXiv", "archiveID": f"arXiv:{arxiv}"}
        else:
            fields["extra"] = f"arXiv:{arxiv}"
    fields |= {"DOI": doi, "ISBN": by_kind.get("isbn", "")}
    return item_type, fields


def _type_of_line(entry: Entry, venue: Venue | None, by_kind: Mapping[str, str]) -> str:
    """What a line without metadata is: by its venue, what its links identify, and where they lead.

    A venue that is not well known comes after the links, since it may be a company or a blog. ``document``
    is left for what says nothing: that type claims neither a journal nor a conference.
    """
    if venue and venue.well_known:
        return venue.item_type
    if "arxiv" in by_kind:
        return "preprint" if not venue else venue.item_type
    kinds = (
        ("isbn" in by_kind, "book"),
        (bool(_PROCEEDINGS & by_kind.keys()), "conferencePaper"),
        ("doi" in by_kind and not venue, "journalArticle"),
        (_host(entry) in _CODE_HOSTS, "computerProgram"),
        (bool(_BLOG_HOST.search(_host(entry))), "webpage"),
    )
    chosen = next((item_type for applies, item_type in kinds if applies), "")
    return chosen or (venue.item_type if venue else _UNCLAIMED)


def _host(entry: Entry) -> str:
    if not entry.links:
        return ""
    try:
        return (urlsplit(entry.links[0].url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""  # no web address, so no host that tells anything


# --- title ---------------------------------------------------------------------------------------------


#: A name of at most three words before a colon, as lists write it in front of a title.
_NAME: Final = regex(r"((?:[^\s:]+\s?){1,3}):\s+\S")


def _titles(entry: Entry, metadata: Metadata | None) -> tuple[str, str]:
    """Title and short title. A published title stays as published, also without the line's short name.

    Where the line has no short name, a short title that zsync would read as one is left out. A notice such as
    "RETRACTED" is no short name, wherever it comes from.
    """
    short = " ".join((entry.short or "").split())
    published = " ".join(metadata.title.split()) if metadata else ""
    if metadata and not entry.line:
        # No line that says anything: the paper is as the metadata has it.
        return published, metadata.fields.get("shortTitle", "")
    is_named = bool(short) and not names_notice(short)
    if not published:
        rest = " ".join(entry.title.split())
        whole = f"{short}: {rest}" if short and rest else rest or short
        return whole, short if rest and is_named else ""
    if is_named:
        return published, "" if plain(short) == plain(published) else short
    if not entry.title and (name := _NAME.match(published)) and not names_notice(name[1]):
        # The line says nothing that this could contradict.
        return published, name[1].rstrip()
    given = metadata.fields.get("shortTitle", "") if metadata else ""
    item = Item("", "document", fields={"title": published, "shortTitle": given})
    return published, given if split_title(item)[0] is None else ""


# --- creators ------------------------------------------------------------------------------------------

_AND: Final = regex(r"\s*(?:,\s*)?(?:\band\b|&)\s*")
_ET_AL: Final = regex(r"[,\s]*\bet\.? al\b\.?|[,\s]+and others\b|…|\.\.\.", re.IGNORECASE)
_INITIALS: Final = regex(r"(?:[^\W\d_a-z]\.?[\s-]*){1,4}")
_SUFFIX: Final = regex(r"(?:Jr|Sr)\.?|[IV]{2,3}")


def _authors(text: str | None) -> tuple[Creator, ...]:
    """The people a line names, in its order: ``First Last, First Last`` or ``Last, F., Last, F.``.

    "et al." names nobody. A name of one word is kept whole.
    """
    text = _AND.sub("; " if ";" in (text or "") else ", ", _ET_AL.sub("", text or ""))
    parts = [
        part for each in re.split(r"[;]" if ";" in text else ",", text) if (part := each.strip())
    ]
    if ";" not in text and len(parts) > 1 and all(map(_INITIALS.fullmatch, parts[1::2])):
        parts = [", ".join(parts[index : index + 2]) for index in range(0, len(parts), 2)]
    return tuple(map(_author, parts))


def _author(name: str) -> Creator:
    last, comma, first = (part.strip() for part in name.partition(","))
    if comma and last and first:
        return Creator("author", last, first)
    words = name.replace(",", " ").split()
    suffix = f", {words.pop()}" if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if len(words) < 2:
        return Creator("author", name=" ".join(words))
    begins = next((at for at, word in enumerate(words[1:-1], 1) if word.islower()), len(words) - 1)
    return Creator("author", " ".join(words[begins:]), " ".join(words[:begins]) + suffix)


def _fit_creators(
    item_type: str, creators: Iterable[Creator]
) -> tuple[tuple[Creator, ...], tuple[str, ...]]:
    """The creators in roles that the item type has, and Extra lines for those who have none there.

    Whoever counts as author of another type is an author of this one; anybody else gets the line that
    citation processors read, ``Translator: Last || First``.
    """
    roles = ITEM_ROLES[item_type]
    authorships = {named[0] for named in ITEM_ROLES.values()} - {"contributor"}
    fitting, lines = [], []
    for creator in map(_tidy_creator, creators):
        if not (creator.name or creator.last_name or creator.first_name):
            continue
        role = creator.role if creator.role in roles else ""
        if not role and creator.role in authorships:
            role = roles[0]
        if role:
            fitting.append(_with_role(creator, role))
        else:
            person = " || ".join(filter(None, (creator.last_name, creator.first_name)))
            lines.append(f"{_spelt(creator.role)}: {creator.name or person}")
    return tuple(fitting), tuple(lines)


def _with_role(creator: Creator, role: str) -> Creator:
    return Creator(role, creator.last_name, creator.first_name, creator.name)


def _tidy_creator(creator: Creator) -> Creator:
    """A creator without control characters; too long a name is cut, nobody is left out."""
    last, first, name = (
        cleaned_line(text)[:MAX_NAME].strip()
        for text in (creator.last_name, creator.first_name, creator.name)
    )
    return Creator(creator.role, "" if name else last, "" if name else first, name)


def _tags(names: Iterable[str]) -> tuple[Tag, ...]:
    tidy = dict.fromkeys(cleaned_line(name)[:MAX_NAME].strip() for name in names)
    return tuple(Tag(name, automatic=True) for name in tidy if name)


# --- fields --------------------------------------------------------------------------------------------

_SEVERAL_LINES: Final = frozenset(("abstractNote", "extra"))
_ACCESSED: Final = regex(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\dZ?)?")
_CAPITAL: Final = regex(r"(?<=[a-z])(?=[A-Z])")


def _fit_fields(item_type: str, fields: Mapping[str, str], lines: Iterable[str]) -> dict[str, str]:
    """The fields under the item type's own names; one that it has not goes to Extra as ``Name: value``."""
    fitting: dict[str, str] = {}
    strays = list(lines)
    ordered = sorted(fields, key=lambda name: name not in ITEM_FIELDS[item_type])
    for name in ordered:
        text = _tidy(name, fields[name])
        wanted = own_name(item_type, name)
        if not text or name == "extra":
            continue
        is_date = name != "accessDate" or _ACCESSED.fullmatch(text)
        if wanted and is_date and fitting.get(wanted, text) == text:
            fitting[wanted] = _cut(text)
        else:
            strays.append(f"{_spelt(name)}: {cleaned_line(text)}")
    if extra := _cut(_tidy("extra", "\n".join((fields.get("extra", ""), *strays)))):
        fitting["extra"] = extra
    return fitting


def _spelt(name: str) -> str:
    """A field's or role's name as people write it in Extra: ``Publication Title``, ``DOI``."""
    words = _CAPITAL.sub(" ", name)
    return words[:1].upper() + words[1:]


def _tidy(name: str, text: str) -> str:
    if name == "url":
        return encoded(text)
    return cleaned(text).strip() if name in _SEVERAL_LINES else cleaned_line(text)


def _cut(text: str) -> str:
    """As much of a text as a field takes, in whole characters; the end of a longer one is lost."""
    whole = text.encode()
    return (
        text if len(whole) <= MAX_FIELD_BYTES else whole[:MAX_FIELD_BYTES].decode(errors="ignore")
    )
