"""The fields inside one BibTeX record, where they stand, and edits that touch nothing else.

The grammar is BibTeX's own (its manual "Designing BibTeX Styles" and btparse's documentation): a value is
braced, quoted or a bare word, or several of them joined by ``#``; braces balance inside quotes too. Biber
also allows remarks between the fields, from ``%`` to the end of the line.
"""

from dataclasses import dataclass
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.bib.bibtex_values import UnclosedError, value_end

_HEAD: Final = regex(r"@\s*([A-Za-z][\w+-]*)\s*[{(]\s*([^\s,{}]+)\s*")
_GAP: Final = regex(r"[\s,]*")
_GAP_WITH_REMARKS: Final = regex(r"(?:[\s,]|%[^\n]*)*")
_NAME: Final = regex(r"([^\s,={}\"#%']+)\s*=\s*")
_BARE: Final = regex(r"[^\s,{}\"#()=]+")
_JOIN: Final = regex(r"\s*#\s*")
_REST: Final = regex(r"[})]\s*")
_INDENT: Final = regex(r"[\n,{]([ \t]*)\Z")


class UnreadableRecordError(ValueError):
    """The inside of a record that does not follow BibTeX's grammar."""


@dataclass(frozen=True, slots=True)
class FieldSpan:
    """A field of a record's text: ``text[start:value_start]`` is its name and ``=``; its value follows."""

    name: str
    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True)
class RecordText:
    """A record as it stands in a file: its text, entry type and key, and its fields in file order.

    ``head_end`` is where the key ends. A name that comes twice counts once, as BibTeX has it: the first.
    ``remarks``: such may stand between the fields.
    """

    text: str
    entry_type: str
    key: str
    head_end: int
    fields: tuple[FieldSpan, ...]
    remarks: bool = False

    def values(self) -> dict[str, str]:
        """The values by name, as :func:`plain_value` has them; the entry type is under ``@``."""
        found = {
            field.name: plain_value(self.text[field.value_start : field.end])
            for field in reversed(self.fields)
        }
        return {"@": self.entry_type.lower(), **found}


def scan(text: str, *, remarks: bool = False) -> RecordText:
    """Read a record, from ``@`` to its closing brace; ``remarks`` may stand between its fields for Biber.

    Raises:
        UnreadableRecordError: something between the fields is no field.

    """
    head = _HEAD.match(text)
    if head is None:
        raise UnreadableRecordError(text[:40])
    fields: list[FieldSpan] = []
    end = head.end()
    position = _after_gap(text, end, remarks=remarks)
    while found := _NAME.match(text, position):
        end = _value_end(text, found.end())
        fields.append(FieldSpan(found[1].lower(), found.start(1), found.end(), end))
        position = _after_gap(text, end, remarks=remarks)
    if _REST.fullmatch(text, position) is None:
        raise UnreadableRecordError(text[end : end + 40])
    return RecordText(text, head[1], head[2], head.end(2), tuple(fields), remarks)


def _after_gap(text: str, position: int, *, remarks: bool) -> int:
    gap = (_GAP_WITH_REMARKS if remarks else _GAP).match(text, position)
    return gap.end() if gap else position


def _value_end(text: str, position: int) -> int:
    while True:
        position = _part_end(text, position)
        joint = _JOIN.match(text, position)
        if joint is None:
            return position
        position = joint.end()


def _part_end(text: str, position: int) -> int:
    if text[position : position + 1] in ("{", '"'):
        try:
            return value_end(text, position)
        except UnclosedError as cause:
            raise UnreadableRecordError(text[position : position + 40]) from cause
    if bare := _BARE.match(text, position):
        return bare.end()
    raise UnreadableRecordError(text[position : position + 40])


def plain_value(raw: str) -> str:
    """A raw value without its delimiters, spaces run together: two spellings of one value are equal."""
    value = raw.strip()
    closing = {"{": "}", '"': '"'}.get(value[:1])
    if closing and len(value) > 1 and _part_end(value, 0) == len(value):
        value = value[1:-1]
    return " ".join(value.split())


# --- editing -------------------------------------------------------------------------------------------


def set_value(record: RecordText, name: str, raw: str) -> RecordText:
    """Return a field that is there another value."""
    field = next(field for field in record.fields if field.name == name)
    return _changed(record, field.value_start, field.end, raw)


def rename(record: RecordText, name: str, new: str) -> RecordText:
    """Call a field otherwise; its value stays."""
    field = next(field for field in record.fields if field.name == name)
    return _changed(record, field.start, field.start + len(name), new)


def _changed(record: RecordText, start: int, end: int, new: str) -> RecordText:
    return scan(record.text[:start] + new + record.text[end:], remarks=record.remarks)


def remove(record: RecordText, name: str) -> RecordText:
    """Take a field out, every copy of it, with the comma that belongs to it; remarks beside it stay."""
    while name in (names := [field.name for field in record.fields]):
        place = names.index(name)
        field = record.fields[place]
        if place + 1 < len(names):
            start, end = field.start, record.fields[place + 1].start
            gap = record.text[field.end : end]
            kept = gap[gap.find("%") :]
        else:
            start, end = record.fields[place - 1].end if place else record.head_end, field.end
            gap = record.text[start : field.start]
            kept = gap.rstrip() + "\n"
        record = _changed(record, start, end, kept if record.remarks and "%" in gap else "")
    return record


def insert(record: RecordText, name: str, raw: str, after: str | None) -> RecordText:
    """Put a new field after the field ``after``, or first, laid out like its neighbours."""
    text = record.text
    spelt = f"{name} = {raw}"
    names = [field.name for field in record.fields]
    if after is not None:
        end = record.fields[names.index(after)].end
        return _changed(record, end, end, f",{_gap(record)}{spelt}")
    if record.fields:
        start = record.fields[0].start
        return _changed(record, start, start, f"{spelt},{_gap(record)}")
    return _changed(record, record.head_end, len(text), f",\n  {spelt}\n}}")


def _gap(record: RecordText) -> str:
    """What stands between two fields besides the comma: a line break and the fields' indentation."""
    before = record.text[record.head_end : record.fields[0].start]
    indent = _INDENT.search(before)
    if "\n" not in before:
        return " "
    return "\n" + (indent[1] if indent else "  ")


def set_head(record: RecordText, entry_type: str, key: str) -> RecordText:
    """Return the record another entry type and key; both stay as they are spelt where they do not change."""
    text, head = record.text, _HEAD.match(record.text)
    if head is None:
        raise UnreadableRecordError(text[:40])
    spelt = head[1] if head[1].lower() == entry_type else entry_type
    between = text[head.end(1) : head.start(2)]
    return _changed(record, head.start(1), head.end(2), f"{spelt}{between}{key}")
