"""Three-way merge of one BibTeX record, spliced into the text that stands in the file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from zsync.core.base import RecordBase, digest_field
from zsync.core.cite.record_merge import Merged, decide, fields_base
from zsync.core.fields import digest
from zsync.core.patterns import regex
from zsync.formats.bib import bibtex_fields
from zsync.formats.bib.bibtex_fields import RecordText


def record_base(rendered: str) -> RecordBase:
    """What is remembered of a record as it was rendered."""
    values = bibtex_fields.scan(rendered.strip()).values()
    return RecordBase(digest(rendered.strip()), fields_base(values))


def merge(present: str, rendered: str, base: RecordBase, *, remarks: bool = False) -> Merged:
    """Bring the record in the file in step with the one that was rendered, field by field.

    ``present`` has the file's line ends as LF; ``remarks`` may stand between its fields for Biber.

    Raises:
        bibtex_fields.UnreadableRecordError: BibTeX could not read the record in the file either.

    """
    rendered = rendered.strip()
    if present == rendered or base.fits(present):
        return Merged(rendered)
    mine, theirs = bibtex_fields.scan(present, remarks=remarks), bibtex_fields.scan(rendered)
    mine, base = _in_the_words_of(theirs, mine, base)
    decision = decide(mine.values(), theirs.values(), base)
    return Merged(_spliced(mine, theirs, decision.changed), decision.by_hand, decision.lost)


# A date as BibLaTeX has it, from a year to a day.
_DATE: Final = regex(r"(\d{4})(?:-(\d\d))?(?:-\d\d)?")
_YEAR: Final = regex(r"\d{4}")


def _with_date(
    theirs: RecordText, mine: RecordText, base: RecordBase
) -> tuple[RecordText, RecordBase]:
    """Say the year of the file's record in the words of the format that is written now.

    The year is what people edit. Where they did, the rest of the date is Zotero's, as it was.
    """
    wanted, present = theirs.values(), mine.values()
    if "date" in wanted and "year" in present and "date" not in present:
        date, year = _DATE.fullmatch(wanted["date"]), present["year"]
        if not date or not _YEAR.fullmatch(year):
            return mine, base
        is_known = digest_field("year", date[1]) in base.fields
        mine = _said_as(mine, "year", "date", year + wanted["date"][4:])
        now = wanted["date"]
    elif "year" in wanted and "date" in present and "year" not in present:
        date, now = _DATE.fullmatch(present["date"]), wanted["year"]
        if not date or not _YEAR.fullmatch(now):
            return mine, base
        # Which month and day the date had is in the base alone, as a digest.
        ends = ("", *(f"-{month:02}" for month in range(1, 13)))
        days = ("", *(f"-{day:02}" for day in range(1, 32)))
        dates = (f"{now}{end}{day}" for end in ends for day in (days if end else ("",)))
        is_known = any(digest_field("date", each) in base.fields for each in dates)
        mine = _said_as(mine, "date", "year", date[1])
    else:
        return mine, base
    new = "date" if "date" in wanted else "year"
    known = {digest_field(new, now)} if is_known else set()
    return mine, replace(base, fields=base.fields | known)


def _said_as(record: RecordText, name: str, new: str, value: str) -> RecordText:
    """Give a field another name and value; a number stays without braces."""
    raw = value if value.isdecimal() else f"{{{value}}}"
    is_same = record.values()[name] == value
    changed = record if is_same else bibtex_fields.set_value(record, name, raw)
    return bibtex_fields.rename(changed, name, new)


#: What one field is called in BibTeX and in BibLaTeX (its manual, section 2.2.5).
_NAMES: Final = (
    ("journal", "journaltitle"),
    ("address", "location"),
    ("school", "institution"),
    ("archiveprefix", "eprinttype"),
    ("primaryclass", "eprintclass"),
    ("annote", "annotation"),
)


def _in_the_words_of(
    theirs: RecordText, mine: RecordText, base: RecordBase
) -> tuple[RecordText, RecordBase]:
    """Call the fields of the file's record, and the base's, as the format has it that is written now."""
    mine, base = _with_date(theirs, mine, base)
    wanted, present = theirs.values(), mine.values()
    known = set(base.fields)
    for pair in _NAMES:
        for old, new in (pair, pair[::-1]):
            if old in wanted or new not in wanted or old not in present or new in present:
                continue
            mine = bibtex_fields.rename(mine, old, new)
            known |= {
                digest_field(new, value)
                for value in (present[old], wanted[new])
                if digest_field(old, value) in base.fields
            }
    return mine, replace(base, fields=frozenset(known))


def _spliced(mine: RecordText, theirs: RecordText, changed: Sequence[str]) -> str:
    raw = {field.name: theirs.text[field.value_start : field.end] for field in theirs.fields}
    order = list(raw)
    is_new_type = "@" in changed
    merged = bibtex_fields.set_head(
        mine, theirs.entry_type if is_new_type else mine.entry_type.lower(), theirs.key
    )
    for name in changed:
        if name != "@":
            merged = _with_field(merged, name, raw, order)
    return merged.text


def _with_field(
    record: RecordText, name: str, raw: Mapping[str, str], order: Sequence[str]
) -> RecordText:
    names = {field.name for field in record.fields}
    if name not in raw:
        return bibtex_fields.remove(record, name)
    if name in names:
        return bibtex_fields.set_value(record, name, raw[name])
    before = (each for each in reversed(order[: order.index(name)]) if each in names)
    return bibtex_fields.insert(record, name, raw[name], next(before, None))
