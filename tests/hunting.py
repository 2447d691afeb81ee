"""How long the laws look, a little in the suite and at length in `make hunt`; and in what haste."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpcore2
import pytest

from zsync.zotero import library
from zsync.zotero.transport import Politeness

HUNT = int(os.environ.get("ZSYNC_HUNT", "0"))
"""How many times as many examples a hunt tries; 0 in the suite, which tries the same ones every time."""

PER_HUNT = 6
"""How many histories a hunt tells where it tries one example: so that HUNT=20 tells more than 5,000."""

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - no name in it is foreseen
_certificates = cache(httpcore2.default_ssl_context)


def examples(few: int) -> int:
    """Give the number of examples of a law of which the suite tries ``few``."""
    return few * max(HUNT, 1)


def histories(few: int) -> int:
    """Give the number of histories of which the suite tells ``few``."""
    return examples(few) * (PER_HUNT if HUNT else 1)


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Give a new folder that costs no disk, where the system has such."""
    where = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield Path(folder)


@contextmanager
def hurried() -> Iterator[pytest.MonkeyPatch]:
    """Leave out what costs a history most of its time and shows nothing.

    That is to wait for a server that is ours, to wait for the disk, and to read the certificates of the world
    for each client of a server that has none.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "Politeness", lambda: Politeness(pause=0.002, per_second=1e6))
        patch.setattr(library, "_PAUSES", (0.002,) * 4)
        patch.setattr(os, "fsync", lambda _file: None)
        patch.setattr(httpcore2, "default_ssl_context", _certificates)
        yield patch
