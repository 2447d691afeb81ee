"""Items as BibTeX and BibLaTeX, the way the server's translators write them.

The server hands items to Zotero's BibTeX and BibLaTeX translators. This module follows their output for the
types and fields that reading lists hold: entry types, the order of fields, protection of capitals, and the
citation keys that are made where an item has none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from zotero_sandbox import schema
from zotero_sandbox.dates import parse_date
from zotero_sandbox.query import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zotero_sandbox.library import Creator, Item

    Record = tuple[str, list[tuple[str, str]]]

_BIBTEX_TYPES = {
    "book": "book",
    "bookSection": "incollection",
    "conferencePaper": "inproceedings",
    "journalArticle": "article",
    "magazineArticle": "article",
    "newspaperArticle": "article",
    "manuscript": "unpublished",
    "patent": "patent",
    "report": "techreport",
    "thesis": "phdthesis",
}
_BIBLATEX_TYPES = _BIBTEX_TYPES | {
    "blogPost": "online",
    "forumPost": "online",
    "webpage": "online",
    "report": "report",
    "thesis": "thesis",
}
# A field of the record and the base field that fills it, in the translators' order.
_BIBTEX_FIELDS = {
    "address": "place",
    "chapter": "section",
    "edition": "edition",
    "type": "type",
    "series": "series",
    "title": "title",
    "volume": "volume",
    "copyright": "rights",
    "isbn": "ISBN",
    "issn": "ISSN",
    "lccn": "callNumber",
    "shorttitle": "shortTitle",
    "url": "url",
    "doi": "DOI",
    "abstract": "abstractNote",
    "nationality": "country",
    "language": "language",
}
_BIBLATEX_FIELDS = {
    "location": "place",
    "chapter": "chapter",
    "edition": "edition",
    "title": "title",
    "volume": "volume",
    "rights": "rights",
    "isbn": "ISBN",
    "issn": "ISSN",
    "url": "url",
    "doi": "DOI",
    "shorttitle": "shortTitle",
    "abstract": "abstractNote",
    "volumes": "numberOfVolumes",
    "version": "versionNumber",
    "eventtitle": "conferenceName",
    "series": "series",
    "pages": "pages",
    "pagetotal": "numPages",
}
_IN_A_BOOK = frozenset(["bookSection", "conferencePaper"])
_PROTECTED_IN_TITLE_CASE = frozenset(["title", "type", "shorttitle", "booktitle", "series"])
_VERBATIM = frozenset(["url", "doi", "issn", "isbn"])
_LANGUAGES = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian"}

_CITATION_KEY = re.compile(r"^Citation Key:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_SKIPPED_WORD = re.compile(
    r"(?:a|an|the|some|from|on|in|to|of|do|with|der|die|das|ein|eine|le|la|un|une)\b\s*"
)
_ITALIC = re.compile(r"<(/?)i>")
_CAPITALISED = re.compile(r"\b[^\W\d_]+")
_DASH = re.compile(r"\s*[-–—]+\s*")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"


def bibtex(items: Iterable[Item]) -> str:
    """Return a page of items as BibTeX; notes and attachments have no place in it."""
    return _page(items, _bibtex_record)


def biblatex(items: Iterable[Item]) -> str:
    """Return a page of items as BibLaTeX."""
    return _page(items, _biblatex_record)


def _page(items: Iterable[Item], make_record: Callable[[Item], Record]) -> str:
    seen: Counter[str] = Counter()
    texts = []
    for item in items:
        if item.item_type in {"note", "attachment", "annotation"}:
            continue
        kind, fields = make_record(item)
        key = citation_key(item)
        number, seen[key] = seen[key], seen[key] + 1
        key = f"{key}-{number}" if number else key
        lines = "".join(f"\n\t{name} = {value}," for name, value in fields if value != "{}")
        texts.append(f"@{kind}{{{key},{lines}\n}}")
    return "\n" + "\n\n".join(texts) + "\n"


# Records


def _bibtex_record(item: Item) -> Record:
    texts = _by_base_field(item)
    kind = _BIBTEX_TYPES.get(item.item_type, "misc")
    if kind == "phdthesis" and "master" in texts.get("type", "").lower():
        kind = "mastersthesis"
    fields = [
        (name, _protected(name, texts.get(base, ""))) for name, base in _BIBTEX_FIELDS.items()
    ]
    if item.item_type != "preprint":
        fields.append(("number", _protected("number", _number(texts))))
    if "accessDate" in texts:
        fields.append(("urldate", f"{{{texts['accessDate'][:10]}}}"))
    container = "booktitle" if item.item_type in _IN_A_BOOK else "journal"
    fields.append((container, _protected(container, texts.get("publicationTitle", ""))))
    publisher = {"thesis": "school", "report": "institution"}.get(item.item_type, "publisher")
    fields.append((publisher, _protected(publisher, texts.get("publisher", ""))))
    fields += _bibtex_creators(item)
    fields += _bibtex_date(texts.get("date", ""))
    fields += _ending(item, texts)
    fields.append(("pages", f"{{{_DASH.sub('--', texts.get('pages', ''))}}}"))
    return kind, fields


def _biblatex_record(item: Item) -> Record:
    texts = _by_base_field(item)
    kinds = {creator.kind for creator in item.creators}
    kind = _BIBLATEX_TYPES.get(item.item_type, "misc")
    if item.item_type == "bookSection" and "bookAuthor" in kinds:
        kind = "inbook"
    texts["pages"] = _DASH.sub("--", texts.get("pages", ""))
    fields = [
        (name, _braced_acronyms(name, texts.get(base, "")))
        for name, base in _BIBLATEX_FIELDS.items()
    ]
    fields.append(("number", _braced_acronyms("number", _number(texts))))
    container = "booktitle" if item.item_type in _IN_A_BOOK else "journaltitle"
    if kind == "online":
        container = "titleaddon"
    fields.append((container, _braced_acronyms(container, texts.get("publicationTitle", ""))))
    publisher = "institution" if item.item_type in {"thesis", "report"} else "publisher"
    fields.append((publisher, _braced_acronyms(publisher, texts.get("publisher", ""))))
    fields.append(("type", _biblatex_type(item, texts.get("type", ""))))
    fields += _biblatex_creators(item)
    fields.append(("date", f"{{{parse_date(texts.get('date', ''))}}}"))
    if kind == "online":
        fields.append(("urldate", f"{{{texts.get('accessDate', '')[:10]}}}"))
    fields.append(("langid", f"{{{_LANGUAGES.get(texts.get('language', '')[:2], '')}}}"))
    return kind, fields + _ending(item, texts)


def _by_base_field(item: Item) -> dict[str, str]:
    bases = schema.ITEM_TYPES[item.item_type].fields
    return {bases[name]: value for name, value in item.fields.items()}


def _number(texts: dict[str, str]) -> str:
    return next((texts[name] for name in ("number", "seriesNumber", "issue") if name in texts), "")


def _biblatex_type(item: Item, text: str) -> str:
    if item.item_type == "thesis" and text.lower().startswith("phd"):
        return "{phdthesis}"
    return _braced_acronyms("type", text)


def _bibtex_date(text: str) -> list[tuple[str, str]]:
    year, _, rest = parse_date(text).partition("-")
    fields = [("month", _MONTHS.split()[int(rest[:2]) - 1])] if rest else []
    return [*fields, ("year", f"{{{year}}}")]


def _ending(item: Item, texts: dict[str, str]) -> list[tuple[str, str]]:
    note = _CITATION_KEY.sub("", texts.get("extra", "")).strip()
    keywords = ", ".join(tag.name for tag in item.tags)
    return [("note", f"{{{_escaped(note)}}}"), ("keywords", f"{{{_escaped(keywords)}}}")]


# Names and keys


def _bibtex_creators(item: Item) -> list[tuple[str, str]]:
    primary = schema.ITEM_TYPES[item.item_type].primary_creator
    groups: dict[str, list[Creator]] = {
        "author": [],
        "editor": [],
        "translator": [],
        "collaborator": [],
    }
    for creator in item.creators:
        editor = creator.kind in {"editor", "seriesEditor"}
        role = "author" if creator.kind == primary else "editor" if editor else creator.kind
        groups[role if role in groups else "collaborator"].append(creator)
    return [(role, _names(creators)) for role, creators in groups.items()]


def _biblatex_creators(item: Item) -> list[tuple[str, str]]:
    primary = schema.ITEM_TYPES[item.item_type].primary_creator
    groups: dict[str, list[Creator]] = {
        "author": [],
        "bookauthor": [],
        "editor": [],
        "translator": [],
    }
    for creator in item.creators:
        role = "author" if creator.kind == primary else creator.kind.lower()
        groups.setdefault(role, []).append(creator)
    return [(role, _names(creators)) for role, creators in groups.items()]


def _names(creators: list[Creator]) -> str:
    names = []
    for creator in creators:
        last = _escaped(creator.last_name)
        first = creator.first_name
        names.append(
            f"{{{last}}}" if first is None else f"{last}, {_escaped(first)}".removesuffix(", ")
        )
    return f"{{{' and '.join(names)}}}"


def citation_key(item: Item) -> str:
    """Return the key in Extra, the item's own, or one of author, title word and year."""
    found = _CITATION_KEY.search(item.fields.get("extra", ""))
    if found:
        return found[1]
    if item.fields.get("citationKey"):
        return item.fields["citationKey"]
    author = _key_part(item.creators[0].last_name) if item.creators else "noauthor"
    title = title_of(item).lower()
    skipped = _SKIPPED_WORD.match(title)
    words = re.findall(r"\w+", title[skipped.end() :] if skipped else title)
    year = parse_date(_by_base_field(item).get("date", ""))[:4]
    return f"{author}_{_key_part(words[0]) if words else 'notitle'}_{year or 'nodate'}"


