"""The short name of an item's venue, as people write it after a title in a list: CVPR, NeurIPS, Nature.

The acronym that the item's own words hold comes first (``... (CVPR)``, ``ICCV '23``), then a table of
well-known names, then a journal's own name where it is short.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from zsync.core import identifiers
from zsync.core.model import Item
from zsync.core.patterns import regex
from zsync.data import rows

_YEAR = regex(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


def year(item: Item) -> int | None:
    """The first year in the item's date, in whatever form Zotero holds it; None without one."""
    return first_year(item.fields.get("date", ""))


def label(item: Item) -> tuple[str | None, int | None]:
    """The venue's short name and the year, for a list entry; each None where the item has none.

    The year is the date's; where there is no date, one in the venue's name stands in.
    """
    names = _names(item)
    name = _preprint_server(item) or _first(map(_short_name, names.values())) or _as_written(names)
    return name, year(item) or first_year(" ".join(names.values()))


def first_year(text: str) -> int | None:
    """Return the first number in a text that can be a year; None without one."""
    found = _YEAR.search(text)
    return int(found[0]) if found else None


# --- Where an item names its venue -----------------------------------------------------------------

_VENUE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "conferencePaper": ("conferenceName", "proceedingsTitle", "series"),
    "journalArticle": ("publicationTitle", "journalAbbreviation"),
    "magazineArticle": ("publicationTitle",),
    "newspaperArticle": ("publicationTitle",),
    "preprint": ("repository",),
    "bookSection": ("bookTitle", "publicationTitle", "series", "publisher"),
    "book": ("publisher",),
    "thesis": ("university",),
    "report": ("institution",),
    "presentation": ("meetingName",),
}
# A short journal or publisher is called by its name; the title of proceedings is not.
_CALLED_BY_NAME = frozenset(
    (
        "publicationTitle",
        "journalAbbreviation",
        "repository",
        "publisher",
        "university",
        "institution",
    )
)
_LONGEST_NAME = 30
_LONGEST_READ = 400
_BRACKETED_END = regex(r"\s*\([^()]*\)\s*$")


def _names(item: Item) -> Mapping[str, str]:
    """The item's venue fields that hold something, the most telling first."""
    fields = _VENUE_FIELDS.get(item.item_type, ())
    named = {name: item.fields.get(name, "").strip()[:_LONGEST_READ] for name in fields}
    return {name: text for name, text in named.items() if text}


def _preprint_server(item: Item) -> str | None:
    """arXiv, for a preprint that shows it in any way and for an article filed under it."""
    named = " ".join(_names(item).values()).casefold()
    if item.item_type in ("preprint", "journalArticle") and re.match(r"arxiv\b|corr\b", named):
        return "arXiv"
    if item.item_type == "preprint" and not named:
        on_arxiv = any(found.kind == "arxiv" for found in identifiers.of_item(item))
        return "arXiv" if on_arxiv else None
    return None


def _as_written(names: Mapping[str, str]) -> str | None:
    called = (
        _BRACKETED_END.sub("", name) for field, name in names.items() if field in _CALLED_BY_NAME
    )
    return _first(name for name in called if len(name) <= _LONGEST_NAME)


def _first(names: Iterable[str | None]) -> str | None:
    return next((name for name in names if name), None)


# --- The short form of one name --------------------------------------------------------------------

_ACRONYM = r"[A-Z][A-Za-z0-9]{0,9}[A-Z][A-Za-z0-9]{0,9}(?:[-/&+][A-Z][A-Za-z0-9]{0,9}){0,3}"
_YEAR_MARK = r"(?:(?:19|20)\d\d|['’‘]\s?\d\d|(?<=-)\d\d)"
_LONGEST_ACRONYM = 16
_ACRONYM_PLACES = (
    re.compile(rf"\((?:ACM )?({_ACRONYM})(?:[\s-]*{_YEAR_MARK})?\)\s*$"),
    re.compile(rf"^(?:{_YEAR_MARK}\s+)?({_ACRONYM})(?:[\s-]*{_YEAR_MARK})?$"),
    re.compile(rf"^({_ACRONYM})[\s-]*{_YEAR_MARK}(?!\w)"),
    re.compile(rf"^({_ACRONYM})\s*[:–—]\s"),
    re.compile(rf"(?:^|[\s–—:,-])({_ACRONYM})[\s-]*{_YEAR_MARK}$"),
    re.compile(rf"\s[–—:,-]\s*({_ACRONYM})$"),
)
# Who holds a conference, not which one it is.
_SPONSORS = frozenset(
    (
        "ACM",
        "CVF",
        "IEEE",
        "IFIP",
        "RSJ",
        "USENIX",
        "SIAM",
        "LNCS",
        "LNAI",
        "CCIS",
        "PMLR",
        "JMLR",
        "CEUR-WS",
    )
)
_RENAMED = {"NIPS": "NeurIPS", "MM": "ACM MM", "CoRR": "arXiv", "SP": "S&P"}
_FINDINGS = regex(r"\s*findings\b", re.IGNORECASE)
_WORKSHOP = regex(r"\bworkshops?\b", re.IGNORECASE)


