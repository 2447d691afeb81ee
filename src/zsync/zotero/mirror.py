"""The mirror: what Zotero last said, in SQLite (the only module that knows it).

Raw JSON stands beside a few indexed columns, so that a field of a later release needs no new download. The
mirror may be deleted at any time: that costs one full pull and never gives a wrong result. While it is
open it is locked, so that two runs in one folder cannot mix.

A mirror that is damaged, of another library, server or release is built again, and that is said. It
also remembers what each record of a bibliography was rendered from, and its digest, until the item
changes: a fact about the item, not about the files, so losing lock, file or mirror makes nothing
stale. The table ``elsewhere`` holds the regular items that no linked collection lists, so that a
push adds no paper that the library has.
"""

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

from zsync import files
from zsync.core.model import Collection
from zsync.core.patterns import regex
from zsync.errors import Busy, FileError
from zsync.network import BadBody, read_json
from zsync.zotero.delta import Known, LibraryDelta, RestOfLibrary
from zsync.zotero.replies import WrongReply, check_object

#: 4: everything in it went through the gate of replies.
FORMAT = 4
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE collection (key TEXT PRIMARY KEY, name TEXT NOT NULL, parent TEXT);
CREATE TABLE item (
    id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, version INTEGER NOT NULL, item_type TEXT NOT NULL,
    parent TEXT, json TEXT NOT NULL);
CREATE TABLE membership (collection TEXT NOT NULL, item TEXT NOT NULL);
CREATE INDEX membership_collection ON membership (collection);
CREATE TABLE elsewhere (key TEXT PRIMARY KEY, version INTEGER NOT NULL, json TEXT);
CREATE TABLE gone (key TEXT PRIMARY KEY, why TEXT NOT NULL);
CREATE TABLE rendered (
    item TEXT NOT NULL, list TEXT NOT NULL, asked TEXT NOT NULL, digest TEXT NOT NULL, UNIQUE (item, list));
"""
_OUTLINE = ", ".join(
    f"'{name}', json_extract(json, '$.data.{name}')"
    for name in (
        "key", "itemType", "deleted", "dateAdded", "relations", "citationKey", "extra",
        "title", "nameOfAct", "caseName", "subject",
    )
)  # fmt: skip
"""What a citation key that is in use depends on, and what a message calls the item."""
_WRONG_ITEM = """
SELECT 1 FROM (
    SELECT key, version, item_type, json FROM item
    UNION ALL SELECT key, version, NULL, json FROM elsewhere WHERE json IS NOT NULL)
WHERE CASE WHEN json_valid(json) THEN
    json_extract(json, '$.key') IS NOT key OR json_extract(json, '$.data.key') IS NOT key
    OR json_extract(json, '$.version') IS NOT version
    OR json_extract(json, '$.data.itemType') IS NOT coalesce(item_type, json_extract(json, '$.data.itemType'))
    ELSE 1 END
