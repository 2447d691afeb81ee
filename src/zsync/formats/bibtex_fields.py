"""The fields inside one BibTeX record, where they stand, and edits that touch nothing else.

The grammar is BibTeX's own (its manual "Designing BibTeX Styles" and btparse's documentation): a value is
braced, quoted or a bare word, or several of them joined by ``#``; braces balance inside quotes too.
"""

import re
from dataclasses import dataclass
from typing import Final

from zsync.formats.bibtex_values import UnclosedError, value_end

_HEAD: Final = re.compile(r"@\s*([A-Za-z][\w+-]*)\s*[{(]\s*([^\s,{}@]+)\s*")
_NAME: Final = re.compile(r"[\s,]*([^\s,={}\"#%']+)\s*=\s*")
_BARE: Final = re.compile(r"[^\s,{}\"#()=]+")
_JOIN: Final = re.compile(r"\s*#\s*")
_REST: Final = re.compile(r"[\s,]*[})]\s*")
_INDENT: Final = re.compile(r"[\n,{]([ \t]*)\Z")


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
    """

    text: str
    entry_type: str
    key: str
    head_end: int
    fields: tuple[FieldSpan, ...]

    def values(self) -> dict[str, str]:
        """The values by name, as :func:`plain_value` has them; the entry type is under ``@``."""
        found = {
            field.name: plain_value(self.text[field.value_start : field.end])
            for field in reversed(self.fields)
        }
        return {"@": self.entry_type.lower(), **found}


def scan(text: str) -> RecordText:
    """Read a record, from ``@`` to its closing brace.

    Raises:
        UnreadableRecordError: something between the fields is no field.

    """
    head = _HEAD.match(text)
    if head is None:
        raise UnreadableRecordError(text[:40])
    fields: list[FieldSpan] = []
    position = head.end()
    while found := _NAME.match(text, position):
        position = _value_end(text, found.end())
        fields.append(FieldSpan(found[1].lower(), found.start(1), found.end(), position))
    if _REST.fullmatch(text, position) is None:
        raise UnreadableRecordError(text[position : position + 40])
    return RecordText(text, head[1], head[2], head.end(2), tuple(fields))


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
    """A raw value without its delimiters, blanks run together: two spellings of one value are equal."""
    value = raw.strip()
    closing = {"{": "}", '"': '"'}.get(value[:1])
    if closing and len(value) > 1 and _part_end(value, 0) == len(value):
        value = value[1:-1]
    return " ".join(value.split())


# --- editing -------------------------------------------------------------------------------------------


def set_value(record: RecordText, name: str, raw: str) -> RecordText:
    """Give a field that is there another value."""
    field = next(field for field in record.fields if field.name == name)
    return scan(record.text[: field.value_start] + raw + record.text[field.end :])


def remove(record: RecordText, name: str) -> RecordText:
    """Take a field out, every copy of it, with the comma that belongs to it."""
    while name in (names := [field.name for field in record.fields]):
        place = names.index(name)
        if place + 1 < len(names):
            start, end = record.fields[place].start, record.fields[place + 1].start
        else:
            start = record.fields[place - 1].end if place else record.head_end
            end = record.fields[place].end
        record = scan(record.text[:start] + record.text[end:])
    return record


def insert(record: RecordText, name: str, raw: str, after: str | None) -> RecordText:
    """Put a new field behind the field ``after``, or first, laid out like its neighbours."""
    text = record.text
    spelt = f"{name} = {raw}"
    names = [field.name for field in record.fields]
    if after is not None:
        end = record.fields[names.index(after)].end
        return scan(f"{text[:end]},{_gap(record)}{spelt}{text[end:]}")
    if record.fields:
        start = record.fields[0].start
        return scan(f"{text[:start]}{spelt},{_gap(record)}{text[start:]}")
    return scan(f"{text[: record.head_end]},\n  {spelt}\n}}")


def _gap(record: RecordText) -> str:
    """What stands between two fields besides the comma: a line break and the fields' indentation."""
    before = record.text[record.head_end : record.fields[0].start]
    indent = _INDENT.search(before)
    if "\n" not in before:
        return " "
    return "\n" + (indent[1] if indent else "  ")


def set_head(record: RecordText, entry_type: str, key: str) -> RecordText:
    """Give the record another entry type and key; both stay as they are spelt where they do not change."""
    text, head = record.text, _HEAD.match(record.text)
    if head is None:
        raise UnreadableRecordError(text[:40])
    spelt = head[1] if head[1].lower() == entry_type else entry_type
    between = text[head.end(1) : head.start(2)]
    return scan(f"{text[: head.start(1)]}{spelt}{between}{key}{text[head.end(2) :]}")
