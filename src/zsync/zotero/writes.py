"""Writing to the remote library, so that nothing is written twice and nothing of others is overwritten.

How Zotero writes several objects (zotero/dataserver): each is a transaction of its own and takes a library
version of its own, in the order of the request, at most 50 at once. The library's precondition is checked
only before the first. The answer says of each object, by its place in the request, whether it was written,
was so already, or was refused and why; a failure of the server itself (500) says nothing, and what came
before the bad object *is* written.

So every object carries a key that we chose and the version that it had, and where an outcome is not known
(answer lost, 500, an earlier try of the transport) we look: an object that says what was sent is written, and
only the others are sent again.

The mirror's version is no concern of a write: somebody may have written in between, so the caller polls.

Where somebody writes all the time, such a poll is never in time. So the one who decided what is written may
look at what changed, and let the one request go on from there (``go_on``).

No write tokens: Zotero forgets them if the last object of a request was refused.
"""

import html
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import Any

from zsync.core.patterns import regex
from zsync.errors import TryLater, Unreachable
from zsync.zotero.delta import Raw
from zsync.zotero.library import Library
from zsync.zotero.replies import read_version, read_written
from zsync.zotero.transport import Response

#: How many objects Zotero takes in one request.
BATCH = 50
#: How often somebody else may be faster in one call.
_RACES = 30
#: Asked where somebody else wrote after a library version: the version to go on from; None: decide again.
GoOn = Callable[[int], int | None]
_PARENTS = ("parentItem", "parentCollection")
_MARKUP = regex(r"<[^>]*>")
_OUT_OF_STEP = 412
_UNSAID = "Zotero failed on this object without saying why."
_TOO_LARGE = "This object is too large for Zotero."


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Zotero did not write an object.

    ``code``: 400 a value that it does not take, 404 the object does not exist, 409 its parent or collection
    does not exist, 412 it has changed (or exists) meanwhile, 413 something is too long, 428 no version was
    given, 500 Zotero failed on it. ``message`` is Zotero's own.
    """

    code: int
    message: str


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What became of the objects, by key.

    ``written`` holds them as Zotero has them now: a note's HTML is not always what was sent. ``unchanged``
    said already what was sent. ``unmodified_since`` is the precondition for a next write that goes on from
    this one: the library version that our own writes led to; where somebody else wrote too, an older one.
    ``version`` is the library version that Zotero named last.
    """

    written: Mapping[str, Raw] = field(default_factory=lambda: MappingProxyType({}))
    unchanged: frozenset[str] = frozenset()
    refused: Mapping[str, Refusal] = field(default_factory=lambda: MappingProxyType({}))
    unmodified_since: int | None = None
    version: int = 0


class LibraryMoved(TryLater):
    """Somebody else wrote to the library, so what is not in the ``report`` was not sent.

    Poll, decide again, write again. What did get written although it is not in the report (Zotero answers
    reads from copies that may lag) comes back with the poll under the keys that it was sent with.
    """

    def __init__(self, report: WriteReport) -> None:
        super().__init__(
            "The library changed while zsync was writing to it.",
            "Run again: nothing is written twice.",
        )
        self.report = report


def write_items(
    library: Library,
    objects: Sequence[Mapping[str, Any]],
    *,
    unmodified_since: int | None,
    go_on: GoOn | None = None,
) -> WriteReport:
    """Write items, notes and attachments; each has its ``key`` and the ``version`` that it was read at.

    Version 0 makes a new object and nothing else. What an object does not name stays as it is. Leave out
    objects that change nothing: Zotero counts them too, and after a failure nobody can tell who moved the
    library.
    ``unmodified_since``: write only if the library has stayed at this version; or if ``go_on`` says, of what
    changed since, that it does not matter here.

    Raises:
        LibraryMoved: it has not; what was not written by then is not written.
        NotAllowed: the key or the user may not write here.
        Unreachable: no answer; some objects may be written.
        ValueError: an object has no key or version of its own, or two have the same key.

    """
    return _Writing(library, "items", unmodified_since, go_on).write(objects)


