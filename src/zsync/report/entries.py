"""The entries of a list, and how they are written: as tables for people, as JSON for programs."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from zsync.core import identifiers
from zsync.core.fields import entry_name
from zsync.core.model import Entry
from zsync.report.words import WIDTH, plural, short

if TYPE_CHECKING:
    from zsync.formats.reading_list import TextLine
    from zsync.formats.reading_list.described import SectionDialect


def entries_json(entries: Sequence[Entry], read_only: Collection[int] = ()) -> str:
    """Return the entries of a list as a JSON array; ``read_only`` are the indexes of those never edited."""
    found = [_entry_json(entry, index in read_only) for index, entry in enumerate(entries)]
    return json.dumps(found, ensure_ascii=False, indent=2)


def _entry_json(entry: Entry, is_read_only: bool) -> dict[str, object]:
    return {
        "line": entry.line,
        "section": list(entry.section),
        "checkbox": entry.checkbox.value,
        "short": entry.short,
        "title": entry.title,
        "venue": entry.venue,
        "year": entry.year,
        "authors": entry.authors,
        "links": [{"label": link.label, "url": link.url} for link in entry.links],
        "identifiers": [
            {"kind": each.kind, "value": each.value} for each in identifiers.of_entry(entry)
        ],
        "note_text_present": entry.note is not None,
        "note_text": entry.note,
        **({"rating": entry.rating} if entry.rating else {}),
        **({"state": entry.state} if entry.state else {}),
        **({"read_only": True} if is_read_only else {}),
    }


def unread_json(unread: Sequence["TextLine"]) -> str:
    """Return the lines that name papers and are not read as a JSON array."""
    found = [{"line": each.number, "text": each.text.strip()} for each in unread]
    return json.dumps(found, ensure_ascii=False, indent=2)


def unread_text(unread: Sequence["TextLine"]) -> str:
    """Return the lines that name papers and are not read, each with its first words."""
    count = len(unread)
    if not count:
        return "No line with the address of a paper is left unread."
    rows = [f"{count} {plural('line', count)} not read, with the address of a paper:"]
    rows += [f"{each.number:>5}  {short(each.text)}" for each in unread]
    return "\n".join(rows)


def entries_text(
    entries: Sequence[Entry],
    read_only: Collection[int] = (),
    unread: Sequence["TextLine"] = (),
) -> str:
    """Return the entries of a list as a table for people, and last the lines that are not read.

    ``read_only`` are the indexes of the entries that are never edited; ``unread`` the lines that name papers
    and are no entries.
    """
    rows = [f"{'line':>5}  {'box':<3}  {'title':<{WIDTH}}  {'venue':<14}  links"]
    boxes = {"checked": "[x]", "unchecked": "[ ]", "unknown": "[?]", "none": "   "}
    section: tuple[str, ...] | None = None
    for index, entry in enumerate(entries):
        if entry.section != section:
            section = entry.section
            rows.append(f"       {' / '.join(section)}")
        venue = f"{entry.venue or ''} {entry.year or ''}".strip()
        labels = ", ".join(link.label for link in entry.links)
        note = " + note" if entry.note else ""
        note += " (read-only)" if index in read_only else ""
        rows.append(
            f"{entry.line:>5}  {boxes[entry.checkbox.value]}  {short(entry_name(entry)):<{WIDTH}}  "
            f"{venue:<14}  {labels}{note}"
        )
    count = len(entries)
    noted = sum(entry.note is not None for entry in entries)
    doubtful = f", {len(read_only)} read-only" if read_only else ""
    rows.append(f"{count} {plural('entry', count)}, {noted} with a note{doubtful}")
    if unread:
        rows += ["", unread_text(unread)]
    return "\n".join(rows)


def dialect_json(sections: Iterable["SectionDialect"]) -> str:
    """Return what was learned of a list's sections as a JSON array."""
    found = [
        {**each._asdict(), "section": list(each.section), "fields": dict(each.fields)}
        for each in sections
    ]
    return json.dumps(found, ensure_ascii=False, indent=2)


def dialect_text(sections: Iterable["SectionDialect"]) -> str:
    """Say in plain words what was learned of a list's sections."""
    return "\n\n".join("\n".join(_dialect_lines(each)) for each in sections) or "No entries."


def _dialect_lines(each: "SectionDialect") -> Iterator[str]:
    count = each.learned_from
    yield " / ".join(each.section) or "(no heading)"
    marker = f", marker {each.marker}" if each.marker else ""
    yield f"  shape: {each.shape}{marker}; learned from {count} {plural('entry', count)}"
    if each.read_only:
        yield f"  read-only: {each.read_only} {plural('entry', each.read_only)} that zsync may read wrongly"
    yield f"  box: {'yes' if 2 * each.boxes >= max(count, 1) else 'no'} ({each.boxes} of {count})"
    yield "  fields: " + ", ".join(
        name if having == count else f"{name} ({having} of {count})"
        for name, having in each.fields
        if name != "box"
    )
    yield f"  between entries: {each.blank_lines or 'no'} blank {plural('line', each.blank_lines)}"
    yield f"  notes: {each.note}"
    if each.example is None:
        yield "  a new entry could not be written here: it would not be read back"
        return
    yield "  a new entry:"
    yield from (f"    {line}".rstrip() for line in each.example.rstrip("\r\n").split("\n"))
