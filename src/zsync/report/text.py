"""An outcome in a few lines, for a person at a terminal."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from zsync.core import fates
from zsync.core.changes import Change
from zsync.core.edits import (
    AddEntry,
    CompleteEntry,
    MoveEntry,
    RemoveEntry,
    RemoveSection,
    SetNote,
    SetTitle,
)
from zsync.core.fields import entry_name
from zsync.core.library_changes import (
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
from zsync.core.plan import MERGED
from zsync.outcome import FileChange, ListOutcome, Outcome
from zsync.report.waiting import waiting_lines
from zsync.report.words import field_name, has, plural, short, them

_NAMED = 5


def text(outcome: Outcome, *, everything: bool = False) -> str:
    """Say in a few lines what happened, for a person at a terminal; ``everything`` cuts no list short."""
    lines = [*outcome.notices]
    for each in outcome.lists:
        lines.extend(pushed(outcome, each))
        lines.extend(_linking(each) if outcome.command == "link" else _changes(outcome, each))
        prefix = f"{each.name}: " if len(outcome.lists) > 1 else ""
        lines.extend(waiting_lines(outcome, each, everything=everything))
        lines.extend(prefix + remark for remark in remarks(outcome, each))
    lines.append(closing(outcome))
    return "\n".join(lines)


def _changes(outcome: Outcome, each: ListOutcome) -> Iterator[str]:
    count = len(each.made)
    if count:
        would = "changed" if _is_done(outcome) else "would change"
        yield f"{each.name}: {count} {plural('thing', count)} {would}"
        yield from (f"  {sentence(change)}" for change in each.made)
    for change in each.files[-1:] if each.records is not None else ():
        if change.before != change.after:
            yield f"{change.name}: {records(change, each.merged)}"
    for former, key in each.renamed.items():
        yield f"  key      {former} is {key} now, as in Zotero"
    for former, key in each.merged.items():
        yield f"  merged   the record {former} with {key}, as in Zotero"


def _is_done(outcome: Outcome) -> bool:
    return not (outcome.dry_run or outcome.refusal or outcome.command == "status")


def pushed(outcome: Outcome, each: ListOutcome) -> Iterator[str]:
    """Return what went to Zotero; what belongs to a new item is said with it."""
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
    # A dry run pushes nothing; a pull that was refused after it does not undo it.
    went = "would go" if outcome.dry_run or outcome.command == "status" else "went"
    yield f"{each.name} → Zotero: {len(own)} {plural('thing', len(own))} {went}"
    for change in own:
        yield from (f"  {said}" for said in _push_sentences(change, below, each.collections))


def _push_sentences(
    change: LibraryChange, below: Mapping[tuple[str, str], int], names: Mapping[str, str]
) -> Iterator[str]:
    """Return what one change does in Zotero; ``names`` are those of the collections."""
    name = short(change_title(change))
    match change:
        case NewCollection():
            yield f"section  {name}: a subcollection made"
        case NewItem():
            kinds = [(below.get((change.key, kind), 0), kind) for kind in ("link", "note")]
            children = ", ".join(f"{count} {plural(kind, count)}" for count, kind in kinds if count)
            source = f" (by {change.source})" if change.source else ""
            yield f"item     {name}{source}" + (f", with {children}" if children else "")
            extra = change.draft.fields.get("extra", "")
            yield from map("fate     {}".format, fates.told(change.title, extra))
        case NewNote():
            yield f"note     {name}: added"
        case NoteChange():
            yield f"note     {name}: changed"
        case NewLink(label=label):
            yield f"link     {name}: “{short(label)}” added"
        case LinkChange(label=label):
            yield f"link     {name}: “{short(label)}” changed"
        case ItemChange():
            yield from _item_sentences(change, name, names)


def _item_sentences(change: ItemChange, name: str, names: Mapping[str, str]) -> Iterator[str]:
    left, joined = (
        ", ".join(f"“{short(names.get(key, key))}”" for key in keys)
        for keys in (change.remove_from, change.add_to)
    )
    if left and joined:
        yield f"moved    {name}: {left} → {joined}"
    elif joined:
        yield f"joined   {name}: {joined}"
    elif left:
        yield f"removed  {name} from {left}"
    if change.read is not None:
        yield f"{'ticked  ' if change.read else 'unticked'} {name}"
    for field, words in change.said.items():
        yield f"{field_name(field):<8} {name}: {words or 'taken away'}"
    for field, said in change.fields.items():
        if field == "extra":
            # What a line there says is told above.
            continue
        if field == "title":
            yield f"title    {_became(said.before, said.after)}"
        elif field == "url":
            yield f"url      {name}: {short(said.after)}"
        elif "title" not in change.fields:
            yield f"title    {name}: short name {_became(said.before, said.after)}"


def _became(before: str, after: str) -> str:
    return f"{short(before)} → {short(after)}" if before else short(after)


def records(change: FileChange, merged: Collection[str] = ()) -> str:
    """Say how many records there are, and how many came, went and changed; ``merged`` are one with others."""
    split = _by_id if change.name.endswith(".json") else _by_key
    before, after = split(change.before), split(change.after)
    parts = {
        "added": after.keys() - before.keys(),
        "removed": before.keys() - after.keys() - set(merged),
        "changed": {key for key in before.keys() & after.keys() if before[key] != after[key]},
    }
    named = {what: sorted(keys) for what, keys in parts.items()}
    said = "; ".join(f"{len(keys)} {what}: {_few(keys)}" for what, keys in named.items() if keys)
    return f"{len(after)} {plural('record', len(after))}" + (
        f" ({said})" if before and said else ""
    )


def _few(keys: Sequence[str]) -> str:
    return ", ".join(keys[:_NAMED]) + (" …" if len(keys) > _NAMED else "")


def _by_key(bib: str) -> dict[str, str]:
    """Return the records of a .bib by their keys; what stands between them is none."""
    from zsync.formats.bib import bibtex

    return {each.key: bib[each.start : each.end] for each in bibtex.parse(bib).records}


def _by_id(csl: str) -> dict[str, str]:
    """Split CSL-JSON into its entries."""
    from zsync.formats.bib import csl_json

    records = csl_json.parse(csl).records
    return {record.key: csl_json.laid_out(csl[record.start : record.end]) for record in records}


def _linking(each: ListOutcome) -> Iterator[str]:
    entries = each.entries
    questions = {match.entry for match in each.plan.questions}
    sure = [
        linked_entry for linked_entry in each.plan.linked_entries if linked_entry.entry is not None
    ]
    found = {linked_entry.entry for linked_entry in sure} | questions
    missing = [index for index in range(len(entries)) if index not in found]
    new = sum(isinstance(change.edit, AddEntry) for change in each.plan.changes)
    yield f"{each.name}: {len(sure)} sure, {len(questions)} maybe, {len(missing)} missing"
    yield from (
        f"  missing  line {entries[index].line}: {short(entry_name(entries[index]))}"
        for index in missing
    )
    if new:
        items = f"{new} {plural('item', new)} of the collection {has(new)}"
        yield f"  {items} no entry; a pull adds {them(new)}"


def remarks(outcome: Outcome, each: ListOutcome) -> Iterator[str]:
    """Return what else a person should know of a list, a line each."""
    if each.read_only:
        yield _read_only(each.read_only)
    if each.unknown_boxes:
        yield _unknown_boxes(each.unknown_boxes)
    if each.by_hand:
        yield f"Edited by hand in the bibliography, and kept: {_by_hand(each.by_hand)}."
    yield from (f"Note: {problem}" for problem in each.problems)
    kept = len(each.overwritten) + (len(each.kept) if outcome.written else 0)
    if kept:
        yield f"{kept} replaced {plural('text', kept)} kept in .zsync/kept."


def _unknown_boxes(lines: Sequence[int]) -> str:
    return (
        f"Boxes: {_lines(lines)} {has(len(lines))} a mark that zsync does not know. It stays as it is; write "
        "[x] or [ ] to say whether the paper was read."
    )


def _lines(lines: Sequence[int]) -> str:
    more = " ..." if len(lines) > _NAMED else ""
    return f"{plural('line', len(lines))} {', '.join(map(str, lines[:_NAMED]))}{more}"


def _read_only(lines: Sequence[int]) -> str:
    count, where = len(lines), _lines(lines)
    is_one = count == 1
    return (
        f"Read-only: {count} {plural('entry', count)} ({where}). zsync is not sure that it reads "
        f"{them(count)} rightly, or cannot edit {them(count)} there: {'it is' if is_one else 'they are'} "
        "matched but never edited."
    )


def _by_hand(fields: Mapping[str, Sequence[str]]) -> str:
    said = [
        f"{key} ({', '.join('entry type' if name == '@' else name for name in names)})"
        for key, names in sorted(fields.items())
    ]
    more = len(said) - _NAMED
    return ", ".join(said[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def closing(outcome: Outcome) -> str:
    """Say in a line how it ended."""
    count = outcome.requests
    requests = f" ({count} {plural('request', count)})" if count else ""
    if outcome.refusal:
        return f"Nothing was written{requests}, because:"
    would_push = any(each.pushed for each in outcome.lists)
    if outcome.dry_run and not (outcome.has_changes or would_push):
        return f"Nothing to {'push' if outcome.command == 'push' else 'write'}{requests}."
    if outcome.dry_run:
        more = f" `{outcome.carried_out_by}` does it." if outcome.carried_out_by else ""
        return f"A dry run: nothing was written{requests}.{more}"
    if outcome.written:
        return f"Wrote {', '.join(outcome.written)}{requests}."
    if outcome.command == "status":
        return _advice(outcome)
    if would_push:
        return f"No file changed{requests}."
    verb = "push" if outcome.command == "push" else "pull"
    return f"{'In step' if outcome.is_in_step else f'Nothing to {verb}'}{requests}."


def _advice(outcome: Outcome) -> str:
    if outcome.is_in_step:
        return "In step."
    if outcome.has_changes:
        return "Run `zsync pull` to bring the list in step."
    return "There is nothing to pull."


def sentence(change: Change) -> str:
    """One change in a line: what happened to which paper."""
    name = short(change.title)
    match change.edit:
        case AddEntry():
            return f"new      {name} → {short(change.after) or 'the top'}"
        case CompleteEntry():
            return f"filled   {name} → {short(change.after) or 'the top'}"
        case RemoveEntry():
            return f"{'merged  ' if change.after == MERGED else 'removed '} {name} ({change.after})"
        case MoveEntry():
            return f"moved    {name} → {short(change.after) or 'the top'}"
        case RemoveSection():
            return f"heading  {name} removed"
        case SetNote(note=note):
            done = "removed" if note is None else "changed" if change.before else "added"
            said = f"note     {name}: {done}"
        case _ if change.field == "read":
            said = f"{'ticked  ' if change.after == 'checked' else 'unticked'} {name}"
        case SetTitle():
            said = f"title    {_became(change.before, change.after)}"
        case _:
            said = f"{field_name(change.field):<8} {name}: {short(change.after) or 'removed'}"
    return said + (" (the list said otherwise; Zotero wins)" if change.conflict else "")
