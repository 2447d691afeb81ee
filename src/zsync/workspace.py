"""The folder of one project: its lists, bibliographies and lock, read and written in the right order."""

import glob
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from zsync import __version__, files, together
from zsync.config import AUTO, LOCK_FILE, ListSettings, Settings
from zsync.core.patterns import regex
from zsync.errors import FileError
from zsync.formats.lock_head import LockError, parse_library
from zsync.formats.merge_markers import unfinished_merge
from zsync.outcome import KeptText, ListOutcome
from zsync.together import NewText
from zsync.zotero.mirror import Mirror

if TYPE_CHECKING:
    from zsync.core.base import Base
    from zsync.core.known import KnownTitles
    from zsync.formats.lock import Lock
    from zsync.formats.reading_list import ReadingList

_T = TypeVar("_T")
#: What has no place in the name of a kept text: separators above all, and what some file systems refuse.
_UNSAFE = regex(r"[^A-Za-z0-9._-]")
_LONGEST_STEM, _LONGEST_END = 100, 12


class Workspace:
    """What is there locally, and the one place that changes it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._written: dict[Path, str] = {}

    # -- what is there ----------------------------------------------------------------------------

    @cached_property
    def library(self) -> str:
        """The library that the settings or, where they say ``auto``, the lock name; else ``auto``.

        Raises:
            FileError: the lock belongs to another library.

        """
        locked = self._read_lock(parse_library)
        wanted = self.settings.library
        if wanted == AUTO:
            return locked or AUTO
        if locked not in (None, wanted):
            raise FileError(
                self.settings.lock_path,
                f"the lock belongs to {locked}, but the settings name {wanted}.",
                f"Name the old library again, or delete {LOCK_FILE} and run `zsync link`.",
            )
        return wanted

    def base(self, each: ListSettings) -> "Base":
        """Return the list's base; an empty one before the first run."""
        from zsync.core.base import Base

        return self._lock.bases.get(each.name, Base()) if self._lock else Base()

    @property
    def has_lock(self) -> bool:
        """Return whether the lists were linked before."""
        return self._lock is not None

    @property
    def locked_lists(self) -> frozenset[str]:
        """The names of the lists that the lock knows."""
        return frozenset(self._lock.bases) if self._lock else frozenset()

    def read_list(self, each: ListSettings, known: "KnownTitles | None" = None) -> "ReadingList":
        """Read the list by what is known of its papers; one that is not wanted is empty.

        Raises:
            FileError: the file cannot be read, or its markers do not limit one part.

        """
        from zsync.core.known import NOTHING_KNOWN
        from zsync.formats import reading_list

        if each.path is None:
            return reading_list.parse("")
        known = (known or NOTHING_KNOWN).with_marks(each.policy.states)
        found = reading_list.parse(files.read(each.path), known)
        if problem := found.marker_problem:
            raise FileError(each.path, f"{problem.what}.", problem.advice, where=problem.line)
        return found

    def check_merges(self) -> None:
        """Refuse lists and bibliographies in which a git merge is unfinished: both sides' lines are in them.

        Raises:
            FileError: one is, or a file cannot be read.

        """
        for each in self.settings.lists:
            if each.path is not None:
                refuse_merge(each.path, files.read(each.path), in_markdown=True)
            if each.bib is not None:
                refuse_merge(each.bib.path, files.read_if_there(each.bib.path) or "")

    @property
    def own_files(self) -> tuple[str, ...]:
        """The lists, bibliographies and lock, by the names that outcomes have for them."""
        lists = [each.name for each in self.settings.lists if each.path]
        bibs = [self.relative(each.bib.path) for each in self.settings.lists if each.bib]
        return (*lists, *bibs, LOCK_FILE)

    def mirror(self) -> Mirror:
        """Return the mirror, to be opened."""
        library = None if self.library == AUTO else self.library
        return Mirror(self._mirror_path, library, self.settings.endpoint)

    @property
    def has_mirror(self) -> bool:
        """Return whether Zotero was asked from here before."""
        return self._mirror_path.exists()

    @property
    def _mirror_path(self) -> Path:
        return self.settings.work_folder / "mirror.sqlite"

    def relative(self, path: Path) -> str:
        """Name a file as seen from the folder: other people's reports need no more of it."""
        return os.path.relpath(path, self.settings.folder)

    @cached_property
    def _lock(self) -> "Lock | None":
        from zsync.formats.lock import parse

        return self._read_lock(parse)

    @cached_property
    def _lock_text(self) -> str | None:
        return files.read_if_there(self.settings.lock_path)

    def _read_lock(self, parse_text: Callable[[str], _T]) -> _T | None:
        if self._lock_text is None:
            return None
        try:
            return parse_text(self._lock_text)
        except LockError as cause:
            raise FileError(
                self.settings.lock_path,
                f"{cause}.",
                f"Take {LOCK_FILE} from git's history; or delete it and run `zsync link`, which pairs "
                "everything again.",
                where=cause.line,
            ) from cause

    # -- writing ----------------------------------------------------------------------------------

    def finish(self) -> None:
        """Finish what a killed run had begun to write, and take away what it left lying about.

        Raises:
            FileError: a file cannot be read or written.

        """
        own = {name: self.settings.folder / name for name in self.own_files}
        files.discard(self._newest_kept)
        if together.finish(self._unfinished, own):
            self._forget_lock()

    def write(
        self, library: str, lists: Sequence[ListOutcome], bases: "Mapping[str, Base]"
    ) -> tuple[str, ...]:
        """Write what differs: what is kept aside first, then lists and bibliographies, the lock last.

        Returns the names of the files written.

        Raises:
            Busy: a file was edited since it was read; nothing was written.
            FileError: a file cannot be written.

        """
        texts = [
            NewText(each.name, self.settings.folder / each.name, each.before, each.after)
            for outcome in lists
            for each in outcome.files
        ]
        texts.append(self._new_lock(library, bases))
        self._written = {each.path: each.after for each in texts}
        for each in texts:
            each.check_untouched()
            if each.before != each.after:
                files.check_writable(each.path)
        kept = self.keep_texts(kept for outcome in lists for kept in outcome.kept)
        return (*kept, *together.replace_all(self._unfinished, texts))

    def keep_texts(self, texts: Iterable[KeptText]) -> tuple[str, ...]:
        """Keep texts aside, each in a file of its own; one that is kept already is not kept again.

        Returns the names of the files written.

        Raises:
            FileError: a file cannot be written.

        """
        folder = self.settings.work_folder / "kept"
        written = []
        for kept in texts:
            name, text = _safe_name(kept.name), kept.text.rstrip("\n") + "\n"
            if not _is_kept(folder, name, text):
                path = _free(folder, name)
                # Whole, and only then under its name: half a text that was kept is of no use.
                files.prepare(self._newest_kept, text)
                files.put(self._newest_kept, path)
                written.append(self.relative(path))
        return tuple(written)

    def keep(self, library: str, bases: "Mapping[str, Base]") -> None:
        """Write bases into the lock, and nothing else.

        Raises:
            Busy: the lock was edited since it was read.
            FileError: it cannot be written.

        """
        together.replace_all(self._unfinished, [self._new_lock(library, bases)])
        self._forget_lock()

    def _new_lock(self, library: str, bases: "Mapping[str, Base]") -> NewText:
        from zsync.formats.lock import Lock, render

        lock = Lock(library, {**(self._lock.bases if self._lock else {}), **bases})
        return NewText(LOCK_FILE, self.settings.lock_path, self._lock_text or "", render(lock))

    def _forget_lock(self) -> None:
        """Have the lock read again: what is there now is what later writes are checked against."""
        for name in ("_lock", "_lock_text"):
            self.__dict__.pop(name, None)

    @property
    def _unfinished(self) -> Path:
        """The note about files that are being written together."""
        return self.settings.work_folder / "unfinished.json"

    @property
    def _newest_kept(self) -> Path:
        """What a text to be kept is called until it has its name."""
        return self.settings.work_folder / "kept-text"

    def is_as_written(self) -> bool:
        """Return whether nobody edited a file since it was written, or found to be as it is to be."""
        return all(
            (files.read_if_there(path) or "") == text for path, text in self._written.items()
        )

    def fingerprint(self) -> str:
        """Return a digest of everything besides Zotero that a pull of these lists depends on."""
        lists = self.settings.lists
        fingerprint = hashlib.sha256(repr((__version__, lists, self.settings.push)).encode())
        own = [path for each in lists for path in (each.path, each.bib.path if each.bib else None)]
        for path in (*own, self.settings.lock_path):
            fingerprint.update(_file_digest(path))
        return fingerprint.hexdigest()


