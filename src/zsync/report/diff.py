"""What changes in the files, as a unified diff."""

import difflib
from collections.abc import Iterator

from zsync.outcome import FileChange, Outcome


def diff(outcome: Outcome) -> str:
    """Return a unified diff of all files; empty where nothing changes."""
    return "".join(file_diff(change) for each in outcome.lists for change in each.files)


def file_diff(change: FileChange) -> str:
    """Return a unified diff of one file."""
    return "".join(_unified(change))


def _unified(change: FileChange) -> Iterator[str]:
    before, after = _lines(change.before), _lines(change.after)
    for line in difflib.unified_diff(before, after, f"a/{change.name}", f"b/{change.name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Split on LF alone: other separators belong to the text."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
