"""One item -> the type and fields of its record.

The order of work: read Extra, choose the entry type, fill the fields by Zotero's base fields, let ``tex.``
lines from Extra have the last word. Which field goes where follows the BibLaTeX manual (chapter 2) and the
habits of BibTeX's standard styles; where Better BibTeX has set a custom, that custom.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from zsync.core.model import Creator, Item
from zsync.formats.dates import Date, parse_date
from zsync.formats.eprints import (
    Eprint,
    eprint_of_address,
    find_arxiv,
    find_eprint,
    is_arxiv_number,
)
from zsync.formats.extra import Extra, TexField, complete, parse_extra
from zsync.formats.item_types import (
    BASE_FIELDS,
    BIBLATEX_SUBTYPES,
    BIBLATEX_TYPES,
    BIBTEX_TYPES,
    CSL_SUBTYPES,
    CSL_TYPES,
)
from zsync.formats.languages import babel_name
from zsync.formats.latex import clean, is_harmless, verbatim
from zsync.formats.names import render_names
from zsync.formats.roles import biblatex_names, bibtex_names, by_role
from zsync.formats.titles import is_english, render_text, render_title

MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_TITLE_FIELDS: Final = frozenset({
    "title", "shorttitle", "booktitle", "series", "origtitle", "maintitle", "eventtitle",
    "subtitle",
})  # fmt: skip
_NAME_LISTS: Final = frozenset({
    "publisher", "institution", "organization", "location", "address", "school",
    "origpublisher", "origlocation",
})  # fmt: skip
_ADDRESSES: Final = frozenset({"url"})
_VERBATIM: Final = frozenset({
    "doi", "eprint", "pmid", "pmcid", "mrnumber", "zmnumber", "lccn", "isbn", "issn",
})  # fmt: skip
_UNPRINTED: Final = frozenset({
    "crossref", "eprinttype", "file", "ids", "langid", "options", "related", "relatedtype",
    "xdata", "xref",
})  # fmt: skip
_NUMBERS: Final = frozenset({"number", "volume"})
_ONE_NUMBER: Final = frozenset({
    "book", "inbook", "incollection", "proceedings", "inproceedings",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fields:
    """A record's entry type and its fields: names and finished values without delimiters."""

    entry_type: str
    values: Mapping[str, str]


def build_fields(
    item: Item,
    key: str,
    *,
    biblatex: bool,
    ids: Sequence[str] = (),
    omit_tags: Collection[str] = (),
) -> Fields:
    """Say how an item reads as a BibTeX or BibLaTeX record.

    ``ids`` are further keys of the record ``key``; tags named in ``omit_tags`` (compared without case and
    without leading ``/``, ``_`` or ``#``) stay out of the keywords. Notes, files and free text of Extra
    never get in.
    """
    extra = parse_extra(item.fields.get("extra", ""))
    work = _Work(item, extra, biblatex=biblatex)
    work.fill()
    work.put_keywords(_keywords(item, omit_tags))
    work.put_ids(other for other in (*extra.aliases, *ids) if other != key)
    work.override()
    return Fields(work.entry_type, work.values)


