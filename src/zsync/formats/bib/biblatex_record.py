"""The BibLaTeX record of an item: the fields of BibLaTeX's data model (its manual, chapter 2), in UTF-8."""

import re
from typing import ClassVar, Final

from zsync.core.dates import is_undated, parse_date
from zsync.core.model import Creator
from zsync.core.patterns import regex
from zsync.formats.bib.eprints import eprint_of_address, find_eprint, is_arxiv_number
from zsync.formats.bib.item_types import (
    BIBLATEX_SUBTYPES,
    BIBLATEX_TYPES,
    CSL_SUBTYPES,
    CSL_TYPES,
)
from zsync.formats.bib.latex import clean
from zsync.formats.bib.record import Record
from zsync.formats.bib.roles import NameFields, biblatex_names

_CONTAINERS: Final = {
    "inbook": "booktitle",
    "incollection": "booktitle",
    "inproceedings": "booktitle",
    "inreference": "booktitle",
    "movie": "booktitle",
    "online": "organization",
    "video": "booktitle",
}
_PUBLISHERS: Final = {
    "misc": "organization",
    "report": "institution",
    "software": "organization",
    "thesis": "institution",
}
_DEFAULT_TYPES: Final = {"email": "E-mail", "letter": "Letter"}
_NUMBER_LIKE: Final = regex(
    r"(?:\d+|[ivxlcdm]+|[a-z])(?:\s*[-–—/]\s*(?:\d+|[ivxlcdm]+|[a-z]))?", re.IGNORECASE
)
_ORDINAL: Final = regex(r"(\d+)(?:st|nd|rd|th)?\.?(?: ed(?:ition|\.)?)?", re.IGNORECASE)
_SPACES: Final = regex(r"[\s-]+")
# A date with its state after it: 2020 (in press).
_REMARKED: Final = regex(
    r"(\d{4})[ ,]*[(\[]?(forthcoming|in press|in preparation|submitted)[)\]]?", re.IGNORECASE
)
_STATES: Final = frozenset({"forthcoming", "inpreparation", "inpress", "prepublished", "submitted"})
_REGIONS: Final = {
    "de": "de", "germany": "de", "ep": "eu", "eu": "eu", "fr": "fr", "france": "fr", "gb": "uk",
    "uk": "uk", "united kingdom": "uk", "us": "us", "united states": "us",
}  # fmt: skip