LIMIT 1
"""
"""Finds an object whose JSON is none, or is of another object than its row."""

_OBJECTS = """
SELECT json, version FROM item UNION ALL SELECT json, version FROM elsewhere WHERE json IS NOT NULL
"""
_FORM = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
# A library version.
_DIGITS = regex(r"[0-9]{1,18}")
_NOT_REGULAR = frozenset({"note", "attachment", "annotation"})


class Mirror:
    """The mirror of one library; use as a context manager.

    ``library`` is None where an offline command does not know which one the key's own is: any will do.

    ``notice`` says why an older mirror was thrown away, if one was.

    Raises (on entering):
        Busy: another run has it open.
        FileError: its folder cannot be written.
    """

    def __init__(self, path: Path, library: str | None, endpoint: str) -> None:
        self._path = path
        self._identity = {"format": str(FORMAT), "library": library, "endpoint": endpoint}
        self.notice: str | None = None

    def __enter__(self) -> Self:
        try:
            self._make_folder()
            self._open()
        except (OSError, sqlite3.OperationalError) as cause:
            raise self._cannot(cause) from cause
        return self

    def __exit__(self, *error: object) -> None:
        self._db.close()

    # -- what is known ------------------------------------------------------------------------------

    def version(self) -> int | None:
        """Return the library version that was absorbed last; None before the first."""
        version = self._meta("version")
        return None if version is None else int(version)

    def known(self) -> Known:
        """Return the library version, the linked collections and each object's version."""
        rows = self._db.execute("SELECT key, version FROM item")
        return Known(self.version(), tuple(json.loads(self._meta("roots") or "[]")), dict(rows))

    def check(self) -> None:
        """Read the whole file for damage and wrong content before relying on it; build it again then."""
        try:
            is_sound = self._db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            is_right = is_sound and not self._holds_wrong_values()
        except sqlite3.DatabaseError:
            is_sound = is_right = False
        if not is_right:
            self._begin_again("its content was wrong" if is_sound else "it was damaged")

    def _holds_wrong_values(self) -> bool:
        """Return whether a column holds a kind of value that it was not made for, or a row the wrong object.

        SQLite itself takes any value in any column.
        """
        kinds = self._db.execute(
            "SELECT m.name, c.name, lower(c.type) FROM sqlite_master m, pragma_table_info(m.name) c"
            " WHERE m.type = 'table'"
        )
        queries = [
            f"SELECT 1 FROM {table} WHERE typeof({column}) NOT IN ('null', '{kind}') LIMIT 1"  # noqa: S608 - our own names
            for table, column, kind in kinds
        ]
        if any(self._db.execute(query).fetchone() for query in queries):
            return True
        if self._meta("objects") == self._digest_of_objects():
            return False
        if self._db.execute(_WRONG_ITEM).fetchone():
            return True
        return not all(_is_object(*row) for row in self._db.execute(_OBJECTS))

    def _digest_of_objects(self) -> str:
        """Return a digest of all objects: those that are as they were let in need no second look."""
        digest = hashlib.sha256()
        for text, version in self._db.execute(_OBJECTS):
            digest.update(f"{version} {len(text)} {text}".encode())
        return digest.hexdigest()

    def collections(self) -> tuple[Collection, ...]:
        """Return all collections of the library by name, as Zotero shows them.

        The server's own order is that of the last changes, and open among those of one second.
        """
        rows = self._db.execute("SELECT key, name, parent FROM collection ORDER BY name, key")
        return tuple(Collection(*row) for row in rows)

    def items(
        self, collections: tuple[str, ...]
    ) -> tuple[list[Mapping[str, Any]], dict[str, list[str]]]:
        """Return the raw objects that these collections list, and for each object the collections."""
        where = self._listed(collections)
        rows = self._db.execute("SELECT key, json FROM item ORDER BY key")
        return [json.loads(text) for key, text in rows if key in where], where

    def _listed(self, collections: tuple[str, ...]) -> dict[str, list[str]]:
        where: dict[str, list[str]] = defaultdict(list)
        for collection in collections:
            for (key,) in self._db.execute(
                "SELECT item FROM membership WHERE collection = ? ORDER BY rowid", (collection,)
            ):
                where[key].append(collection)
        return where

    def outlines(self, collections: tuple[str, ...], name: str) -> list[Mapping[str, Any]]:
        """Return the raw regular items that these collections list, in the order of :meth:`items`.

        Of an item whose record was rendered for the list ``name``, only what its citation key depends on.
        """
        where = self._listed(collections)
        rows = self._db.execute(
            f"SELECT key, CASE WHEN item IS NULL THEN json ELSE json_object({_OUTLINE}) END"  # noqa: S608
            " FROM item LEFT JOIN rendered ON item = key AND list = ?"
            " WHERE item_type NOT IN ('note', 'attachment', 'annotation') ORDER BY key",
            (name,),
        )
        return [json.loads(text) for key, text in rows if key in where]

    def item(self, key: str) -> Mapping[str, Any]:
        """Return one raw object."""
        (text,) = self._db.execute("SELECT json FROM item WHERE key = ?", (key,)).fetchone()
        found: Mapping[str, Any] = json.loads(text)
        return found

    def rendered(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what was remembered for a list of the records of items that did not change since."""
        rows = self._db.execute("SELECT item, asked, digest FROM rendered WHERE list = ?", (name,))
        return {item: (asked, digest) for item, asked, digest in rows}

    def gone(self) -> dict[str, str]:
        """Return why objects that were once listed are listed no more."""
        return dict(self._db.execute("SELECT key, why FROM gone"))

    def known_rest(self) -> Known:
        """Return what is known outside the linked collections, notes and attachments included."""
        version = self._meta("elsewhere")
        rows = self._db.execute("SELECT key, version FROM elsewhere")
        return Known(None if version is None else int(version), (), dict(rows))

    def rest_of_library(self) -> list[Mapping[str, Any]]:
        """Return the raw regular items of the library that no linked collection lists, in the order of keys.

        As they were when :meth:`absorb_rest` last took them in; what was linked since then is left out.
        """
        rows = self._db.execute(
            "SELECT json FROM elsewhere WHERE json IS NOT NULL"
            " AND key NOT IN (SELECT key FROM item) ORDER BY key"
        )
        return [json.loads(text) for (text,) in rows]

    def notes_among(self, keys: Mapping[str, str]) -> int:
        """Count the notes among these objects, as the mirror knows them."""
        rows = self._db.execute("SELECT key FROM item WHERE item_type = 'note'")
        return sum(key in keys for (key,) in rows)

    # -- what changes -------------------------------------------------------------------------------

    def absorb(self, delta: LibraryDelta) -> None:
        """Take in what changed, in one transaction; the library version is written last."""
        listed = {key for keys in delta.membership.values() for key in keys}
        with self._transaction():
            self._absorb_items(delta, listed)
            self._db.execute("DELETE FROM collection")
            self._db.executemany(
                "INSERT INTO collection (key, name, parent) VALUES (?, ?, ?)",
                [(each.key, each.name, each.parent) for each in delta.collections],
            )
            self._db.execute("DELETE FROM membership")
            self._db.executemany(
                "INSERT INTO membership VALUES (?, ?)",
                [
                    (collection, key)
                    for collection, keys in delta.membership.items()
                    for key in keys
                ],
            )
            # What is new here has not reached the files yet, whatever happens next.
            self._db.execute("DELETE FROM meta WHERE name LIKE 'fingerprint:%'")
            self._set_meta("roots", json.dumps(delta.roots))
            self._set_meta("objects", self._digest_of_objects())
            self._set_meta("version", str(delta.version))

    def _absorb_items(self, delta: LibraryDelta, listed: set[str]) -> None:
        stale = [(key,) for (key,) in self._db.execute("SELECT key FROM item") if key not in listed]
        self._db.executemany("DELETE FROM item WHERE key = ?", stale)
        changed = [(item["key"],) for item in delta.items]
        self._db.executemany("DELETE FROM rendered WHERE item = ?", [*stale, *changed])
        self._db.executemany(
            "INSERT OR REPLACE INTO item (key, version, item_type, parent, json) VALUES (?, ?, ?, ?, ?)",
            [_row(item) for item in delta.items],
        )
        self._db.executemany("INSERT OR REPLACE INTO gone VALUES (?, ?)", list(delta.gone.items()))
        self._db.executemany("DELETE FROM gone WHERE key = ?", [(key,) for key in listed])

    def absorb_rest(self, news: RestOfLibrary) -> None:
        """Take in what is new outside the linked collections, in one transaction.

        No file shows these items, so no fingerprint is broken.
        """
        with self._transaction():
            known = self._db.execute("SELECT key FROM elsewhere")
            stale = [(key,) for (key,) in known if key not in news.listed]
            self._db.executemany("DELETE FROM elsewhere WHERE key = ?", stale)
            self._db.executemany(
                "INSERT OR REPLACE INTO elsewhere VALUES (?, ?, ?)", map(_outside, news.items)
            )
            self._set_meta("objects", self._digest_of_objects())
            self._set_meta("elsewhere", str(news.version))

    def remember(self, name: str, rendered: Mapping[str, tuple[str, str]]) -> None:
        """Remember records that were rendered for a list, until their items change."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO rendered VALUES (?, ?, ?, ?)",
                [(item, name, *each) for item, each in rendered.items()],
            )

    def fingerprint(self, name: str) -> str | None:
        """Return the fingerprint of the files as the last such run left them."""
        return self._meta(f"fingerprint:{name}")

    def set_fingerprint(self, name: str, fingerprint: str) -> None:
        """Remember how a run left the files."""
        with self._transaction():
            self._set_meta(f"fingerprint:{name}", fingerprint)

    def said(self, command: str) -> str | None:
        """Return what the last such run said of files in step."""
        return self._meta(f"said:{command}")

    def set_said(self, command: str, said: str) -> None:
        """Remember what a run said, for the next that finds nothing new."""
        with self._transaction():
            self._set_meta(f"said:{command}", said)

    # -- the file -----------------------------------------------------------------------------------

    def _open(self) -> None:
        """Open the mirror; one that is broken, foreign or newer is thrown away and begun again."""
        if not self._path.exists():
            self._begin()
            return
        try:
            self._connect()
            reason = self._mismatch()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            reason = "it was damaged"
        if reason is not None:
            self._begin_again(reason)

    def _make_folder(self) -> None:
        """Make a folder that git ignores by itself: the mirror holds notes that nobody may publish."""
        folder = self._path.parent
        files.make_private_folder(folder)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")

    def _begin_again(self, reason: str) -> None:
        self._db.close()
        self._path.unlink()
        if reason:
            self.notice = f"The local mirror was built again: {reason}."
        self._begin()

    def _begin(self) -> None:
        self._connect()
        try:
            with self._transaction():
                for statement in _TABLES.strip().split(";"):
                    self._db.execute(statement)
                for name, value in self._identity.items():
                    self._set_meta(name, value or "")
        except BaseException:
            # Nobody leaves what was never entered: the lock would stay as long as the process.
            self._db.close()
            raise

    def _connect(self) -> None:
        files.make_private(self._path)
        self._db = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        # The first write takes the lock and, in this mode, keeps it until the file is closed.
        self._db.execute("BEGIN EXCLUSIVE")
        self._db.execute("COMMIT")

    def _mismatch(self) -> str | None:
        """Return why the mirror found cannot serve, None if it can; nothing is lost with an empty one."""
        tables = {
            name
            for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        if "meta" not in tables:
            return "it was never finished"
        for name, reason in (
            ("format", "another release of zsync wrote it"),
            ("library", "it belonged to another library"),
            ("endpoint", "it belonged to another server"),
        ):
            if self._identity[name] not in (None, self._meta(name)):
                return reason if self._meta("version") else ""
        return None if self._has_our_form() else "its content was wrong"

    def _has_our_form(self) -> bool:
        """Return whether the tables are ours, and what is noted of the library can be read."""
        with closing(sqlite3.connect(":memory:")) as model:
            model.executescript(_TABLES)
            if set(model.execute(_FORM)) != set(self._db.execute(_FORM)):
                return False
        versions = (self._meta("version"), self._meta("elsewhere"))
        return all(each is None or _DIGITS.fullmatch(str(each)) for each in versions) and _is_keys(
            self._meta("roots")
        )

    def _meta(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _set_meta(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as cause:
            self._roll_back()
            raise self._cannot(cause) from cause
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _cannot(self, cause: Exception) -> Busy | FileError:
        if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            return Busy(
                "Another run of zsync is at work in this folder.", "Run again when it has finished."
            )
        return FileError(
            self._path,
            f"the mirror cannot be written ({_reason(cause)}).",
            "Make room or fix the permissions; the reading list is untouched.",
        )


def _is_object(text: str, version: int) -> bool:
    """Return whether a row holds an object as Zotero gives it, which the gate let in."""
    try:
        check_object(read_json(text.encode()), "items", version)
    except (BadBody, WrongReply):
        return False
    return True


def _is_keys(text: str | None) -> bool:
    """Return whether this is a list of keys in JSON, or nothing at all."""
    try:
        keys = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return False
    return isinstance(keys, list) and all(isinstance(key, str) for key in keys)


def _reason(cause: Exception) -> str:
    """Return what went wrong without the path that the system's own text repeats."""
    return str((isinstance(cause, OSError) and cause.strerror) or cause).lower()


def _outside(item: Mapping[str, Any]) -> tuple[str, int, str | None]:
    """Keep of a standalone note or attachment only that it is known, so that it is not fetched again."""
    key, version, item_type, _, text = _row(item)
    return key, version, None if item_type in _NOT_REGULAR else text


def _row(item: Mapping[str, Any]) -> tuple[str, int, str, str | None, str]:
    data = item["data"]
    text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    return item["key"], item["version"], data["itemType"], data.get("parentItem") or None, text