def _short_name(name: str) -> str | None:
    """The acronym that a venue's name holds or is known by; Findings and workshops say so."""
    acronym = _known(name) or _own_acronym(name)
    if acronym and _FINDINGS.match(name):
        return f"{acronym} Findings"
    if acronym in _HOSTS and _WORKSHOP.search(name):
        return f"{acronym} Workshop"
    return acronym


def _own_acronym(name: str) -> str | None:
    found = (place.search(name) for place in _ACRONYM_PLACES)
    acronyms = (acronym[1] for acronym in found if acronym)
    usable = (one for one in acronyms if one not in _SPONSORS and len(one) <= _LONGEST_ACRONYM)
    acronym = next(usable, None)
    return _RENAMED.get(acronym, acronym) if acronym else None


def _known(name: str) -> str | None:
    """By the table: the whole name, then shorter beginnings of it, then each part."""
    parts = re.split(r"\s*(?:[:;,()]|\s[–—-]\s)\s*", name)
    beginnings = (" ".join(parts[:count]) for count in range(len(parts), 0, -1))
    return _first(_SHORT_NAMES.get(_key(part)) for part in (*beginnings, *parts[1:]))


_ORGANISERS_AND_ORDINALS = """
proceedings proc of the on in for and a an annual acm ieee cvf rsj ras eurosys sigplan sigops
sigarch sigkdd sigmod sigir sigsoft sigsac sigchi sigmobile sigact sigart first second third
fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth
twenty thirty forty fifty sixty seventy
"""
_LEFT_OUT = frozenset(_ORGANISERS_AND_ORDINALS.split())
_NUMBER = regex(r"\d+(?:st|nd|rd|th)?|[ivx]+")


def _key(name: str) -> str:
    """A venue's name without what changes from year to year and who held it."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(word for word in words if word not in _LEFT_OUT and not _NUMBER.fullmatch(word))


_TABLE = tuple(rows("venues"))
_SHORT_NAMES: Mapping[str, str] = {_key(name): short for short, name in _TABLE}
# Conferences that hold workshops; the rest are workshops themselves.
_HOSTS = frozenset(_SHORT_NAMES.values()) - {"CVPRW", "ICCVW", "HotNets", "HotOS"}


# --- From a label back to a venue ------------------------------------------------------------------


class Venue(NamedTuple):
    """What a label in a list stands for: an item type, and the name that an item of it gives the venue.

    ``well_known`` says that the label was understood; else it is a guess by the label's form.
    """

    item_type: str
    name: str
    well_known: bool


_JOURNAL_LABELS = """
CACM CL CSUR IJCV IJRR JACM JAIR JMLR PACMPL PNAS PVLDB RA-L TACL TASLP TIP TIST TKDE TMI TMLR TMM
TNNLS TOG TOIS TOPLAS TPAMI TRO TSE TVCG
"""
_JOURNALS = frozenset(_JOURNAL_LABELS.split())
_PREPRINT_SERVERS: Mapping[str, str] = {
    "arxiv": "arXiv",
    "corr": "arXiv",
    "biorxiv": "bioRxiv",
    "chemrxiv": "ChemRxiv",
    "medrxiv": "medRxiv",
    "psyarxiv": "PsyArXiv",
    "ssrn": "SSRN",
}
_CONFERENCE_WORD = regex(
    r"\b(?:conf(?:erence)?|findings|proceedings|symposium|workshops?)\b", re.IGNORECASE
)
_ALL_CAPITALS = regex(r"[A-Z0-9][A-Z&+/-]{2,9}")
_JOURNAL_NAME = regex(r"(?:Cell|eLife|Nature|Neuron|Science|The Lancet)\b(?!:)")
_FINDINGS_NAME = "Findings of the Association for Computational Linguistics"
_CALLED_OTHERWISE: Mapping[str, str] = {"NIPS": "NeurIPS", "MM": "ACM MM", "SP": "S&P"}


def by_label(label: str, year: int | None = None) -> Venue:
    """Find what a label stands for: a preprint server, a well-known name of the table, or a guess.

    Of several names that the table has for a label, the first that :func:`label` reads back is taken. A
    label that is not in the table is its own name: a conference's where it is all capitals (as conferences
    are called in lists) or says so, a journal's otherwise (*Nature*).
    """
    label = " ".join(label.split())
    if server := _PREPRINT_SERVERS.get(label.casefold()):
        return Venue("preprint", server, well_known=True)
    if len(label) > _LONGEST_READ:
        return Venue("journalArticle", label, well_known=False)
    short = _CALLED_OTHERWISE.get(label, label)
    host = short.rpartition(" ")[0] or short
    names = [name for known, name in _TABLE if known.casefold() == short.casefold()]
    is_conference = _CONFERENCE_WORD.search(label) or _ALL_CAPITALS.fullmatch(label)
    is_workshop = host in _HOSTS and _CONFERENCE_WORD.search(label)
    is_known = bool(names or is_workshop or _JOURNAL_NAME.match(label))
    item_type = "conferencePaper" if is_conference or names else "journalArticle"
    if short in _JOURNALS:
        item_type = "journalArticle"
    when = f" {year}" if year else ""
    candidates = (*names, f"{_FINDINGS_NAME}: {host}{when}", f"{host}{when} Workshop", short)
    wanted = names[0] if names else short
    name = next((each for each in candidates if _short_name(each) == short), wanted)
    return Venue(item_type, name, well_known=is_known)