def write_collections(
    library: Library,
    objects: Sequence[Mapping[str, Any]],
    *,
    unmodified_since: int | None,
    go_on: GoOn | None = None,
) -> WriteReport:
    """Write collections, as :func:`write_items` does items."""
    return _Writing(library, "collections", unmodified_since, go_on).write(objects)


def in_batches(objects: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Put objects into batches: parents before children, and with them where a batch has room for all.

    Zotero refuses a child whose parent it has not seen yet, so the order holds across batches too.
    """
    batch: list[Mapping[str, Any]] = []
    for family in _families(objects):
        if batch and len(batch) + len(family) > BATCH:
            yield batch
            batch = []
        batch += family
        while len(batch) > BATCH:
            yield batch[:BATCH]
            batch = batch[BATCH:]
    if batch:
        yield batch


def _families(objects: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Return each object without a parent among these, followed by its children and theirs."""
    keys = {each["key"] for each in objects}
    if len(keys) < len(objects):
        raise ValueError("an object may be written only once in one call")
    children = defaultdict(list)
    for each in objects:
        parent = _parent(each)
        children[parent if parent in keys else None].append(each)

    def family(head: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        yield head
        yield from chain.from_iterable(map(family, children[head["key"]]))

    for head in children[None]:
        yield list(family(head))


def _parent(each: Mapping[str, Any]) -> str | None:
    return next((each[name] for name in _PARENTS if each.get(name)), None)


class _Writing:
    """One call: what became of the objects so far, and the precondition for the next request."""

    def __init__(
        self, library: Library, kind: str, unmodified_since: int | None, go_on: GoOn | None
    ) -> None:
        self._library = library
        self._kind = kind
        self._unmodified_since = unmodified_since
        self._go_on = go_on
        self._version = 0
        self._has_moved = False
        self._races = 0
        self._written: dict[str, Raw] = {}
        self._unchanged: set[str] = set()
        self._refused: dict[str, Refusal] = {}

    def write(self, objects: Sequence[Mapping[str, Any]]) -> WriteReport:
        """Write all of them, batch by batch."""
        try:
            for batch in in_batches(objects):
                self._write(batch)
        except Unreachable as cause:
            raise Unreachable(
                cause.what,
                f"{len(self._written)} of {len(objects)} objects were written, perhaps some more."
                " Run again: nothing is written twice.",
            ) from cause
        return self._report()

    def _report(self) -> WriteReport:
        return WriteReport(
            dict(self._written),
            frozenset(self._unchanged),
            dict(self._refused),
            self._unmodified_since,
            self._version,
        )

    def _write(self, batch: Sequence[Mapping[str, Any]], *, is_repeat: bool = False) -> None:
        if self._has_moved:
            self._catch_up()
        response = self._library.post(self._kind, batch, self._unmodified_since)
        match response.status_code:
            case 200:
                self._take(batch, response)
            case 412:
                self._go_on_from_own_writes(batch)
            case 413:
                self._divide(batch, Refusal(413, _TOO_LARGE))
            case _:
                self._look_for_the_bad_one(batch, is_repeat=is_repeat)

    def _catch_up(self) -> None:
        """Somebody else wrote: go on from there if that does not concern what is left to be written."""
        self._races += 1
        version = None
        if self._go_on and self._unmodified_since is not None and self._races <= _RACES:
            version = self._go_on(self._unmodified_since)
        if version is None:
            raise LibraryMoved(self._report())
        self._unmodified_since, self._has_moved = version, False

    # -- an answer that says everything -----------------------------------------------------------

    def _take(self, batch: Sequence[Mapping[str, Any]], response: Response) -> None:
        """Take in the answer: what became of each object, by its index."""
        keys = [each["key"] for each in batch]
        written, unchanged, failed = read_written(response, self._kind, keys)
        self._written |= {keys[int(index)]: each for index, each in written.items()}
        self._unchanged.update(keys[int(index)] for index in unchanged)
        refused = {int(index): _refusal(each) for index, each in failed.items()}
        self._refused |= {keys[index]: refusal for index, refusal in refused.items()}
        doubtful = [
            batch[index] for index, refusal in refused.items() if refusal.code == _OUT_OF_STEP
        ]
        self._advance(read_version(response), len(batch) - len(failed))
        if doubtful:
            # An earlier try of the same request may have written them.
            self._written |= self._look(doubtful)[1]
            for key in self._written.keys() & self._refused.keys():
                del self._refused[key]

    def _advance(self, version: int, own_writes: int) -> None:
        """Go on from this library version, if it came about by our own writes alone.

        Every object that is not refused takes one version, one that changes nothing too.
        """
        self._version = version
        if self._unmodified_since is None:
            return
        if version == self._unmodified_since + own_writes:
            self._unmodified_since = version
        else:
            self._has_moved = True

    # -- an answer that does not ------------------------------------------------------------------

    def _look(self, batch: Sequence[Mapping[str, Any]]) -> tuple[int, dict[str, Raw]]:
        """Return the library version now, and those objects that say what was sent."""
        version, found = self._library.look_up(self._kind, [each["key"] for each in batch])
        return version, {
            each["key"]: found[each["key"]]
            for each in batch
            if each["key"] in found and _is_written(each, found[each["key"]])
        }

    def _settle(self, batch: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Take in what was written of a batch whose answer says nothing; give the rest."""
        version, written = self._look(batch)
        self._written |= written
        self._advance(version, len(written))
        return [each for each in batch if each["key"] not in written]

    def _go_on_from_own_writes(self, batch: Sequence[Mapping[str, Any]]) -> None:
        """The library moved: by an earlier try of this request, or by somebody else."""
        rest = self._settle(batch)
        # A copy of the library that lags behind does not show it yet.
        self._has_moved = self._has_moved or len(rest) == len(batch)
        if rest:
            self._write(rest)

    def _look_for_the_bad_one(self, batch: Sequence[Mapping[str, Any]], *, is_repeat: bool) -> None:
        """Zotero failed on some object: send the rest once more, then in halves."""
        rest = self._settle(batch)
        if rest and not is_repeat:
            self._write(rest, is_repeat=True)
        elif rest:
            self._divide(rest, Refusal(500, _UNSAID))

    def _divide(self, batch: Sequence[Mapping[str, Any]], refusal: Refusal) -> None:
        if len(batch) == 1:
            self._refused[batch[0]["key"]] = refusal
            return
        middle = len(batch) // 2
        self._write(batch[:middle], is_repeat=True)
        self._write(batch[middle:], is_repeat=True)


def _refusal(said: Mapping[str, Any]) -> Refusal:
    """Return why an object was refused; the messages come escaped for HTML, and without a key."""
    return Refusal(said["code"], html.unescape(said["message"]))


def _is_written(sent: Mapping[str, Any], found: Raw) -> bool:
    """Return whether an object, as it is now, is one that we wrote: newer, and it says all that was sent.

    One in the trash is there no more, unless that is what was sent.
    """
    data = found["data"]
    is_there = "deleted" in sent or not data.get("deleted")
    return (
        is_there
        and found["version"] > sent["version"]
        and all(
            _says(name, value) == _says(name, data.get(name))
            for name, value in sent.items()
            if name not in {"key", "version"}
        )
    )


def _says(name: str, value: Any) -> Any:
    """Give a value as Zotero's own form leaves it: trimmed, arrays in any order, a note's markup cleaned."""
    if not value:
        return None
    if name == "note":
        return re.sub(r"\W", "", html.unescape(_MARKUP.sub("", str(value))))
    if name in {"tags", "collections"}:
        return sorted(_each_tag_or_key(value))
    if isinstance(value, bool | int):
        return str(int(value))
    return value.strip() if isinstance(value, str) else value


def _each_tag_or_key(values: Iterable[Any]) -> set[str]:
    return {
        json.dumps({**each, "tag": each["tag"].strip()}, sort_keys=True)
        if isinstance(each, Mapping)
        else str(each)
        for each in values
    }