class _Work:
    """A record in the making: what Zotero says on one side, BibTeX fields on the other."""

    def __init__(self, item: Item, extra: Extra, *, biblatex: bool) -> None:
        self.item = item
        self.kind = item.item_type
        self.extra = extra
        self.biblatex = biblatex
        self.target = "biblatex" if biblatex else "bibtex"
        self.source = complete(_base_fields(item.fields), extra)
        self.csl_type = self._take_csl_type()
        self.english = is_english(self.source.get("language", ""))
        self.creators = by_role((*item.creators, *extra.creators), self.kind)
        self.entry_type = extra.entry_type(self.target) or self._entry_type()
        self.values: dict[str, str] = {}

    # --- entry type ---

    def _take_csl_type(self) -> str:
        wanted = self.extra.fields.get("type", "")
        if wanted.casefold() not in CSL_TYPES:
            return ""
        if self.source.get("type") == wanted:
            del self.source["type"]
        return wanted.casefold()

    def _entry_type(self) -> str:
        if self.csl_type:
            return CSL_TYPES[self.csl_type][self.biblatex]
        if self.biblatex:
            return self._biblatex_type()
        if self.kind == "thesis" and _thesis_kind(self.source.get("type", "")) == "mathesis":
            return "mastersthesis"
        if self.kind == "report" and "manual" in self.source.get("type", "").casefold():
            return "manual"
        return BIBTEX_TYPES.get(self.kind, "misc")

    def _biblatex_type(self) -> str:
        if self.kind == "book" and "numberOfVolumes" in self.source:
            return "mvbook"
        if self.kind == "bookSection" and "bookAuthor" in self.creators:
            return "inbook"
        if self.kind == "report" and "manual" in self.source.get("type", "").casefold():
            return "manual"
        if self.kind == "journalArticle" and is_arxiv_number(
            self.source.get("publicationTitle", "")
        ):
            return "unpublished"
        return BIBLATEX_TYPES.get(self.kind, "misc")

    # --- writing a field ---

    def put(self, name: str, text: str) -> None:
        """Write a field unless its text is empty; how it is escaped depends on what the field is."""
        if text and (value := self._value(name, text)):
            self.values[name] = value

    def _value(self, name: str, text: str) -> str:
        if name in _TITLE_FIELDS:
            return render_title(text, english=self.english, biblatex=self.biblatex)
        if name in _ADDRESSES:
            return verbatim(text, is_address=True)
        if name in _VERBATIM:
            return verbatim(text)
        if name == "pages":
            text = _DASHES.sub("--", clean(text)).replace("—", "---")
        elif name in _NUMBERS and (found := _NUMBER_RANGE.fullmatch(text)):
            text = f"{found[1]}--{found[2]}"
        value = render_text(text, biblatex=self.biblatex)
        return f"{{{value}}}" if name in _NAME_LISTS and " and " in value else value

    def put_from(self, name: str, *sources: str) -> None:
        """Write a field from the first of these base fields that says anything."""
        for key in sources:
            if text := self.source.get(key):
                self.put(name, text)
                return

    def put_ids(self, keys: Iterable[str]) -> None:
        """Write further keys of the record."""
        if keys := [key for key in dict.fromkeys(keys) if key and not _KEY_BREAKERS.search(key)]:
            self.values["ids"] = ",".join(keys)

    def put_keywords(self, keywords: str) -> None:
        """Write the keywords, which are no running text."""
        if keywords:
            self.values["keywords"] = keywords

    # --- filling ---

    def fill(self) -> None:
        """Fill everything that the item itself says."""
        self._fill_titles()
        self._fill_names()
        self._fill_container()
        self._fill_publisher()
        self._fill_numbers()
        self._fill_type()
        self._fill_dates()
        self._fill_identifiers()
        self._fill_eprint()
        self.put_from("abstract", "abstractNote")
        if language := self.source.get("language"):
            self.put("langid", babel_name(language))
        if not self.biblatex:
            self.put_from("copyright", "rights")
            self.put_from("lccn", "callNumber")
        self._drop_repeats()

    def _fill_titles(self) -> None:
        title, volume_title = self.source.get("title", ""), self.source.get("volumeTitle", "")
        if volume_title and "book" in self.entry_type:
            title, volume_title = volume_title, title
        self.put("title", title)
        if self.biblatex:
            self.put("maintitle", volume_title)
            self.put_from("origtitle", "originalTitle")
        if (short := self.source.get("shortTitle", "")) != title:
            self.put("shorttitle", short)
        self.put(
            "series", self.item.fields.get("series") or self.item.fields.get("seriesTitle", "")
        )
        if "series" not in self.values:
            self.put_from("series", "series")

    def _fill_names(self) -> None:
        fields = biblatex_names(self.creators) if self.biblatex else bibtex_names(self.creators)
        for name, (creators, role) in fields.items():
            if names := render_names(creators, biblatex=self.biblatex):
                self.values[name] = names
                if role:
                    self.values[f"{name}type"] = role

    def _fill_container(self) -> None:
        if self.biblatex:
            self._fill_biblatex_container()
            return
        if self.entry_type in ("incollection", "inproceedings", "inbook"):
            sources = ("publicationTitle", "conferenceName", "meetingName")
            self.put_from(
                "booktitle", *(sources if self.kind == "conferencePaper" else sources[:1])
            )
        else:
            self.put_from("journal", "publicationTitle", "reporter", "code")

    def _fill_biblatex_container(self) -> None:
        if subtype := self._subtype():
            self.put("entrysubtype", subtype)
        field = _CONTAINERS.get(self.entry_type, "journaltitle")
        if self.entry_type != "unpublished" or self.kind != "journalArticle":
            self.put_from(field, "publicationTitle", "reporter", "code")
        if field == "journaltitle" and self.entry_type == "article":
            wanted = "shortjournal" if field in self.values else field
            self.put_from(wanted, "journalAbbreviation")
        if self.kind == "newspaperArticle":
            self.put_from("journalsubtitle", "section")
        self.put_from("eventtitle", "conferenceName", "meetingName")

    def _subtype(self) -> str:
        if self.csl_type:
            return CSL_SUBTYPES.get(self.csl_type, "")
        return BIBLATEX_SUBTYPES.get(self.kind, "")

    def _fill_publisher(self) -> None:
        table = _BIBLATEX_PUBLISHERS if self.biblatex else _BIBTEX_PUBLISHERS
        if self.entry_type == "jurisdiction":
            self.put_from("institution", "authority")
        elif not (self.biblatex and self.kind == "preprint"):
            self.put_from(table.get(self.entry_type, "publisher"), "publisher")
        if not self.biblatex:
            if self.kind == "computerProgram" and "publisher" in self.values:
                self.values["howpublished"] = self.values.pop("publisher")
            first, second = (
                ("eventPlace", "place")
                if self.kind == "conferencePaper"
                else ("place", "eventPlace")
            )
            self.put_from("address", first, second)
            return
        self.put_from("venue" if self.kind == "presentation" else "location", "place")
        self.put_from("venue", "eventPlace")
        self.put_from("origpublisher", "originalPublisher")
        self.put_from("origlocation", "originalPlace")

    def _fill_numbers(self) -> None:
        self.put_from("volume", "volume")
        self.put_from("pages", "pages")
        issue = self.source.get("issue", "")
        if self.biblatex and issue and not _NUMBER_LIKE.fullmatch(issue):
            self.put("issue", issue)
            issue = ""
        self.put("number", issue)
        if "number" not in self.values:
            self.put_from("number", "number", "seriesNumber")
        if not self.biblatex:
            self.put_from("edition", "edition")
            if self.entry_type in _ONE_NUMBER and "volume" in self.values:
                self.values.pop("number", None)
            return
        self.put("edition", _ORDINAL.sub(r"\1", self.source.get("edition", "")))
        self.put_from("volumes", "numberOfVolumes")
        self.put_from("pagetotal", "numPages")
        self.put_from("version", "versionNumber")

    def _fill_type(self) -> None:
        text = self.source.get("type", "")
        if self.kind == "patent":
            self._fill_patent()
        elif self.kind == "thesis" and (kind := _thesis_kind(text)):
            if self.biblatex:
                self.put("type", kind)
        elif self.kind == "manuscript" and self.biblatex:
            self.put("howpublished", text)
        elif self.biblatex or self.kind in ("thesis", "report"):
            self.put("type", text or _DEFAULT_TYPES.get(self.kind, "") * self.biblatex)
        if self.kind == "dataset" and self.biblatex and not text:
            self.put_from("type", "medium")
        if self.biblatex:
            self.put(
                "pubstate",
                self.source.get("status") or ("prepublished" * (self.kind == "preprint")),
            )

    def _fill_patent(self) -> None:
        number = self.source.get("number", "")
        application = self.source.get("applicationNumber", "")
        country = self.source.get("country", "")
        found = _PATENT.fullmatch(clean(number or application))
        region = _REGIONS.get((found[1] if found else country).casefold(), "")
        if found:
            number = application = found[2]
        self.put("number", number or application)
        if self.biblatex:
            kind = "patent" if self.source.get("number") or not region else "patreq"
            self.put("type", kind + region)
            if not region:
                self.put("location", country)
            if assignee := self.source.get("assignee"):
                self.values["holder"] = render_names([Creator("", name=assignee)], biblatex=True)

    def _fill_dates(self) -> None:
        text = clean(self.source.get("date", ""))
        date = parse_date(text)
        if self.biblatex:
            self._fill_biblatex_dates(text, date)
        else:
            self._fill_bibtex_date(text, date)
        accessed = parse_date(self.source.get("accessDate", ""))
        if accessed and ("url" in self.source or not self.biblatex):
            self.values["urldate"] = str(replace(accessed.start, time="", mark=""))

    def _fill_biblatex_dates(self, text: str, date: Date | None) -> None:
        if date:
            self.values["date"] = date.edtf
            if date.original:
                self.values["origdate"] = str(date.original)
        elif text:
            is_undated = text.casefold() in _UNDATED
            self.values["year"] = r"\bibstring{nodate}" if is_undated else self._value("year", text)
        for name, source in (("origdate", "originalDate"), ("eventdate", "eventDate")):
            if other := parse_date(self.source.get(source, "")):
                self.values[name] = other.edtf

    def _fill_bibtex_date(self, text: str, date: Date | None) -> None:
        if date is None:
            self.put("year", text)
            return
        self.values["year"] = _bibtex_year(date)
        month = date.start.month
        if month.isdigit() and 1 <= int(month) <= 12:
            self.values["month"] = MONTHS[int(month) - 1]

    def _fill_identifiers(self) -> None:
        self.put("doi", _DOI_PREFIX.sub("", self.source.get("DOI", "").strip()))
        self.put_from("url", "url")
        self.put_from("isbn", "ISBN")
        self.put_from("issn", "ISSN")
        for name in ("lccn", "mrnumber", "zmnumber"):
            self.put(name, self.extra.identifiers.get(name, ""))

    def _fill_eprint(self) -> None:
        is_preprint = self.kind == "preprint"
        arxiv = find_arxiv(self.source, self.extra, is_preprint=is_preprint)
        eprint = arxiv
        if self.biblatex:
            eprint = (
                eprint_of_address(self.source.get("url", ""))
                or arxiv
                or find_eprint(self.source, self.extra, is_preprint=is_preprint)
            )
        if eprint:
            self._put_eprint(eprint)
        if arxiv and eprint is not arxiv:
            self.put("arxiv", arxiv.number)
        if arxiv and eprint is arxiv and is_preprint:
            self.values.pop("number", None)
        if self.values.get("eprinttype") != "pubmed":
            self.put_from("pmid", "PMID")
        self.put_from("pmcid", "PMCID")

    def _put_eprint(self, eprint: Eprint) -> None:
        archive, category = _EPRINT_FIELDS[self.biblatex]
        self.put("eprint", eprint.number)
        self.put(archive, eprint.archive)
        self.put(category, eprint.category)

    def _drop_repeats(self) -> None:
        title = self.values.get("title")
        for name in ("shorttitle", "journaltitle", "maintitle"):
            if title and self.values.get(name) == title:
                del self.values[name]

    # --- the last word ---

    def override(self) -> None:
        """Follow the ``tex.`` lines: each replaces a field, an empty one takes it away."""
        for line in self.extra.overrides(self.target, self.entry_type):
            if line.name == "arxiv":
                continue
            if line.value and (value := self._override_value(line)):
                self.values[line.name] = value
            else:
                self.values.pop(line.name, None)

    def _override_value(self, line: TexField) -> str:
        if line.cased:
            return render_title(line.value, english=self.english, biblatex=self.biblatex)
        if line.name in _UNPRINTED or line.name in _ADDRESSES or "url" in line.name:
            return verbatim(line.value, is_address=line.name in _ADDRESSES)
        if line.raw and is_harmless(line.value):
            return line.value
        if line.name in _TITLE_FIELDS:
            return render_text(line.value, biblatex=self.biblatex)
        return self._value(line.name, line.value)


