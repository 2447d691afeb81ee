"""What the BibTeX and the BibLaTeX record of an item have in common.

The order of work: read Extra, choose the entry type, fill the fields by Zotero's base fields, let ``tex.``
lines from Extra have the last word.

What biber reads comes before what pandoc reads: ``199X``, not ``199u``. A BibTeX record has ``url``
where there is no DOI: a work without either cannot be found, and with both, most styles print two
addresses of one paper, which took 15 of the 47 references that came out otherwise than Better
BibTeX's. BibLaTeX has an option of its own for that (``url=false``), so its records keep both.
"""

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

from zsync.core.cite.policy import BibPolicy, UrlPlace
from zsync.core.dates import parse_date
from zsync.core.model import Creator, Item, Tag
from zsync.core.patterns import regex
from zsync.formats.bib.eprints import Eprint, bare_doi, find_arxiv
from zsync.formats.bib.extra import TexField, complete, parse_extra
from zsync.formats.bib.keywords import keywords
from zsync.formats.bib.languages import babel_name
from zsync.formats.bib.latex import TexForm, clean, url_command, verbatim
from zsync.formats.bib.names import guard_names, render_names
from zsync.formats.bib.raw_latex import is_harmless
from zsync.formats.bib.roles import NameFields, by_role
from zsync.formats.bib.titles import is_english, render_text, render_title

_TITLE_FIELDS: Final = frozenset({
    "title", "shorttitle", "booktitle", "series", "origtitle", "maintitle", "eventtitle", "subtitle",
})  # fmt: skip
_NAME_LISTS: Final = frozenset({
    "publisher", "institution", "organization", "location", "address", "school", "origpublisher",
    "origlocation",
})  # fmt: skip
_NAMES: Final = frozenset({
    "afterword", "annotator", "author", "bookauthor", "collaborator", "commentator", "editor",
    "editora", "editorb", "editorc", "foreword", "holder", "introduction", "namea", "nameb", "namec",
    "shortauthor", "shorteditor", "sortname", "translator",
})  # fmt: skip
_VERBATIM: Final = frozenset({"doi", "eprint"})
_UNPRINTED: Final = frozenset({
    "crossref", "eprinttype", "langid", "options", "related", "relatedtype", "xdata", "xref",
})  # fmt: skip
_NOT_OVERRIDDEN: Final = frozenset({"arxiv", "file"})
"""arXiv numbers are read before; paths on somebody's disk are nobody else's business."""
_AND: Final = regex(r"(?:\A|\s)and(?:\s|\Z)", re.IGNORECASE)
_DAY: Final = regex(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")
_IN_ISSUES: Final = frozenset({
    "book", "bookSection", "conferencePaper", "dictionaryEntry", "encyclopediaArticle", "journalArticle",
    "magazineArticle", "newspaperArticle",
})  # fmt: skip
"""What appears in numbered issues and series, of which one may have two numbers."""

_DASHES: Final = regex(r"(?<=\w)\s*[-‐‑–−]+\s*(?=\w)")
_NUMBER_RANGE: Final = regex(r"(\d+)\s*[-‐‑–−]+\s*(\d+)")
_KEYWORD_BREAKERS: Final = regex(r"[#%{},\\^]")

_THESES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("phd", "phddiss", "phddissertation", "dissertation"), "phdthesis"),
    **dict.fromkeys(("doctoral", "doctoraldissertation"), "phdthesis"),
    **dict.fromkeys(("ma", "msc", "master", "masters", "mphil"), "mathesis"),
    **dict.fromkeys(("ba", "bsc", "bachelor", "bachelors"), "bathesis"),
    **dict.fromkeys(("undergrad", "undergraduate"), "bathesis"),
    **dict.fromkeys(("cand", "candidate"), "candthesis"),
}
_NOT_LETTERS: Final = regex(r"[^a-z]")
_PATENT: Final = regex(r"(US|EP|GB|DE|FR)\s*(\d.*)", re.IGNORECASE)


