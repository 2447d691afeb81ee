"""Files: read as UTF-8 without touching a byte, written atomically and only if the text differs."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zsync.errors import FileError

_ENCODING = "utf-8"
_OWNER_FILE, _OWNER_FOLDER = 0o600, 0o700
_GIT_SECONDS = 10


def read(path: Path, encoding: str = _ENCODING) -> str:
    """Read a text file; line ends and a byte order mark stay as they are.

    Raises:
        FileError: missing, a directory, unreadable, or not UTF-8 (with the line where it stops being so).

    """
    try:
        return path.read_bytes().decode(encoding)
    except FileNotFoundError as cause:
        raise FileError(path, "there is no such file.", "Check the path.") from cause
    except IsADirectoryError as cause:
        raise FileError(path, "this is a folder, not a file.", "Name the file itself.") from cause
    except UnicodeDecodeError as cause:
        raise FileError(
            path,
            "the file is not UTF-8 in this line.",
            "Save it as UTF-8 and run again.",
            where=_line(cause),
        ) from cause
    except OSError as cause:
        raise FileError(
            path, f"the file cannot be read ({_reason(cause)}).", "Check its permissions."
        ) from cause


def _line(cause: UnicodeDecodeError) -> int:
    """Return the line (1-based) in which a file stops being UTF-8, whatever ends its lines."""
    before = cause.object[: cause.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def read_if_there(path: Path) -> str | None:
    """Read a text file, or give None where there is none.

    Raises:
        FileError: as :func:`read`, but for a missing file.

    """
    try:
        return read(path)
    except FileError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def check_writable(path: Path) -> None:
    """Make sure that a file can be replaced, before anything else is written.

    Raises:
        FileError: it is read-only, or its folder is none or may not be written to.

    """
    target = path.resolve()
    folder = next(each for each in target.parents if each.exists())
    if target.exists() and _is_read_only(target):
        raise FileError(
            path, "the file is read-only.", "Make it writable and run again; nothing was written."
        )
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise FileError(
            path,
            f"nothing can be written into {folder.name}.",
            "Nothing was written; fix the folder.",
        )


def replace(path: Path, text: str) -> bool:
    """Write a file atomically and only if its bytes differ; say whether it was written.

    A temporary file beside the target takes its place in one step, so that a crash or a full disk leaves
    the old file whole. A link is followed; permissions are kept.

    Raises:
        FileError: the file or its folder cannot be written, or the disk is full.

    """
    if not prepare(path, text):
        return False
    try:
        put(path)
    except BaseException:
        discard(path)
        raise
    return True


def prepare(path: Path, text: str) -> bool:
    """Write a new text beside its file, to be put in its place later; say whether the two differ.

    Raises:
        FileError: as :func:`replace`; nothing is left beside the file.

    """
    target = path.resolve()
    data = text.encode(_ENCODING)
    with _telling(path):
        if target.exists() and target.read_bytes() == data:
            return False
        check_writable(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_beside(target, data)
    return True


def put(path: Path, place: Path | None = None) -> None:
    """Put what was prepared for a file in its place, in one step; or in another ``place``, where nothing is.

    What is put elsewhere is kept aside: only its owner can read it.

    Raises:
        FileError: the system refused; file and new text are both there.

    """
    target = path.resolve()
    with _telling(place or path):
        if place is not None:
            make_private_folder(place.parent)
            _restrict(_beside(target), _OWNER_FILE)
        _beside(target).replace(place or target)


def write(path: Path, text: str) -> None:
    """Write a file in place, where a half of it does no harm; a link is not followed.

    Raises:
        FileError: it cannot be written, or is a link.

    """
    with _telling(path):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
            file.write(text.encode(_ENCODING))


def prepared(path: Path) -> str | None:
    """Return the text that was prepared for a file and is not in its place yet, if there is one.

    A link was not made by zsync, and says nothing.

    Raises:
        FileError: it is there and cannot be read.

    """
    beside = _beside(path.resolve())
    return None if beside.is_symlink() else read_if_there(beside)


def discard(path: Path) -> None:
    """Take away what was prepared for a file and never put in its place.

    Raises:
        FileError: the system refused.

    """
    remove(_beside(path.resolve()))


def remove(path: Path) -> None:
    """Take a file away, if it is there.

    Raises:
        FileError: the system refused.

    """
    with _telling(path):
        path.unlink(missing_ok=True)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can look into, also where it was there before.

    Raises:
        OSError: it cannot be made.

    """
    folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_FOLDER)
    _restrict(folder, _OWNER_FOLDER)


def make_private(path: Path) -> None:
    """Make a file that only its owner can read, empty if it is new, before anything is written into it.

    Raises:
        OSError: it cannot be made.

    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, _OWNER_FILE))
    _restrict(path, _OWNER_FILE)


def _restrict(path: Path, mode: int) -> None:
    if stat.S_IMODE(path.stat().st_mode) != mode:
        # Somebody else's file, or a disk that knows no permissions (FAT): whoever set it up decided that.
        with suppress(PermissionError):
            path.chmod(mode)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turn what the system says into an error that names the file."""
    try:
        yield
    except OSError as cause:
        raise FileError(
            path,
            f"the file cannot be written ({_reason(cause)}).",
            "The old content is untouched.",
        ) from cause


def is_in_git(path: Path) -> bool:
    """Return whether git keeps a file; not where there is no repository, or no git."""
    import subprocess

    command = ["git", "-C", str(path.parent), "ls-files", "--error-unmatch", path.name]
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            command, capture_output=True, check=False, timeout=_GIT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _is_read_only(target: Path) -> bool:
    """Return whether nobody may write; a rename would not ask, and the superuser may do anything."""
    return not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK)


def _beside(target: Path) -> Path:
    """Return where a file's new text waits: one name, so that the next run finds what a killed one left."""
    return target.with_name(f".{target.name}.zsync")


def _write_beside(target: Path, data: bytes) -> None:
    """Write a file's new text beside it, down to the disk."""
    beside = _beside(target)
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_FILE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        beside.chmod(mode)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """Return the process's umask; the system has no call that only reads it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _reason(cause: OSError) -> str:
    return (cause.strerror or type(cause).__name__).lower()