class BiblatexRecord(Record):
    """How BibLaTeX says it."""

    target: ClassVar[str] = "biblatex"

    def choose_type(self) -> str:
        """Choose by CSL type, by what the item's fields give away, by item type."""
        if self.csl_type:
            return CSL_TYPES[self.csl_type][1]
        if self.item_type == "book" and "numberOfVolumes" in self.source:
            return "mvbook"
        if self.item_type == "bookSection" and "bookAuthor" in self.creators:
            return "inbook"
        if self.item_type == "journalArticle" and self._is_in_no_journal():
            return "unpublished"
        return "manual" if self.is_manual() else BIBLATEX_TYPES.get(self.item_type, "misc")

    def _is_in_no_journal(self) -> bool:
        journal = self.source.get("publicationTitle", "")
        return self.arxiv is not None and (not journal or is_arxiv_number(journal))

    def name_fields(self) -> NameFields:
        """BibLaTeX has a field for most roles."""
        return biblatex_names(self.creators)

    def fill_special(self) -> None:
        """Fill what is BibLaTeX's own."""
        self._fill_container()
        self._fill_publisher()
        self._fill_numbers()
        self._fill_type()
        self._fill_dates()
        self._fill_eprint()
        self.put_from("origtitle", "originalTitle")
        self._fill_state()

    def _fill_container(self) -> None:
        if self.csl_type:
            self.put("entrysubtype", CSL_SUBTYPES.get(self.csl_type))
        else:
            self.put("entrysubtype", BIBLATEX_SUBTYPES.get(self.item_type))
        field = _CONTAINERS.get(self.entry_type, "journaltitle")
        if self.entry_type != "unpublished" or self.item_type != "journalArticle":
            self.put_from(field, "publicationTitle", "reporter", "code")
        if self.entry_type == "article":
            wanted = "shortjournal" if field in self.values else field
            self.put_from(wanted, "journalAbbreviation")
        if self.item_type == "newspaperArticle":
            self.put_from("journalsubtitle", "section")
        self.put_from("eventtitle", "conferenceName", "meetingName")

    def _fill_publisher(self) -> None:
        if self.entry_type == "jurisdiction":
            self.put_from("institution", "authority")
        elif not self.is_preprint:
            self.put_from(_PUBLISHERS.get(self.entry_type, "publisher"), "publisher")
        self.put_from("venue" if self.item_type == "presentation" else "location", "place")
        self.put_from("venue", "eventPlace")

    def _fill_numbers(self) -> None:
        issue = self.source.get("issue", "")
        if issue and not _NUMBER_LIKE.fullmatch(issue):
            self.put("issue", issue)
            self.put_from("number", "number", "seriesNumber")
        else:
            self.put_from("number", "issue", "number", "seriesNumber")
        edition = self.source.get("edition", "")
        ordinal = _ORDINAL.fullmatch(edition)
        self.put("edition", ordinal[1] if ordinal else edition)
        self.put_from("volumes", "numberOfVolumes")
        self.put_from("pagetotal", "numPages")
        self.put_from("version", "versionNumber")

    def _fill_type(self) -> None:
        text = self.source.get("type", "")
        match self.item_type:
            case "patent":
                self._fill_patent()
            case "thesis":
                self.put("type", self.thesis_kind() or text)
            case "manuscript":
                self.put("howpublished", text)
            case "dataset":
                self.put_from("type", "type", "medium")
            case kind:
                self.put("type", text or _DEFAULT_TYPES.get(kind))

    def _fill_patent(self) -> None:
        office = self.put_patent_number()
        region = _REGIONS.get(office.casefold(), "")
        is_granted = "number" in self.source or not region
        self.put("type", ("patent" if is_granted else "patreq") + region)
        if not region:
            self.put_from("location", "country")
        if assignee := self.source.get("assignee"):
            self.put_names("holder", [Creator("assignee", name=assignee)])

    def _fill_dates(self) -> None:
        text = clean(self.source.get("date", ""))
        if found := _REMARKED.fullmatch(text):
            # What a remark says of the state has a field of its own, and the year stays a date.
            text = found[1]
            self.source.setdefault("status", found[2])
        if date := parse_date(text):
            self.values["date"] = date.edtf
            if date.original:
                self.values["origdate"] = str(date.original)
        elif is_undated(text):
            self.values["year"] = r"\bibstring{nodate}"
        else:
            self.put("year", text)
        for name, source in (("origdate", "originalDate"), ("eventdate", "eventDate")):
            if other := parse_date(self.source.get(source, "")):
                self.values[name] = other.edtf
        if "url" in self.source:
            self.put_access_date()

    def _fill_state(self) -> None:
        state = self.source.get("status", "")
        known = _SPACES.sub("", state.casefold())
        usual = "prepublished" if self.is_preprint else ""
        self.put("pubstate", known if known in _STATES else state or usual)

    def _fill_eprint(self) -> None:
        """The archive that the item's address names, else arXiv, else any other that it is known to."""
        eprint = (
            eprint_of_address(self.source.get("url", ""))
            or self.arxiv
            or find_eprint(self.source, self.extra, self.item_type)
        )
        if eprint:
            self.put_eprint(eprint, "eprinttype", "eprintclass")
        elif self.is_preprint:
            # An archive without a number there is no eprint for biber.
            self.put_from("organization", "publisher")
        if self.arxiv and eprint is not self.arxiv:
            self.put("arxiv", self.arxiv.number)
