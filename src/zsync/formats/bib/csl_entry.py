"""The CSL-JSON entry of an item: what CSL processors read of it.

Source of the form: the CSL 1.0.2 specification and its input schema, ``csl-data.json``. Which field says
which variable is Zotero's own mapping, in ``item_types``. Private things stay out: of Extra only what names
a variable is written, never the rest. CSL cannot say an open range with a month in a way that both pandoc and
citeproc-js read: ``2019-03/`` becomes 2019–.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from zsync.core.cite.policy import BibPolicy, UrlPlace
from zsync.core.dates import Date, Moment, is_undated, parse_date
from zsync.core.model import Creator, Item
from zsync.core.patterns import regex
from zsync.formats.bib.eprints import bare_doi, find_arxiv
from zsync.formats.bib.extra import Extra, complete, parse_extra
from zsync.formats.bib.item_types import (
    CSL_DATES,
    CSL_ITEM_TYPES,
    CSL_NAMES,
    CSL_TEXTS,
    PRIMARY_ROLES,
)
from zsync.formats.bib.keywords import keywords
from zsync.formats.bib.languages import language_tag
from zsync.formats.bib.latex import RichText, clean, parse_rich_text, walk
from zsync.formats.bib.names import parse_name

Entry: TypeAlias = dict[str, object]

_FIRST: Final = """
id type citation-key title title-short author editor issued container-title container-title-short
publisher publisher-place volume issue page DOI URL accessed
"""
_PLACES: Final = {
    **{name: place for place, name in enumerate(_FIRST.split())},
    **dict.fromkeys(("abstract", "keyword", "note", "custom"), 100),
}
_BETWEEN: Final = 99
_KEPT: Final = frozenset({"id", "type"})
_NOT_IN_KEYWORDS: Final = regex("[,<>]")


def make_entry(item: Item, key: str, policy: BibPolicy, former: Sequence[str] = ()) -> Entry:
    """The entry of one item under a citation key, its variables in a stable order.

    ``former`` are former keys; they and the aliases in Extra are ``other-ids`` among its custom values.
    """
    extra = parse_extra(item.fields.get("extra", ""))
    source = complete(item.fields, extra)
    if item.item_type == "preprint":
        source = _with_arxiv(source, extra)
    entry: Entry = {
        "id": key,
        "type": extra.csl_type or CSL_ITEM_TYPES.get(item.item_type, "document"),
        "citation-key": key,
        **_texts(source),
        **_names((*item.creators, *extra.creators), item.item_type),
        **_dates(source),
    }
    if names := keywords(item.tags, policy, _NOT_IN_KEYWORDS):
        entry["keyword"] = ", ".join(names)
    if ids := extra.other_keys(former, key):
        entry["custom"] = {"other-ids": ids}
    _obey(policy, entry)
    return {name: entry[name] for name in sorted(entry, key=_place)}


def _place(name: str) -> tuple[int, str]:
    return _PLACES.get(name, _BETWEEN), name


def _obey(policy: BibPolicy, entry: Entry) -> None:
    """Put the address where the policy wants it, and leave out what it does not want."""
    if policy.url not in (UrlPlace.AUTO, UrlPlace.FIELD):
        address = entry.pop("URL", None)
        entry.pop("accessed", None)
        if address and policy.url is UrlPlace.NOTE:
            entry["note"] = address
    for name in entry.keys() & set(policy.omit) - _KEPT:
        del entry[name]


# --- texts ---------------------------------------------------------------------------------------------

_ISBN: Final = regex(r"(?:97[89][- ]?)?(?:[0-9][- ]?){9}[0-9X]", re.IGNORECASE)
_VERBATIM: Final = frozenset({"ISSN", "PMCID", "PMID", "URL"})


def _with_arxiv(source: Mapping[str, str], extra: Extra) -> dict[str, str]:
    """Return a preprint that only its address or Extra says to be on arXiv its number, as Zotero has it."""
    if eprint := find_arxiv(source, extra, is_preprint=True):
        return {"number": f"arXiv:{eprint.number}", "publisher": eprint.archive, **source}
    return dict(source)


def _texts(source: Mapping[str, str]) -> dict[str, str]:
    texts = {}
    for variable, fields in CSL_TEXTS.items():
        said = next((source[name] for name in fields if name in source), "")
        if said and (text := _text(variable, said)):
            texts[variable] = text
    if texts.get("title-short") == texts.get("title"):
        texts.pop("title-short", None)
    return texts


def _text(variable: str, said: str) -> str:
    match variable:
        case "DOI":
            return bare_doi(clean(said))
        case "ISBN":
            first = _ISBN.search(clean(said))
            return first[0] if first else clean(said)
        case "language":
            return language_tag(clean(said))
        case _:
            return clean(said) if variable in _VERBATIM else render_rich_text(said)


_TAGS: Final = {
    "b": ("<b>", "</b>"),
    "i": ("<i>", "</i>"),
    "nocase": ('<span class="nocase">', "</span>"),
    "sc": ('<span style="font-variant:small-caps;">', "</span>"),
    "sub": ("<sub>", "</sub>"),
    "sup": ("<sup>", "</sup>"),
}
_STRAY_TAG: Final = regex(r"</?(?:b|i|sc|span|su[bp])(?: [^<>]*)?>", re.IGNORECASE)
_ANGLES: Final = regex("[<>]")


def render_rich_text(html: str) -> str:
    """Zotero's rich text with the tags that every CSL processor knows, each with its partner.

    A tag that stands alone cannot be escaped, and one processor would pair it where another would not:
    it is left out.
    """
    text = clean(html)
    if "<" not in text:
        return text
    rich = parse_rich_text(text)
    pieces: list[str] = []
    for start, end, stack, event in walk(RichText(rich.text, rich.kinds(*_TAGS))):
        if event:
            opening, closing = _TAGS[stack[-1].kind]
            pieces.append(opening if event == "open" else closing)
        else:
            pieces.append(_without_tags(rich.text[start:end]))
    return "".join(pieces)


def _without_tags(text: str) -> str:
    text = _STRAY_TAG.sub("", text)
    # What stood around a tag may be one itself.
    return _ANGLES.sub("", text) if _STRAY_TAG.search(text) else text


# --- names ---------------------------------------------------------------------------------------------


def _names(creators: Iterable[Creator], item_type: str) -> dict[str, list[Entry]]:
    """The creators by variable; a role that CSL does not know is left out, as Zotero does."""
    names: dict[str, list[Entry]] = {}
    for creator in creators:
        variable = CSL_NAMES.get(creator.role)
        if variable is None and creator.role == PRIMARY_ROLES.get(item_type):
            variable = "author"
        if variable and (name := _name(creator)):
            names.setdefault(variable, []).append(name)
    return names


def _name(creator: Creator) -> Entry:
    name = parse_name(creator)
    is_person = creator.last_name and not creator.name
    parts: Entry = {
        "family": name.family or (name.literal if is_person else ""),
        "given": name.given,
        "non-dropping-particle": name.prefix,
        "dropping-particle": name.dropping,
        "suffix": name.suffix,
        "comma-suffix": name.comma_suffix,
        "literal": "" if is_person else name.literal,
    }
    return {part: value for part, value in parts.items() if value}


# --- dates ---------------------------------------------------------------------------------------------

_YEAR: Final = regex(r"Y?-?[0-9]+")
_MONTHS: Final = 12
_DAYS: Final = 31
_BEFORE_SPRING: Final = 20
_OPEN: Final = ("", "..")


def _dates(source: Mapping[str, str]) -> dict[str, Entry]:
    dates = {
        variable: date
        for variable, field in CSL_DATES.items()
        if (date := render_date(source.get(field, "")))
    }
    issued = parse_date(clean(source.get("date", "")))
    if issued and issued.original and (parts := _parts(issued.original)):
        dates.setdefault("original-date", {"date-parts": [parts]})
    return dates


def render_date(text: str) -> Entry:
    """A date as typed: ``date-parts`` of one moment or two, or ``literal`` where no numbers say it.

    A text that says that there is no date gives nothing.
    """
    text = clean(text)
    if not text or is_undated(text):
        return {}
    date = parse_date(text)
    parts = _date_parts(date) if date else []
    if date is None or not parts:
        return {"literal": text}
    shown: Entry = {"date-parts": parts}
    month = date.start.month
    if date.end is None and month.isdecimal() and int(month) > _MONTHS:
        shown["season"] = int(month) - _BEFORE_SPRING
    if date.start.mark or (date.end and date.end.mark):
        shown["circa"] = True
    return shown


def _date_parts(date: Date) -> list[list[int]]:
    """Both ends, or none if one cannot be said; as exact as each other, because citeproc-js wants that."""
    ends = [_parts(date.start)]
    if date.end is not None:
        ends.append([0] if date.end.year in _OPEN else _parts(date.end))
    exactness = min(len(end) for end in ends)
    cut = [end[:exactness] for end in ends if exactness]
    return cut[:1] if cut[:1] == cut[1:] else cut


def _parts(moment: Moment) -> list[int]:
    """Year, month and day as far as known. EDTF has a year 0, CSL goes from 1 BC (-1) to AD 1."""
    if not _YEAR.fullmatch(moment.year):
        return []
    year = int(moment.year.removeprefix("Y"))
    parts = [year if year > 0 else year - 1]
    for part, most in ((moment.month, _MONTHS), (moment.day, _DAYS)):
        if not part.isdecimal() or int(part) > most:
            break
        parts.append(int(part))
    return parts