class Record:
    """The record of an item in the making: Zotero's ``source`` on one side, BibTeX ``values`` on the other.

    ``source`` is by base field, completed from Extra; ``values`` are finished, without their delimiters.
    """

    target: ClassVar[str]
    title_fields: ClassVar[frozenset[str]] = _TITLE_FIELDS

    def __init__(self, item: Item, policy: BibPolicy) -> None:
        self.policy = policy
        self.form = TexForm(self.target == "biblatex", policy.in_ascii)
        self.item_type = item.item_type
        self.extra = parse_extra(item.fields.get("extra", ""))
        self.source = complete(item.fields, self.extra)
        self.own_series = item.fields.get("series") or item.fields.get("seriesTitle", "")
        self.csl_type = self.extra.csl_type
        self.english = is_english(self.source.get("language", ""))
        self.creators = by_role((*item.creators, *self.extra.creators), item.item_type)
        self.arxiv = find_arxiv(self.source, self.extra, is_preprint=self.is_preprint)
        self.entry_type = self.extra.entry_type(self.target) or self.choose_type()
        self.values: dict[str, str] = {}

    @property
    def is_preprint(self) -> bool:
        """Whether the item's publisher is a preprint server."""
        return self.item_type == "preprint"

    # --- what the two formats do differently ---

    def choose_type(self) -> str:
        """The entry type, if Extra does not name one."""
        raise NotImplementedError

    def name_fields(self) -> NameFields:
        """The creators by name field."""
        raise NotImplementedError

    def fill_special(self) -> None:
        """Fill what only this format has, or has in a way of its own."""
        raise NotImplementedError

    # --- writing a field ---

    def put(self, name: str, text: str | None) -> None:
        """Write a field unless there is nothing to say; what the field is decides how it is escaped."""
        if text and (value := self._value(name, text)):
            self.values[name] = value

    def put_from(self, name: str, *sources: str) -> None:
        """Write a field from the first of these base fields that says anything."""
        for key in sources:
            if text := self.source.get(key):
                self.put(name, text)
                return

    def _value(self, name: str, text: str) -> str:
        if name in self.title_fields:
            return self._title(text)
        if name in _VERBATIM or name == "url":
            return verbatim(text, is_address=name == "url")
        if name == "pages":
            text = clean(text)
            # Where pages go from one to another with a dash, a hyphen belongs to a number: 12-1–12-14.
            text = text.replace("–", "--") if "–" in text else _DASHES.sub("--", text)
            text = text.replace("—", "---")
        elif self._is_range(name) and (found := _NUMBER_RANGE.fullmatch(text)):
            text = f"{found[1]}--{found[2]}"
        value = render_text(text, self.form)
        return f"{{{value}}}" if name in _NAME_LISTS and _AND.search(value) else value

    def _is_range(self, name: str) -> bool:
        """Say whether a field may go from one number to another; that of a report or a thesis is a name."""
        return name == "volume" or (name == "number" and self.item_type in _IN_ISSUES)

    def _title(self, text: str) -> str:
        return render_title(
            text, self.form, english=self.english, title_case=self.policy.title_case
        )

    # --- filling ---

    def fill(self) -> None:
        """Fill everything that the item itself says."""
        self._fill_titles()
        self._fill_names()
        self.put_from("volume", "volume")
        self.put_from("pages", "pages")
        self.put_from("abstract", "abstractNote")
        self.put_from("origpublisher", "originalPublisher")
        self.put_from("origlocation", "originalPlace")
        self._fill_identifiers()
        if language := self.source.get("language"):
            self.put("langid", babel_name(language))
        self.fill_special()
        self._drop_repeats()

    def _fill_titles(self) -> None:
        title, volume_title = self.source.get("title"), self.source.get("volumeTitle")
        if volume_title and self.item_type == "book":
            title, volume_title = volume_title, title
        self.put("title", title)
        self.put("maintitle", volume_title)
        if (short := self.source.get("shortTitle")) != title:
            self.put("shorttitle", short)
        self.put("series", self.own_series or self.source.get("series"))

    def _fill_names(self) -> None:
        for name, (creators, role) in self.name_fields().items():
            self.put_names(name, creators)
            if role and name in self.values:
                self.values[f"{name}type"] = role

    def put_names(self, name: str, creators: Iterable[Creator]) -> None:
        """Write a name field unless nobody is named."""
        if names := render_names(creators, self.form):
            self.values[name] = names

    def _fill_identifiers(self) -> None:
        self.put("doi", bare_doi(self.source.get("DOI", "")))
        if not self.is_found_by_doi():
            self.put_from("url", "url")
        self.put_from("isbn", "ISBN")
        self.put_from("issn", "ISSN")
        self.put_from("pmid", "PMID")
        self.put_from("pmcid", "PMCID")
        for name in ("lccn", "mrnumber", "zmnumber"):
            self.put(name, self.extra.identifiers.get(name))

    def is_found_by_doi(self) -> bool:
        """Whether the DOI stands for the address: most styles of BibTeX would print both."""
        is_chosen = self.policy.url is UrlPlace.AUTO and not self.form.biblatex
        return is_chosen and "doi" in self.values

    def put_eprint(self, eprint: Eprint, archive: str, category: str) -> None:
        """Write where the paper is archived; a preprint's number need not be said twice."""
        self.put("eprint", eprint.number)
        self.put(archive, eprint.archive)
        self.put(category, eprint.category)
        if eprint is self.arxiv and self.is_preprint:
            self.values.pop("number", None)

    def put_access_date(self) -> None:
        """Write the day on which the address was looked at."""
        accessed = parse_date(self.source.get("accessDate", ""))
        if accessed and _DAY.fullmatch(accessed.start.date):
            self.values["urldate"] = accessed.start.date

    def _drop_repeats(self) -> None:
        title = self.values.get("title")
        for name in ("shorttitle", "journaltitle", "maintitle"):
            if title and self.values.get(name) == title:
                del self.values[name]

    # --- special fields that both formats know ---

    def thesis_kind(self) -> str:
        """BibLaTeX's word for the kind of thesis, where the item's ``type`` is a usual one."""
        words = _NOT_LETTERS.sub("", self.source.get("type", "").casefold())
        return _THESES.get(words.removesuffix("thesis"), "")

    def is_manual(self) -> bool:
        """Whether a report is a manual."""
        return self.item_type == "report" and "manual" in self.source.get("type", "").casefold()

    def put_patent_number(self) -> str:
        """Write a patent's (or application's) number without its office, and give the office."""
        number = self.source.get("number") or self.source.get("applicationNumber", "")
        found = _PATENT.fullmatch(number)
        self.put("number", found[2] if found else number)
        return found[1] if found else self.source.get("country", "")

    # --- keys, keywords and the last word ---

    def put_ids(self, keys: Iterable[str], key: str) -> None:
        """Write the further keys of the record ``key``."""
        if ids := self.extra.other_keys(keys, key):
            self.values["ids"] = ",".join(ids)

    def put_keywords(self, tags: Iterable[Tag]) -> None:
        """Write the tags that the policy wants, sorted, without what would split the list."""
        if names := keywords(tags, self.policy, _KEYWORD_BREAKERS):
            self.values["keywords"] = ",".join(names).replace("$", r"\$")

    def override(self) -> None:
        """Follow the ``tex.`` lines: each replaces a field, an empty one takes it away."""
        for line in self.extra.overrides(self.target, self.entry_type):
            if line.name in _NOT_OVERRIDDEN:
                continue
            if line.value and (value := self._override_value(line)):
                self.values[line.name] = value
            else:
                self.values.pop(line.name, None)

    def obey_policy(self) -> None:
        """Put the address where the policy wants it, and leave out what it does not want."""
        if self.policy.url not in (UrlPlace.AUTO, UrlPlace.FIELD):
            address = self.values.pop("url", "")
            self.values.pop("urldate", None)
            if address and self.policy.url is UrlPlace.NOTE:
                note = self.values.get("note", "")
                self.values["note"] = f"{note} {url_command(address)}".strip()
        for name in self.policy.omit:
            self.values.pop(name, None)

    def _override_value(self, line: TexField) -> str:
        value = self._typed_value(line)
        return guard_names(value) if line.name in _NAMES else value

    def _typed_value(self, line: TexField) -> str:
        if line.cased:
            return self._title(line.value)
        if line.name in _UNPRINTED or "url" in line.name:
            return verbatim(line.value, is_address="url" in line.name)
        if line.raw and is_harmless(raw := clean(line.value)):
            return raw
        if line.name in self.title_fields:
            return render_text(line.value, self.form)
        return self._value(line.name, line.value)
