"""Three-way merge of the fields of one record of a bibliography: file, Zotero, what zsync wrote last.

As in the reading list, a side has changed if it no longer says what it said at the last success. What only
the file knows stays, hand-added fields and hand-edited values alike. Where both changed, Zotero wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from zsync.core.base import RecordBase, digest_field


@dataclass(frozen=True, slots=True)
class Merged:
    """The record to write, the fields edited by hand that stay, and those that Zotero's took the place of."""

    text: str
    by_hand: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Names of fields: those that become Zotero's, those that stay as edited, those that lose words."""

    changed: tuple[str, ...]
    by_hand: tuple[str, ...]
    lost: tuple[str, ...]


def fields_base(values: Mapping[str, str]) -> frozenset[str]:
    """What is remembered of the fields of a record, by name."""
    return frozenset(digest_field(name, value) for name, value in values.items())


def decide(in_file: Mapping[str, str], in_zotero: Mapping[str, str], base: RecordBase) -> Decision:
    """Decide which side each field that differs is taken from."""
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
    return Decision(tuple(changed), tuple(by_hand), tuple(lost))


def _has_zotero_changed(
    name: str, in_file: str | None, in_zotero: str | None, base: RecordBase
) -> bool:
    """Whether Zotero says something else than it did; a field that it lost counts if zsync wrote it."""
    value = in_zotero if in_zotero is not None else in_file or ""
    return (digest_field(name, value) in base.fields) is (in_zotero is None)