def _key_part(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9!$*+./:<>?\[\]^_`|-]", "", plain.lower())


# Text


def _escaped(text: str) -> str:
    text = re.sub(r"([#$%&_{}])", r"\\\1", text.replace("\\", r"\textbackslash "))
    return _ITALIC.sub(lambda found: "}" if found[1] else r"\textit{", text)


def _protected(name: str, text: str) -> str:
    """Brace what BibTeX styles would make lower case: capitalised words, except a plain first one."""
    if name in _VERBATIM:
        return f"{{{text}}}"
    escaped = _escaped(text)
    if name in _PROTECTED_IN_TITLE_CASE:
        escaped = _CAPITALISED.sub(_brace_capitals, escaped)
    return f"{{{escaped}}}"


def _brace_capitals(found: re.Match[str]) -> str:
    word = found[0]
    inner = word[1:] != word[1:].lower()
    initial = word[:1] != word[:1].lower() and found.start() > 0
    return f"{{{word}}}" if inner or initial else word


def _braced_acronyms(name: str, text: str) -> str:
    """Brace words with capitals inside, as the BibLaTeX translator does."""
    if name in _VERBATIM:
        return f"{{{text}}}"
    braced = _CAPITALISED.sub(
        lambda found: f"{{{found[0]}}}" if found[0][1:] != found[0][1:].lower() else found[0],
        _escaped(text),
    )
    return f"{{{braced}}}"
