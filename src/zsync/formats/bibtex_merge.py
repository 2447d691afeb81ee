"""Three-way merge of one BibTeX record: what the file holds, what Zotero says, what zsync wrote last.

As in the reading list, a side has changed if it no longer says what it said at the last success. What only
the file knows stays, hand-added fields and hand-edited values alike. Where both changed, Zotero wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zsync.core.base import RecordBase, digest_field
from zsync.core.fields import digest
from zsync.formats import bibtex_fields
from zsync.formats.bibtex_fields import RecordText


@dataclass(frozen=True, slots=True)
class Merged:
    """The record to write, the fields edited by hand that stay, and those that Zotero's took the place of."""

    text: str
    by_hand: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def record_base(rendered: str) -> RecordBase:
    """What is remembered of a record as it was rendered."""
    values = bibtex_fields.scan(rendered.strip()).values()
    return RecordBase(
        digest(rendered.strip()), frozenset(digest_field(*each) for each in values.items())
    )


def merge(present: str, rendered: str, base: RecordBase) -> Merged:
    """Bring the record in the file in step with the one that was rendered, field by field.

    ``present`` has the file's line ends as LF.

    Raises:
        bibtex_fields.UnreadableRecordError: BibTeX could not read the record in the file either.

    """
    rendered = rendered.strip()
    if present == rendered or base.fits(present):
        return Merged(rendered)
    mine, theirs = bibtex_fields.scan(present), bibtex_fields.scan(rendered)
    in_file, in_zotero = mine.values(), theirs.values()
    changed, by_hand, lost = [], [], []
    for name in (*in_zotero, *(name for name in in_file if name not in in_zotero)):
        file_value, zotero_value = in_file.get(name), in_zotero.get(name)
        if file_value == zotero_value:
            continue
        if not _has_zotero_changed(name, file_value, zotero_value, base):
            by_hand.append(name)
            continue
        changed.append(name)
        if file_value is not None and digest_field(name, file_value) not in base.fields:
            lost.append(name)
    return Merged(_spliced(mine, theirs, changed), tuple(by_hand), tuple(lost))


def _has_zotero_changed(
    name: str, in_file: str | None, in_zotero: str | None, base: RecordBase
) -> bool:
    """Whether Zotero says something else than it did; a field that it lost counts if zsync wrote it."""
    if in_zotero is None:
        return digest_field(name, in_file or "") in base.fields
    return digest_field(name, in_zotero) not in base.fields


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
