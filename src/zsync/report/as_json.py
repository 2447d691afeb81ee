"""An outcome as JSON, for programs."""

import json

from zsync.core.library_changes import (
    ItemChange,
    LibraryChange,
    NewCollection,
    NewItem,
    change_title,
)
from zsync.core.matching import Certainty
from zsync.outcome import ListOutcome, Outcome
from zsync.report.counts import counts
from zsync.report.waiting import Thing, fates, named, own_words, things


def as_json(outcome: Outcome) -> str:
    """Return the outcome as JSON, for programs."""
    return json.dumps(
        {
            "command": outcome.command,
            "library": outcome.library,
            "in_step": outcome.is_in_step,
            "requests": outcome.requests,
            "dry_run": outcome.dry_run,
            "files": list(outcome.files),
            "written": list(outcome.written),
            "counts": counts(outcome),
            "refusal": str(outcome.refusal) if outcome.refusal else None,
            "lists": [_list_json(outcome, each) for each in outcome.lists],
        },
        ensure_ascii=False,
        indent=2,
    )


def _list_json(outcome: Outcome, each: ListOutcome) -> dict[str, object]:
    return {
        "list": each.name,
        "entries": [
            {"line": each.entries[linked_entry.entry].line, "item": linked_entry.item}
            for linked_entry in each.plan.linked_entries
            if linked_entry.entry is not None
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
        "waiting": [_thing_json(thing) for thing in things(outcome, each)],
        "own_words": [_thing_json(thing) for thing in own_words(outcome, each, everything=True)],
        "fates": [_thing_json(thing) for thing in fates(outcome, each)],
        "named": [_thing_json(thing) for thing in named(outcome, each)],
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
                "asks": held.needs_person,
            }
            for held in each.held
        ],
        "notes_held": each.plan.notes_held,
        "records": each.records,
        "by_hand": {key: list(names) for key, names in sorted(each.by_hand.items())},
        "renamed_keys": dict(each.renamed),
        "merged_keys": dict(each.merged),
        "problems": list(each.problems),
        "read_only": list(each.read_only),
        "unknown_boxes": list(each.unknown_boxes),
        "overwritten": len(each.overwritten),
    }


def _thing_json(thing: Thing) -> dict[str, object]:
    return {
        "kind": thing.kind.value,
        "line": thing.line,
        "item": thing.item,
        "title": thing.title,
        "field": thing.field,
        "list": thing.in_list,
        "zotero": thing.in_zotero,
        "reason": thing.reason,
        "commands": list(thing.commands),
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
