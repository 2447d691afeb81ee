"""A plan or an outcome in words: as text, JSON or a unified diff. Pure; nothing is printed here."""

import difflib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from zsync.core import identifiers
from zsync.core.changes import Change, Waiting
from zsync.core.edits import AddEntry, CompleteEntry, MoveEntry, RemoveEntry, RemoveSection, SetNote
from zsync.core.fields import LINK
from zsync.core.library_changes import (
    Held,
    ItemChange,
    LibraryChange,
    LinkChange,
    NewCollection,
    NewItem,
    NewLink,
    NewNote,
    NoteChange,
    change_title,
)
from zsync.core.matching import Certainty, Match
from zsync.core.model import Entry
from zsync.outcome import FileChange, ListOutcome, Outcome

if TYPE_CHECKING:
    from zsync.formats.reading_list.described import SectionDialect

_WIDTH = 64
_NAMED = 5
_FIELDS = {
    "read": "tick",
    "title": "title",
    "venue": "venue",
    "url": "first link",
    "note": "note",
    "section": "section",
    "removal": "removed entry",
}


# -- text -------------------------------------------------------------------------------------------


def text(outcome: Outcome) -> str:
    """Say in a few lines what happened, for a person at a terminal."""
    lines = [*outcome.notices]
    for each in outcome.lists:
        lines.extend(_pushed(outcome, each))
        lines.extend(_linking(each) if outcome.command == "link" else _changes(outcome, each))
        remarks = _remarks(outcome, each)
        prefix = f"{each.name}: " if len(outcome.lists) > 1 else ""
        lines.extend(prefix + remark for remark in remarks)
    lines.append(_closing(outcome))
    return "\n".join(lines)


def _changes(outcome: Outcome, each: ListOutcome) -> Iterator[str]:
    if each.sealed:
        return
    count = len(each.made)
    if count:
        would = "changed" if _is_done(outcome) else "would change"
        yield f"{each.name}: {count} {_plural('thing', count)} {would}"
        yield from (f"  {_sentence(change)}" for change in each.made)
    for change in each.files:
        if change.name != each.name and change.before != change.after:
            yield f"{change.name}: {_records(change)}"
    for former, key in each.renamed.items():
        yield f"  key      {former} is {key} now, as in Zotero"


def _is_done(outcome: Outcome) -> bool:
    return not (outcome.dry_run or outcome.refusal or outcome.command == "status")


def _pushed(outcome: Outcome, each: ListOutcome) -> Iterator[str]:
    """Say what went to Zotero; what belongs to a new item is said with it."""
    if not each.pushed:
        return
    made = {change.key for change in each.pushed if isinstance(change, NewItem)}
    below = Counter(
        (change.parent, "note" if isinstance(change, NewNote) else "link")
        for change in each.pushed
        if isinstance(change, NewNote | NewLink)
    )
    own = [
        change
        for change in each.pushed
        if not (isinstance(change, NewNote | NewLink) and change.parent in made)
    ]
    # A dry run pushes nothing; a pull that was refused behind it does not undo it.
    went = "would go" if outcome.dry_run or outcome.command == "status" else "went"
    yield f"{each.name} → Zotero: {len(own)} {_plural('thing', len(own))} {went}"
    for change in own:
        yield from (f"  {said}" for said in _push_sentences(change, below))


