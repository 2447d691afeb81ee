"""The BibTeX record of an item: the fields of BibTeX's standard styles, in ASCII where LaTeX has a macro."""

from typing import ClassVar, Final

from zsync.core.dates import Date, Moment, parse_date
from zsync.core.item_schema import own_name
from zsync.core.patterns import regex
from zsync.formats.bib.item_types import BIBTEX_TYPES, CSL_TYPES
from zsync.formats.bib.latex import clean
from zsync.formats.bib.record import Record
from zsync.formats.bib.roles import NameFields, bibtex_names

MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_LEADING_ZEROS: Final = regex(r"\A0+(?=\d)")
_DECADE: Final = regex(r"\d{3}X")
_CENTURY: Final = regex(r"\d\dXX")
#: EDTF's seasons as months, which BibTeX's styles print as they stand.
_SEASONS: Final = {"21": "Spring", "22": "Summer", "23": "Autumn", "24": "Winter"}
_IN_BOOKS: Final = frozenset({"inbook", "incollection", "inproceedings"})
_VOLUME_OR_NUMBER: Final = _IN_BOOKS | {"book", "proceedings"}
_PUBLISHERS: Final = {
    "mastersthesis": "school",
    "phdthesis": "school",
    "techreport": "institution",
}


class BibtexRecord(Record):
    """How BibTeX says it."""

    target: ClassVar[str] = "bibtex"
    title_fields: ClassVar[frozenset[str]] = Record.title_fields | {"type"}

    def choose_type(self) -> str:
        """Choose by CSL type, kind of thesis or report, item type; BibTeX knows few."""
        if self.csl_type:
            return CSL_TYPES[self.csl_type][0]
        if self.item_type == "thesis" and self.thesis_kind() == "mathesis":
            return "mastersthesis"
        return "manual" if self.is_manual() else BIBTEX_TYPES.get(self.item_type, "misc")

    def name_fields(self) -> NameFields:
        """BibTeX's styles print an author or an editor of an ``inbook``, not both."""
        fields = bibtex_names(self.creators)
        if self.entry_type == "inbook" and "author" in fields:
            fields.pop("editor", None)
        return fields

    def fill_special(self) -> None:
        """Fill what is BibTeX's own."""
        self._fill_container()
        self._fill_publisher()
        self._fill_numbers()
        self._fill_date()
        self.put_access_date()
        self.put_from("copyright", "rights")
        if not self.is_preprint:
            self.put_from("chapter", "section")
        self.put_from("lccn", "callNumber")
        if self.arxiv:
            self.put_eprint(self.arxiv, "archiveprefix", "primaryclass")

    def _fill_container(self) -> None:
        if self.entry_type not in _IN_BOOKS:
            self.put_from("journal", "publicationTitle", "reporter", "code")
        elif self.item_type == "conferencePaper":
            self.put_from("booktitle", "publicationTitle", "conferenceName", "meetingName")
        else:
            self.put_from("booktitle", "publicationTitle")

    def _fill_publisher(self) -> None:
        name = _PUBLISHERS.get(self.entry_type, "publisher")
        self.put_from("howpublished" if self.item_type == "computerProgram" else name, "publisher")
        if self.item_type == "conferencePaper":
            self.put_from("address", "eventPlace", "place")
        else:
            self.put_from("address", "place", "eventPlace")

    def _fill_numbers(self) -> None:
        self.put_from("edition", "edition")
        self.put_from("version", "versionNumber")
        if self.item_type == "patent":
            self.put_patent_number()
            self.put_from("assignee", "assignee")
            self.put_from("nationality", "country")
        elif self.entry_type not in _VOLUME_OR_NUMBER or "volume" not in self.values:
            self.put_from("number", "issue", "number", "seriesNumber")
        if self.item_type != "thesis" or not self.thesis_kind():
            self.put_from("type", "type")

    def _fill_date(self) -> None:
        text = clean(self.source.get("date", ""))
        date = parse_date(text)
        if date is None:
            self.put("year", text)
            return
        original = date.original or self._reprinted()
        years = _years(date)
        self.values["year"] = f"[{_year(original.year)}] {years}" if original else years
        month = date.start.month
        if month.isdigit() and 1 <= int(month) <= len(MONTHS):
            self.values["month"] = MONTHS[int(month) - 1]
        elif month in _SEASONS:
            self.values["month"] = _SEASONS[month]

    def _reprinted(self) -> Moment | None:
        """When a book, or a part of one, came out first; what else has such a date is no reprint."""
        first = parse_date(self.source.get("originalDate", ""))
        has_reprints = first and own_name(self.item_type, "originalDate") == "originalDate"
        return first.start if first and has_reprints else None


def _years(date: Date) -> str:
    known = [moment.year for moment in (date.start, date.end) if moment and moment.year.strip(".")]
    return "--".join(dict.fromkeys(map(_year, known)))


def _year(year: str) -> str:
    """A year as BibTeX's styles print it: as it stands. ISO counts back from a year 0, and people do not."""
    if year.startswith("-") or not year.strip("0"):
        return f"{1 - int(year)} BC"
    if _DECADE.fullmatch(year):
        return f"{year[:-1]}0s"
    if _CENTURY.fullmatch(year):
        number = int(year[:2]) + 1
        ending = "th" if number // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{ending} century"
    return _LEADING_ZEROS.sub("", year)