def refuse_merge(path: Path, text: str, *, in_markdown: bool = False) -> None:
    """Refuse a text in which a git merge is unfinished.

    Raises:
        FileError: it is, with the line.

    """
    if line := unfinished_merge(text, in_markdown=in_markdown):
        raise FileError(
            path,
            "a git merge is unfinished here.",
            "Keep the lines that are right, and take out those with <<<<<<<, ======= and >>>>>>>.",
            where=line,
        )


def _file_digest(path: Path | None) -> bytes:
    if path is None:
        return b"none"
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        # Whoever reads the file for its content says what is wrong with it.
        return b"unreadable"


def _safe_name(name: str) -> str:
    """Make a file name of zsync's own from one that holds keys of others: it leads nowhere."""
    safe = Path(_UNSAFE.sub("_", name))
    return safe.stem[:_LONGEST_STEM] + safe.suffix[:_LONGEST_END]


def _is_kept(folder: Path, name: str, text: str) -> bool:
    """Say whether this text was kept under this name before: by a run that was cut short and is repeated."""
    earlier = folder.glob(f"*-{glob.escape(name)}")
    return any(files.read_if_there(path) == text for path in earlier)


def _free(folder: Path, name: str) -> Path:
    """Return a path that nothing has yet, not even a link: what was kept once is never written over."""
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    numbers = chain([""], (f"-{number}" for number in count(2)))
    paths = (folder / f"{moment}{number}-{name}" for number in numbers)
    return next(path for path in paths if not os.path.lexists(path))
