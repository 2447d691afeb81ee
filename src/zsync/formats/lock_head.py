"""The first line of ``zsync.lock``, which an idle run reads and no more: the format and the library."""

import json
from collections.abc import Mapping
from typing import Any

from zsync.formats.merge_markers import is_mark

FORMAT = 1


class LockError(ValueError):
    """A lock that cannot be read; ``line`` is 1-based."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def parse_library(text: str) -> str:
    """Read the library alone, from the first line.

    Raises:
        LockError: not a lock, or written by a newer zsync.

    """
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if line.strip():
            return library_of(number, read_row(number, line))
    raise LockError(1, "the file is empty")


def read_row(number: int, line: str) -> dict[str, Any]:
    """Return the value in a line.

    Raises:
        LockError: it is not one.

    """
    if is_mark(line):
        raise LockError(number, "a git merge is unfinished here")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as cause:
        # Brackets in brackets, thousands deep, are JSON, and so are endless numbers; zsync writes none.
        raise LockError(number, "this line is not JSON") from cause
    if not isinstance(row, dict):
        raise LockError(number, "this line is not what zsync writes")
    return row


def library_of(number: int, row: Mapping[str, Any]) -> str:
    """Return the library that the first row names.

    Raises:
        LockError: it names none, or is of a newer release.

    """
    if not isinstance(row.get("zsync"), int) or not isinstance(row.get("library"), str):
        raise LockError(number, "this is not a lock of zsync")
    if row["zsync"] > FORMAT:
        raise LockError(number, f"a newer zsync wrote it (format {row['zsync']})")
    library: str = row["library"]
    return library
