"""Three-way merge of one BibTeX record, spliced into the text that stands in the file."""

from collections.abc import Mapping, Sequence

from zsync.core.base import RecordBase
from zsync.core.fields import digest
from zsync.core.record_merge import Merged, decide, fields_base
from zsync.formats import bibtex_fields
from zsync.formats.bibtex_fields import RecordText


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
    decision = decide(mine.values(), theirs.values(), base)
    return Merged(_spliced(mine, theirs, decision.changed), decision.by_hand, decision.lost)


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
