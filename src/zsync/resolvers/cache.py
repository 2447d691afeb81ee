"""Answers of the services, kept in one file, refusals too.

A small table of our own. requests-cache 1.3 was looked at: it keeps an arXiv batch as a whole, so that one
new paper asks for all of them again; it knows no expiry by status; it unpickles what it finds in the file;
and its SQLite store waits for ever where the file cannot be written. What is kept are public answers under
the question's own text: no header, no key, no e-mail address.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from zsync import files

_REFUSAL_DAYS = 1.0
# What nobody asked again for so long.
_FORGOTTEN_DAYS = 365.0
_DAY = 86400.0
_TABLE = "CREATE TABLE answer (question TEXT PRIMARY KEY, good_until REAL NOT NULL, body BLOB)"
_WRONG_ANSWER = """
SELECT 1 FROM answer WHERE typeof(question) <> 'text' OR typeof(good_until) <> 'real'
    OR typeof(body) NOT IN ('blob', 'null') LIMIT 1
"""
"""Finds an answer that we did not write: SQLite takes any value in any column."""


class _WrongContentError(sqlite3.DatabaseError):
    """The file is a database, but not one of ours."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer from before; ``body`` is None where the service knew no such paper."""

    body: bytes | None
    fresh: bool


class AnswerCache:
    """Questions and answers; may be used by several threads.

    The file is dispensable: one that is damaged, or holds something else, is made again, which ``notice``
    tells; where none can be written the answers are kept in memory.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._guard = threading.Lock()
        self._connection, self.notice = _open(path)
        with suppress(sqlite3.DatabaseError):
            self._connection.execute(
                "DELETE FROM answer WHERE good_until < ?", (now() - _FORGOTTEN_DAYS * _DAY,)
            )

    def get(self, question: str) -> Kept | None:
        """What was answered, however long ago; None where it was never asked."""
        row = None
        # A file that is locked or damaged is as good as none.
        with self._guard, suppress(sqlite3.DatabaseError):
            rows = self._connection.execute(
                "SELECT good_until, body FROM answer WHERE question = ?", (question,)
            )
            row = rows.fetchone()
        return Kept(row[1], row[0] > self._now()) if row else None

    def put(self, question: str, body: bytes | None, days: float) -> None:
        """Keep an answer for so many days, a refusal for one at most."""
        lifetime = min(days, _REFUSAL_DAYS) if body is None else days
        # A file that can no longer be written must not cost the answer itself.
        with self._guard, suppress(sqlite3.DatabaseError):
            self._connection.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?)",
                (question, self._now() + lifetime * _DAY, body),
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _open(path: Path) -> tuple[sqlite3.Connection, str]:
    """Open the file, or what stands in for it; with what a person should know of that."""
    with suppress(OSError):
        files.make_private_folder(path.parent)
        files.make_private(path)
    try:
        return _connect(str(path)), ""
    except sqlite3.OperationalError:
        return _connect(":memory:"), ""
    except sqlite3.DatabaseError:
        path.unlink()
        return _connect(str(path)), f"{path.name} was built again: its content was wrong."


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=2.0, isolation_level=None, check_same_thread=False)
    try:
        tables = [
            sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql <> ''")
        ]
        if not tables:
            connection.execute(_TABLE)
        elif tables != [_TABLE] or connection.execute(_WRONG_ANSWER).fetchone():
            raise _WrongContentError
        # Written in full or not at all is enough: losing the last answers costs asking again.
        connection.execute("PRAGMA synchronous = OFF")
    except sqlite3.DatabaseError:
        with closing(connection):
            raise
    return connection
