"""Several files written as one: whatever ends a run, the next one finds all old or makes all new.

Every new text is beside its file, down to the disk, before the first file is replaced; a note in the work
folder says which texts belong together. So a run that was killed between two files is finished from what
lies there, without deciding anything again: what was decided on may be gone, such as the heading under which
an entry stood.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zsync import files
from zsync.errors import Busy, FileError

_Note = dict[str, tuple[str, str]]
"""The digests of each file's text before and after, by its name."""


@dataclass(frozen=True, slots=True)
class NewText:
    """A file's new text, with the one that it was made from; a file that is not there says nothing."""

    name: str
    path: Path
    before: str
    after: str

    def check_untouched(self) -> None:
        """Make sure that the file is as it was read.

        Raises:
            Busy: somebody wrote it since.
            FileError: it cannot be read.

        """
        if (files.read_if_there(self.path) or "") != self.before:
            raise Busy(
                f"{self.name} was edited while zsync was at work.",
                "What was saved there stays. Run again.",
            )


def replace_all(note: Path, texts: Sequence[NewText]) -> tuple[str, ...]:
    """Write the files whose text changes, in this order; give their names.

    Each is compared once more right before it is replaced. Where one was edited meanwhile, those before it
    are put back. Where the system refuses one, :func:`finish` goes on from there.

    Raises:
        Busy: a file was edited since it was read; it and all others stay as they are.
        FileError: a file cannot be written.

    """
    changed = [each for each in texts if each.before != each.after]
    try:
        for each in changed:
            files.prepare(each.path, each.after)
        if len(changed) > 1:
            files.replace(note, _written(changed))
    except BaseException:
        _forget(note, [each.path for each in changed])
        raise
    replaced: list[tuple[NewText, str | None]] = []
    try:
        for each in changed:
            each.check_untouched()
            former = files.read_if_there(each.path)
            files.put(each.path)
            replaced.append((each, former))
    except Busy:
        _put_back(replaced)
        _forget(note, [each.path for each in changed])
        raise
    except FileError:
        if not replaced:
            _forget(note, [each.path for each in changed])
        raise
    files.remove(note)
    return tuple(each.name for each in changed)


def finish(note: Path, own: Mapping[str, Path]) -> bool:
    """Finish what a killed run had begun to write into these files; say whether there was anything to finish.

    Where none was replaced yet, or where somebody edited one since, the new texts are thrown away: the next
    run decides again from what is there. Nothing but the files of ``own`` is touched, whatever the note says.

    Raises:
        FileError: a file cannot be read or written.

    """
    left = _left(files.read_if_there(note), own)
    for path in left:
        files.put(path)
    _forget(note, own.values())
    return bool(left)


def _left(text: str | None, own: Mapping[str, Path]) -> Sequence[Path]:
    """Return the files still to be replaced, where it is sure that they belong with those that were."""
    begun = _read(text)
    if not begun or not begun.keys() <= own.keys():
        return ()
    left = []
    for name, (before, after) in begun.items():
        path = own[name]
        is_now = _digest(files.read_if_there(path) or "")
        if is_now == after:
            continue
        new = files.prepared(path)
        if is_now != before or new is None or _digest(new) != after:
            return ()
        left.append(path)
    return left if len(left) < len(begun) else ()


def _put_back(replaced: Sequence[tuple[NewText, str | None]]) -> None:
    """Put the text back that files had; the last one first, so that no base is ahead of its list.

    What somebody saved since stays: it is theirs, with what zsync wrote in it.
    """
    for each, former in reversed(replaced):
        if files.read_if_there(each.path) != each.after:
            continue
        if former is None:
            files.remove(each.path)
        else:
            files.replace(each.path, former)


def _forget(note: Path, paths: Iterable[Path]) -> None:
    """Take away the note, and the new texts that nobody will put in their places."""
    files.remove(note)
    for path in (note, *paths):
        files.discard(path)


def _written(texts: Sequence[NewText]) -> str:
    note = {each.name: (_digest(each.before), _digest(each.after)) for each in texts}
    return json.dumps(note, ensure_ascii=False) + "\n"


def _read(text: str | None) -> _Note:
    """Read a note; one that is not as we write it says nothing, for the files are whole without it."""
    try:
        rows = json.loads(text or "{}")
        return {str(name): (str(before), str(after)) for name, (before, after) in rows.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