def _push_sentences(change: LibraryChange, below: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Say what one change does in Zotero."""
    name = _short(change_title(change))
    match change:
        case NewCollection():
            yield f"section  {name}: a subcollection made"
        case NewItem():
            kinds = [(below.get((change.key, kind), 0), kind) for kind in ("link", "note")]
            children = ", ".join(
                f"{count} {_plural(kind, count)}" for count, kind in kinds if count
            )
            source = f" (by {change.source})" if change.source else ""
            yield f"item     {name}{source}" + (f", with {children}" if children else "")
        case NewNote():
            yield f"note     {name}: added"
        case NoteChange():
            yield f"note     {name}: changed"
        case NewLink(label=label):
            yield f"link     {name}: “{label}” added"
        case LinkChange(label=label):
            yield f"link     {name}: “{label}” changed"
        case ItemChange():
            yield from (f"{said} {name}" for said in _item_sentences(change))


def _item_sentences(change: ItemChange) -> Iterator[str]:
    if change.add_to:
        yield "moved   " if change.remove_from else "joined  "
    elif change.remove_from:
        yield "removed  from the collection:"
    if change.remove_tags:
        yield "unticked"
    elif change.add_tags:
        yield "ticked  "
    for name in change.fields:
        if name != "shortTitle":
            yield "url     " if name == "url" else "title   "


def _records(change: FileChange) -> str:
    """Say how many records there are, and how many came, went and changed."""
    split = _by_id if change.name.endswith(".json") else _by_head
    before, after = split(change.before), split(change.after)
    counts = (
        (len(after.keys() - before.keys()), "added"),
        (len(before.keys() - after.keys()), "removed"),
        (sum(before[key] != after[key] for key in before.keys() & after.keys()), "changed"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    return f"{len(after)} {_plural('record', len(after))}" + (
        f" ({said})" if before and said else ""
    )


def _by_head(bib: str) -> dict[str, str]:
    """Split a .bib at the lines that begin a record."""
    parts = bib.split("\n@")
    records = (part.lstrip("@").rstrip() for part in parts if "{" in part)
    return {record.partition(",")[0]: record for record in records}


def _by_id(csl: str) -> dict[str, str]:
    """Split CSL-JSON into its entries."""
    from zsync.formats import csl_json

    records = csl_json.parse(csl).records
    return {record.key: csl_json.laid_out(csl[record.start : record.end]) for record in records}


def _linking(each: ListOutcome) -> Iterator[str]:
    entries = each.entries
    questions = {match.entry for match in each.plan.questions}
    sure = [standing for standing in each.plan.standing if standing.entry is not None]
    found = {standing.entry for standing in sure} | questions
    missing = [index for index in range(len(entries)) if index not in found]
    new = sum(isinstance(change.edit, AddEntry) for change in each.plan.changes)
    yield f"{each.name}: {len(sure)} sure, {len(questions)} maybe, {len(missing)} missing"
    yield from (
        f"  missing  line {entries[index].line}: {_short(_title(entries[index]))}"
        for index in missing
    )
    if new:
        items = f"{new} {_plural('item', new)} of the collection {_has(new)}"
        yield f"  {items} no entry; a pull adds {_them(new)}"


def _remarks(outcome: Outcome, each: ListOutcome) -> Iterator[str]:
    yield from (f"  maybe    {_question(match, each)}" for match in each.plan.questions)
    yield from (f"  waits    {_held(held, each)}" for held in each.held if held.asks)
    if unanswered := [held for held in each.held if not held.asks]:
        count = len(unanswered)
        yield (
            f"{count} new {_plural('paper', count)} {_wait(count)}: {unanswered[0].reason}. Run again later; "
            "--offline makes items of the lines as they are."
        )
    if each.missing:
        count = len(each.missing)
        yield (
            f"{count} {_plural('entry', count)} of the list {_has(count)} no item: `zsync push` says what it "
            f"would make of {_them(count)}."
        )
    is_push = outcome.command == "push" and outcome.dry_run
    if (waiting := _waiting(each.plan.waiting)) and not is_push:
        yield f"The list differs and is kept as it is: {waiting}."
    if held := each.plan.notes_held:
        yield (
            f"{held} {_plural('note', held)} in Zotero {_wait(held)}: choose notes = "
            '"all", "tagged" or "none" in zsync.toml.'
        )
    if each.read_only:
        yield _read_only(each.read_only)
    if each.by_hand:
        yield f"Edited by hand in the bibliography, and kept: {_by_hand(each.by_hand)}."
    yield from (f"Note: {problem}" for problem in each.problems)
    if each.kept and outcome.written:
        yield f"{len(each.kept)} replaced {_plural('text', len(each.kept))} kept in .zsync/kept."


def _read_only(lines: Sequence[int]) -> str:
    count = len(lines)
    named = ", ".join(map(str, lines[:_NAMED])) + (" ..." if count > _NAMED else "")
    where = f"{_plural('line', count)} {named}"
    is_one = count == 1
    return (
        f"Read-only: {count} {_plural('entry', count)} ({where}) {'is' if is_one else 'are'} in a shape that "
        f"zsync reads with doubt; {'it is' if is_one else 'they are'} matched and never edited."
    )


def _held(held: Held, each: ListOutcome) -> str:
    line = "" if held.entry is None else f"line {each.entries[held.entry].line}: "
    return f"{line}{_short(held.title)} — {held.reason}"


def _question(match: Match, each: ListOutcome) -> str:
    entry = each.entries[match.entry]
    sure = f" ({match.confidence:.0%})" if match.confidence else ""
    return f"line {entry.line}: {_short(_title(entry))} — {match.reason}{sure}: " + ", ".join(
        match.candidates
    )


def _waiting(waiting: Sequence[Waiting]) -> str:
    counted = Counter(_field(each.field) for each in waiting)
    return ", ".join(f"{count} {_plural(name, count)}" for name, count in counted.items())


def _by_hand(fields: Mapping[str, Sequence[str]]) -> str:
    said = [
        f"{key} ({', '.join('entry type' if name == '@' else name for name in names)})"
        for key, names in sorted(fields.items())
    ]
    more = len(said) - _NAMED
    return ", ".join(said[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _closing(outcome: Outcome) -> str:
    count = outcome.requests
    requests = f" ({count} {_plural('request', count)})" if count else ""
    if outcome.refusal:
        return f"Nothing was written{requests}, because:"
    if outcome.dry_run:
        more = " `zsync push --apply` does it." if outcome.command == "push" else ""
        return f"A dry run: nothing was written{requests}.{more}"
    if outcome.written:
        return f"Wrote {', '.join(outcome.written)}{requests}."
    if outcome.command == "status":
        return _advice(outcome)
    if any(each.pushed for each in outcome.lists):
        return f"No file changed{requests}."
    verb = "push" if outcome.command == "push" else "pull"
    return f"{'In step' if outcome.is_in_step else f'Nothing to {verb}'}{requests}."


def _advice(outcome: Outcome) -> str:
    if outcome.is_in_step:
        return "In step."
    if outcome.has_changes:
        return "Run `zsync pull` to bring the list in step."
    return "There is nothing to pull."


def _sentence(change: Change) -> str:
    """One change in a line: what happened to which paper."""
    name = _short(change.title)
    match change.edit:
        case AddEntry():
            return f"new      {name} → {change.after or 'the top'}"
        case CompleteEntry():
            return f"filled   {name} → {change.after or 'the top'}"
        case RemoveEntry():
            return f"removed  {name} ({change.after})"
        case MoveEntry():
            return f"moved    {name} → {change.after or 'the top'}"
        case RemoveSection():
            return f"heading  {name} removed"
        case SetNote(note=note):
            done = "removed" if note is None else "changed" if change.before else "added"
            said = f"note     {name}: {done}"
        case _ if change.field == "read":
            said = f"{'ticked  ' if change.after == 'checked' else 'unticked'} {name}"
        case _:
            said = f"{_field(change.field):<8} {name}: {_short(change.after) or 'removed'}"
    return said + (" (the list said otherwise; Zotero wins)" if change.conflict else "")


def _field(name: str) -> str:
    return f"“{name.removeprefix(LINK)}” link" if name.startswith(LINK) else _FIELDS[name]


def _title(entry: Entry) -> str:
    return f"{entry.short}: {entry.title}" if entry.short else entry.title


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1].rstrip() + "…"


def _plural(noun: str, count: int) -> str:
    if count == 1:
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


# -- diff -------------------------------------------------------------------------------------------


def diff(outcome: Outcome) -> str:
    """Give a unified diff of all files; empty where nothing changes."""
    return "".join(file_diff(change) for each in outcome.lists for change in each.files)


def file_diff(change: FileChange) -> str:
    """Give a unified diff of one file."""
    return "".join(_unified(change))


def _unified(change: FileChange) -> Iterator[str]:
    before, after = _lines(change.before), _lines(change.after)
    for line in difflib.unified_diff(before, after, f"a/{change.name}", f"b/{change.name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Split on LF alone: other separators belong to the text."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


# -- JSON -------------------------------------------------------------------------------------------


def as_json(outcome: Outcome) -> str:
    """Give the outcome as JSON, for programs."""
    return json.dumps(
        {
            "command": outcome.command,
            "library": outcome.library,
            "in_step": outcome.is_in_step,
            "requests": outcome.requests,
            "dry_run": outcome.dry_run,
            "written": list(outcome.written),
            "refusal": str(outcome.refusal) if outcome.refusal else None,
            "lists": [_list_json(each) for each in outcome.lists],
        },
        ensure_ascii=False,
        indent=2,
    )


def _list_json(each: ListOutcome) -> dict[str, object]:
    return {
        "list": each.name,
        "entries": [
            {"line": each.entries[standing.entry].line, "item": standing.item}
            for standing in each.plan.standing
            if standing.entry is not None
        ],
        "changes": [
            {
                "item": change.item,
                "title": change.title,
                "field": change.field,
                "edit": type(change.edit).__name__,
                "before": change.before,
                "after": change.after,
                "conflict": change.conflict,
            }
            for change in each.made
        ],
        "waiting": [
            {"item": waiting.item, "title": waiting.title, "field": waiting.field}
            for waiting in each.plan.waiting
        ],
        "questions": [
            {
                "line": each.entries[match.entry].line,
                "reason": match.reason,
                "confidence": match.confidence,
                "candidates": list(match.candidates),
            }
            for match in each.plan.questions
            if match.certainty is Certainty.MAYBE
        ],
        "pushed": [_push_json(change) for change in each.pushed],
        "held": [
            {
                "line": None if held.entry is None else each.entries[held.entry].line,
                "title": held.title,
                "reason": held.reason,
                "asks": held.asks,
            }
            for held in each.held
        ],
        "notes_held": each.plan.notes_held,
        "records": each.records,
        "by_hand": {key: list(names) for key, names in sorted(each.by_hand.items())},
        "renamed_keys": dict(each.renamed),
        "problems": list(each.problems),
        "read_only": list(each.read_only),
    }


def _push_json(change: LibraryChange) -> dict[str, object]:
    found: dict[str, object] = {
        "change": type(change).__name__,
        "key": change.key,
        "title": change_title(change),
    }
    match change:
        case NewItem():
            found |= {"type": change.draft.item_type, "source": change.source}
        case ItemChange():
            found |= {
                "fields": sorted(change.fields),
                "add_tags": list(change.add_tags),
                "remove_tags": list(change.remove_tags),
                "add_to": list(change.add_to),
                "remove_from": list(change.remove_from),
            }
        case NewCollection():
            pass
        case _:
            found["item"] = change.parent
    return found


def entries_json(entries: Sequence[Entry], read_only: Collection[int] = ()) -> str:
    """Give the entries of a list as a JSON array; ``read_only`` are the indexes of those never edited."""
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
        **({"read_only": True} if is_read_only else {}),
    }


def entries_text(entries: Sequence[Entry], read_only: Collection[int] = ()) -> str:
    """Give the entries of a list as a table for people; ``read_only`` are those never edited."""
    rows = [f"{'line':>5}  {'box':<3}  {'title':<{_WIDTH}}  {'venue':<14}  links"]
    boxes = {"checked": "[x]", "unchecked": "[ ]", "none": "   "}
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
            f"{entry.line:>5}  {boxes[entry.checkbox.value]}  {_short(_title(entry)):<{_WIDTH}}  "
            f"{venue:<14}  {labels}{note}"
        )
    count = len(entries)
    noted = sum(entry.note is not None for entry in entries)
    doubtful = f", {len(read_only)} read-only" if read_only else ""
    rows.append(f"{count} {_plural('entry', count)}, {noted} with a note{doubtful}")
    return "\n".join(rows)


# -- the dialect of a list --------------------------------------------------------------------------


def dialect_json(sections: Iterable["SectionDialect"]) -> str:
    """Give what was learned of a list's sections as a JSON array."""
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
    yield f"  shape: {each.shape}{marker}; learned from {count} {_plural('entry', count)}"
    if each.read_only:
        yield f"  read-only: {each.read_only} {_plural('entry', each.read_only)}, read with doubt"
    yield f"  box: {'yes' if 2 * each.boxes >= max(count, 1) else 'no'} ({each.boxes} of {count})"
    yield "  fields: " + ", ".join(
        name if having == count else f"{name} ({having} of {count})"
        for name, having in each.fields
        if name != "box"
    )
    yield f"  between entries: {each.blank_lines or 'no'} blank {_plural('line', each.blank_lines)}"
    yield f"  notes: {each.note}"
    if each.example is None:
        yield "  a new entry could not be written here: it would not be read back"
        return
    yield "  a new entry:"
    yield from (f"    {line}".rstrip() for line in each.example.rstrip("\r\n").split("\n"))