_KEY_BREAKERS: Final = re.compile(r"[\s\\\"#%'(),={}~\x00-\x1f]")
_CONTAINERS: Final = {
    **dict.fromkeys(
        ("incollection", "inproceedings", "inreference", "inbook", "movie", "video"), "booktitle"
    ),
    "online": "organization",
}
_BIBLATEX_PUBLISHERS: Final = {
    "report": "institution",
    "thesis": "institution",
    "software": "organization",
    "misc": "organization",
}
_BIBTEX_PUBLISHERS: Final = {
    "phdthesis": "school",
    "mastersthesis": "school",
    "techreport": "institution",
}
_DEFAULT_TYPES: Final = {"letter": "Letter", "email": "E-mail"}
_UNDATED: Final = frozenset({"n.d.", "n.d", "nd", "no date", "undated", "s.d.", "o.j."})
_EPRINT_FIELDS: Final = (("archiveprefix", "primaryclass"), ("eprinttype", "eprintclass"))
_DOI_PREFIX: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_NUMBER_LIKE: Final = re.compile(
    r"(?:\d+|[ivxlcdm]+|[a-z])(?:\s*[-–—/]\s*(?:\d+|[ivxlcdm]+|[a-z]))?", re.IGNORECASE
)
_ORDINAL: Final = re.compile(r"^(\d+)(?:st|nd|rd|th)?\.?(?: ed(?:ition|\.)?)?$", re.IGNORECASE)
_DASHES: Final = re.compile(r"(?<=\w)\s*(?:[-‐‑–−]+)\s*(?=\w)")
_NUMBER_RANGE: Final = re.compile(r"(\d+)\s*[-‐‑–−]+\s*(\d+)")
_PATENT: Final = re.compile(r"(US|EP|GB|DE|FR)\s*(\d.*)", re.IGNORECASE)
_REGIONS: Final = {
    "us": "us", "ep": "eu", "eu": "eu", "gb": "uk", "uk": "uk", "de": "de", "fr": "fr",
    "united states": "us", "germany": "de", "france": "fr", "united kingdom": "uk",
}  # fmt: skip
_THESIS_WORDS: Final = re.compile(r"[^a-z]|thesis$")
_THESES: Final = {
    **dict.fromkeys(
        ("phd", "dissertation", "doctoraldissertation", "phddiss", "phddissertation", "doctoral"),
        "phdthesis",
    ),
    **dict.fromkeys(("ma", "master", "masters", "mphil", "msc"), "mathesis"),
    **dict.fromkeys(("bachelor", "bachelors", "ba", "undergrad", "undergraduate"), "bathesis"),
    **dict.fromkeys(("cand", "candidate"), "candthesis"),
}


def _base_fields(fields: Mapping[str, str]) -> dict[str, str]:
    return {
        BASE_FIELDS.get(name, name): text
        for name, value in fields.items()
        if name != "extra" and (text := value.strip())
    }


def _thesis_kind(text: str) -> str:
    words = _THESIS_WORDS.sub("", text.casefold())
    return _THESES.get(words.removesuffix("thesis"), "")


def _bibtex_year(date: Date) -> str:
    year = date.start.year.lstrip("0") or "0"
    if date.end and date.end.year and date.end.year != date.start.year and date.end.year != "..":
        year = f"{year}--{date.end.year}"
    return f"[{date.original.year}] {year}" if date.original else year


def _keywords(item: Item, omit_tags: Collection[str]) -> str:
    names = {
        name
        for tag in item.tags
        if tag.name.casefold().lstrip("/_#") not in omit_tags
        and (name := _KEYWORD_BREAKERS.sub("", clean(tag.name)).replace("$", r"\$").strip())
    }
    return ",".join(sorted(names, key=lambda name: (name.casefold(), name)))


_KEYWORD_BREAKERS: Final = re.compile(r"[#%{},\\^]")
