"""``zsync.lock``: the bases of all lists of a folder, as text that git merges well.

One JSON value a line. The first line names the format and the library, then each list has a line with
its collection, followed by one line an item in the order of the item keys. The lock holds no time, no
library version and no run number: it changes only when an entry does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from zsync.core.base import Base, EntryBase, FieldBase, ItemBase, RecordBase
from zsync.formats.lock_head import FORMAT, LockError, library_of, read_row

_OWN = "own"
#: The mark of a field whose two sides may go on saying different things.
_SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Lock:
    """The library that a folder is linked to and the base of each list, by the list's path."""

    library: str
    bases: Mapping[str, Base] = field(default_factory=lambda: MappingProxyType({}))


def render(lock: Lock) -> str:
    """Return the lock's text."""
    rows: list[dict[str, object]] = [{"zsync": FORMAT, "library": lock.library}]
    for path, base in sorted(lock.bases.items()):
        sections = {"sections": dict(sorted(base.sections.items()))} if base.sections else {}
        rows.append({"list": path, "collection": base.collection, **sections})
        rows.extend(
            _item_row(path, key, item)
            for key, item in sorted(base.items.items())
            if item != ItemBase()
        )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def parse(text: str) -> Lock:
    """Read a lock.

    Raises:
        LockError: not a lock, written by a newer zsync, or with a broken line.

    """
    library: str | None = None
    lists: dict[str, tuple[str | None, dict[str, str]]] = {}
    items: dict[str, dict[str, ItemBase]] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        row = read_row(number, line)
        try:
            if library is None:
                library = library_of(number, row)
            elif "item" in row:
                items.setdefault(row["list"], {})[row["item"]] = _item_base(row)
            else:
                lists[row["list"]] = (row["collection"], dict(row.get("sections", {})))
        except (KeyError, TypeError, ValueError, AttributeError) as cause:
            if isinstance(cause, LockError):
                raise
            raise LockError(number, "this line is not what zsync writes") from cause
    if library is None:
        raise LockError(1, "the file is empty")
    return Lock(
        library,
        {path: _base(lists.get(path), items.get(path, {})) for path in {*lists, *items}},
    )


def _base(row: tuple[str | None, dict[str, str]] | None, items: Mapping[str, ItemBase]) -> Base:
    collection, sections = row or (None, {})
    return Base(collection, items, sections)


def _item_row(path: str, key: str, item: ItemBase) -> dict[str, object]:
    row: dict[str, object] = {"list": path, "item": key}
    if item.citation_key is not None:
        row["key"] = item.citation_key
    if item.record is not None:
        row["record"] = " ".join((item.record.whole, *sorted(item.record.fields)))
    if item.former_keys:
        row["ids"] = list(item.former_keys)
    if item.passed_over is not None:
        row["passed"] = item.passed_over
    if item.pending:
        row["pending"] = True
    if item.entries:
        row["entries"] = [
            {name: _pair(known) for name, known in sorted(entry.fields.items())}
            for entry in item.entries
        ]
    return row


def _pair(known: FieldBase) -> list[str]:
    marks = {_OWN: known.own, _SETTLED: known.settled}
    return [known.in_list, known.in_zotero, *(name for name, is_set in marks.items() if is_set)]


def _item_base(row: Mapping[str, Any]) -> ItemBase:
    entries = tuple(
        EntryBase({name: _field_base(pair) for name, pair in entry.items()})
        for entry in row.get("entries", ())
    )
    key, record, former = row.get("key"), row.get("record"), tuple(row.get("ids", ()))
    pending, passed = row.get("pending", False), row.get("passed")
    texts = (row["item"], key or "", record or "", passed or "", *former)
    if not all(isinstance(each, str) for each in texts) or not isinstance(pending, bool):
        raise TypeError
    known = _record_base(record) if record else None
    return ItemBase(key, known, former, passed, entries, pending)


def _record_base(text: str) -> RecordBase:
    whole, *fields = text.split()
    return RecordBase(whole, frozenset(fields))


def _field_base(pair: object) -> FieldBase:
    match pair:
        case [str(in_list), str(in_zotero), *marks] if set(marks) <= {_OWN, _SETTLED}:
            return FieldBase(in_list, in_zotero, _OWN in marks, _SETTLED in marks)
        case _:
            raise TypeError
