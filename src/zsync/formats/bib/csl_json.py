"""The bibliography as CSL-JSON: entries rendered, found in a file, and edited there.

The file is an array of entries in the order of their ids, laid out as :func:`json.dumps` does with an
indentation of two. Entries that zsync did not write keep every name, number and text in them as it was
typed; only the space between these is put in order.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from zsync.core.base import RecordBase
from zsync.core.cite.policy import BibFormat, BibPolicy
from zsync.core.cite.record_merge import Merged, decide, fields_base
from zsync.core.fields import digest
from zsync.core.model import Item
from zsync.core.patterns import regex
from zsync.formats.bib.bibtex import BibliographyError, Flaw, RecordSpan, sort_key
from zsync.formats.bib.csl_entry import make_entry

_USUAL: Final = BibPolicy(BibFormat.CSLJSON)
_INDENT: Final = "  "


def render(item: Item, key: str, policy: BibPolicy = _USUAL, ids: Sequence[str] = ()) -> str:
    """Write one item as it stands in the array, from ``{`` to ``}`` and a line end.

    ``ids`` are former keys. The same item always gives the same text.
    """
    entry = make_entry(item, key, policy, ids)
    text = json.dumps(entry, ensure_ascii=policy.in_ascii, indent=_INDENT)
    return text.replace("\n", f"\n{_INDENT}") + "\n"


# --- reading -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bibliography:
    """A CSL-JSON file as read: its text and the entries in it, in file order."""

    text: str
    records: tuple[RecordSpan, ...]

    @property
    def by_key(self) -> Mapping[str, RecordSpan]:
        """The first entry of every id."""
        return {record.key: record for record in reversed(self.records)}

    @property
    def unclosed(self) -> Mapping[int, Flaw]:
        """JSON is read as a whole or not at all."""
        return {}

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """JSON is read as a whole or not at all."""
        return ()

    def undefined(self, record: RecordSpan) -> tuple[str, ...]:  # noqa: ARG002 - see bibtex
        """No text of an entry stands elsewhere."""
        return ()

    def remarks(self, record: RecordSpan) -> Iterator[str]:  # noqa: ARG002 - see bibtex
        """Nothing: JSON has each name once, and its entries refer to no others."""
        return iter(())

    def fields(self, record: RecordSpan) -> Mapping[str, str]:
        """The texts of an entry, names in lower case as those of a ``.bib`` are."""
        entry = _DECODER.decode(self.text[record.start : record.end])
        return {name.lower(): value for name, value in entry.items() if isinstance(value, str)}


_BOM: Final = "\ufeff"
_SPACE: Final = regex(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str)


def parse(text: str) -> Bibliography:
    """Find the entries of a CSL-JSON file; an empty file has none.

    Raises :class:`~zsync.formats.bib.bibtex.BibliographyError`: it is not JSON, not an array, or an array of
    something else than objects.
    """
    start = _skip(text, len(_BOM) if text.startswith(_BOM) else 0)
    return Bibliography(text, tuple(_find_records(text, start)) if start < len(text) else ())


def _find_records(text: str, position: int) -> Iterator[RecordSpan]:
    line = _line(text, position)
    if text[position] != "[":
        raise BibliographyError("this is not an array of entries; CSL-JSON stands in [ ]", line)
    before, position = position, _skip(text, position + 1)
    more = not text.startswith("]", position)
    while more:
        line += text.count("\n", before, position)
        entry, end = _decode(text, position, line)
        if not isinstance(entry, dict):
            raise BibliographyError("this is not an entry; those of CSL-JSON stand in { }", line)
        key, csl_type = str(entry.get("id", "")), str(entry.get("type", ""))
        yield RecordSpan(key, csl_type, position, end, line)
        before, position = position, _skip(text, end)
        more = text.startswith(",", position)
        position = _skip(text, position + 1) if more else position
    _check_end(text, position)


def _check_end(text: str, position: int) -> None:
    """Make sure that the array closes here and nothing follows."""
    if not text.startswith("]", position):
        raise BibliographyError("a comma or ] is missing here", _line(text, position))
    rest = _skip(text, position + 1)
    if rest < len(text):
        raise BibliographyError("something stands after the array", _line(text, rest))


def _decode(text: str, position: int, line: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as cause:
        raise BibliographyError(f"this is not JSON ({cause.msg})", cause.lineno) from cause
    except RecursionError as cause:
        raise BibliographyError("this entry is nested too deeply to be read", line) from cause


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


# --- merging -------------------------------------------------------------------------------------------


def record_base(rendered: str) -> RecordBase:
    """What is remembered of an entry as it was rendered."""
    return RecordBase(digest(rendered.strip()), fields_base(_variables(rendered)))


def merge(present: str, rendered: str, base: RecordBase) -> Merged:
    """Bring the entry in the file in step with the one that was rendered, variable by variable."""
    rendered = rendered.strip()
    if present == rendered or base.fits(present):
        return Merged(rendered)
    mine, theirs = _variables(present), _variables(rendered)
    decision = decide(mine, theirs, base)
    names = (*theirs, *(name for name in mine if name not in theirs))
    sides = ((name, theirs if name in decision.changed else mine) for name in names)
    inside = ", ".join(f"{json.dumps(name)}: {side[name]}" for name, side in sides if name in side)
    return Merged(laid_out(f"{{{inside}}}"), decision.by_hand, decision.lost)


def _variables(entry: str) -> dict[str, str]:
    """The variables of an entry, each value as it stands there but for its layout."""
    found: dict[str, str] = {}
    position = _skip(entry, 1)
    while not entry.startswith("}", position):
        name, end = _DECODER.raw_decode(entry, position)
        start = _skip(entry, _skip(entry, end) + 1)
        _, end = _DECODER.raw_decode(entry, start)
        found[name] = laid_out(entry[start:end])
        position = _skip(entry, end)
        if entry.startswith(",", position):
            position = _skip(entry, position + 1)
    return found


# --- editing -------------------------------------------------------------------------------------------


def edit(found: Bibliography, records: Mapping[str, str], owned: Collection[str]) -> str:
    """Bring the owned entries of a file to what ``records`` (id -> rendered text) says.

    An owned entry is replaced, or goes if it is not in ``records``; a new one is added. One that is in the
    file and not owned stays, whatever ``records`` says of its id; so does a second copy of one that is
    wanted. The line ends are the file's.
    """
    stays = list(_entries_that_stay(found, records, owned))
    taken = {key for key, _ in stays if key not in owned}
    ours = [(key, record.strip()) for key, record in records.items() if key not in taken]
    entries = [entry for _, entry in sorted((*ours, *stays), key=lambda each: sort_key(each[0]))]
    whole = f"[\n{_INDENT}" + f",\n{_INDENT}".join(entries) + "\n]\n" if entries else "[]\n"
    return whole.replace("\n", "\r\n") if "\r\n" in found.text else whole


def _entries_that_stay(
    found: Bibliography, records: Mapping[str, str], owned: Collection[str]
) -> Iterator[tuple[str, str]]:
    replaced: set[str] = set()
    for record in found.records:
        is_second = record.key in replaced
        if record.key not in owned or is_second:
            yield record.key, laid_out(found.text[record.start : record.end])
        elif record.key in records:
            replaced.add(record.key)


_TOKEN: Final = regex(r'"[^"\\]*(?:\\.[^"\\]*)*"|[][{},:]|[^][{},:"\s]+')
_OPENING: Final = ("{", "[")
_CLOSING: Final = ("}", "]")
_BEFORE_A_LINE: Final = (*_OPENING, ",")


def laid_out(entry: str) -> str:
    """Lay an entry out as :func:`json.dumps` would, its tokens as they are: no number or text is read."""
    pieces: list[str] = []
    depth, before = 1, ""
    for each in _TOKEN.findall(entry):
        is_end = each in _CLOSING
        depth -= is_end
        begins_line = before not in _OPENING if is_end else before in _BEFORE_A_LINE
        pieces += ("\n", _INDENT * depth) if begins_line else ()
        pieces.append(": " if each == ":" else each)
        depth += each in _OPENING
        before = each
    return "".join(pieces)
