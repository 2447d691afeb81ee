"""Makes the sandbox wrong on purpose, one rule at a time, and says which step of a transcript notices.

A replay that no wrong server can fail proves nothing. Run this file to see the table::

    python -m tests.contract.mutations
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.contract.replay import OWN_TRANSCRIPTS, TRANSCRIPTS, Replay

from zotero_sandbox import api, item_json, query, reads, store, writes
from zotero_sandbox.library import Item, Library

Mutation = Callable[[], AbstractContextManager[Any]]


def _keeps_version(is_kept: Callable[[Any, Any], bool]) -> Mutation:
    """Store what is written with the version of the old object, where ``is_kept`` says so."""
    commit = store._commit

    def wrong(library: Library, old: Any, new: Any) -> None:
        kept = old is not None and is_kept(old, new)
        commit(library, old, replace(new, version=old.version) if kept else new)

    return lambda: patch.object(store, "_commit", wrong)


def _is_moved_only(old: Any, new: Any) -> bool:
    return isinstance(new, Item) and old == replace(
        new, version=old.version, collections=old.collections
    )


def _includes_since() -> AbstractContextManager[Any]:
    read = query._read_since
    return patch.object(query, "_read_since", lambda text: read(text) - 1)


def _shows_trash() -> AbstractContextManager[Any]:
    answer = reads._items_response
    return patch.object(
        reads, "_items_response", lambda call, items, **_: answer(call, items, trash=True)
    )


def _overwrites_at_version_0() -> AbstractContextManager[Any]:
    check = store._check_version_in_list

    def wrong(kind: Any, old: Any, data: Any, *, checked: bool) -> None:
        if data.get("version") != 0:
            check(kind, old, data, checked=checked)

    return patch.object(store, "_check_version_in_list", wrong)


def _compares_tags() -> AbstractContextManager[Any]:
    settle = item_json._settle_dates

    def wrong(item: Any, old: Any, data: Any, edit: Any) -> Any:
        return settle(item, old, {**data, "tags": []}, edit)

    stack = ExitStack()
    stack.enter_context(patch.object(item_json, "_settle_dates", wrong))
    stack.enter_context(patch.object(store, "is_change", lambda old, new, _: bool(old != new)))
    return stack


def _keeps_subcollections() -> AbstractContextManager[Any]:
    drop = Library.drop_collection

    def wrong(library: Library, key: str) -> None:
        with patch.object(Library, "subcollections", lambda *_: []):
            drop(library, key)

    return patch.object(Library, "drop_collection", wrong)


def _accepts_old_versions() -> AbstractContextManager[Any]:
    stack = ExitStack()
    for module in (store, writes):
        stack.enter_context(patch.object(module, "check_unmodified", lambda *_: None))
    return stack


def _forgets_deletions() -> AbstractContextManager[Any]:
    drop = Library.drop_item

    def wrong(library: Library, key: str) -> None:
        drop(library, key)
        del library.gone["items"][key]

    return patch.object(Library, "drop_item", wrong)


def _accepts_old_library_versions() -> AbstractContextManager[Any]:
    return patch.object(
        writes, "_check_library_version", lambda call: call.version_header() is not None
    )


MUTATIONS: dict[str, Mutation] = {
    "an update keeps the version": _keeps_version(lambda *_: True),
    "since includes its own version": _includes_since,
    "lists show the trash": _shows_trash,
    "membership keeps the item's version": _keeps_version(_is_moved_only),
    "an own key with version 0 overwrites": _overwrites_at_version_0,
    "an unchanged write raises the object's version": lambda: patch.object(
        store, "_is_change", lambda *_: True
    ),
    "the same tags are no change": _compares_tags,
    "subcollections outlive their collection": _keeps_subcollections,
    "an old object version is accepted": _accepts_old_versions,
    "an old library version is accepted": _accepts_old_library_versions,
    "If-Modified-Since-Version is ignored": lambda: patch.object(
        api, "_is_unmodified", lambda _: False
    ),
    "deletions are not recorded": _forgets_deletions,
    "keys without notes see them": lambda: patch.object(reads, "is_visible", lambda *_: True),
}


def find_witness(paths: Iterable[Path], mutation: Mutation) -> str | None:
    """Return the first step that differs under the mutation only, with its file; None if none does."""
    for path in paths:
        known = _known_differences(path)
        with mutation():
            for step in Replay(path).steps():
                if step.difference and step.name not in known:
                    return f"{path.stem} {step.name}"
    return None


@cache
def _known_differences(path: Path) -> frozenset[str]:
    return frozenset(step.name for step in Replay(path).steps() if step.difference)


def main() -> int:
    """Print which step notices each mutation: one of the project's own, and one of the recordings."""
    missed = 0
    for name, mutation in MUTATIONS.items():
        sys.stdout.write(f"{name}\n")
        for folder in (OWN_TRANSCRIPTS, TRANSCRIPTS):
            if not folder.is_dir():
                sys.stdout.write(f"    NOT RUN: no folder {folder}\n")
                continue
            witness = find_witness(sorted(folder.glob("*.json")), mutation)
            missed += witness is None
            sys.stdout.write(f"    {witness or 'NOBODY NOTICES'}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
