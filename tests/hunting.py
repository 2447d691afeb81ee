"""How long the laws look, a little in the suite and at length in `make hunt`; and how histories are told."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self, TypeAlias, TypeVar

import httpcore2
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from zsync.zotero import library
from zsync.zotero.transport import Politeness

HUNT = int(os.environ.get("ZSYNC_HUNT", "0"))
"""How many times as many examples a hunt tries; 0 in the suite, which tries the same ones every time."""

PER_HUNT = 6
"""How many histories a hunt tells where it tries one example: so that HUNT=20 tells more than 5,000."""

PHASES = (Phase.explicit, Phase.generate)
"""A history is told as it was found: shrinking one takes minutes."""

Happening: TypeAlias = tuple[str, dict[str, Any]]
Happens = TypeVar("Happens", bound=Callable[..., None])

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - no name in it is foreseen
_certificates = cache(httpcore2.default_ssl_context)


def examples(few: int) -> int:
    """Return the number of examples of a law of which the suite tries ``few``."""
    return few * max(HUNT, 1)


def histories(few: int) -> int:
    """Return the number of histories of which the suite tells ``few``."""
    return examples(few) * (PER_HUNT if HUNT else 1)


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Return a new folder that costs no disk, where the system has such."""
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


def event(**given: st.SearchStrategy[Any]) -> Callable[[Happens], Happens]:
    """Mark what may happen in a history, with what it may be given."""

    def mark(happens: Happens) -> Happens:
        happens.given = given  # type: ignore[attr-defined]
        return happens

    return mark


class History:
    """One history: ``begin``, then events in any order; ``end`` looks at what came of it.

    ``begin`` is each law's own; it is an event where there are several beginnings.
    """

    told: ClassVar[int] = 0

    def __init__(self) -> None:
        type(self).told += 1
        self.opened = ExitStack()
        self.folder = self.opened.enter_context(folder_in_memory())
        self.patch = self.opened.enter_context(hurried())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.opened.close()

    def end(self) -> None:
        """See that it ended as it should."""

    @classmethod
    def tell(cls, few: int, most: int) -> None:
        """Tell histories of up to ``most`` events, each of which is as likely as the others.

        hypothesis has machines for this. They let some events happen again and again in a history, and
        others never, which is good for finding what one event breaks; here it is what several break.
        """

        @settings(max_examples=histories(few), phases=PHASES)
        @given(
            _happening(cls, ["begin"]), st.lists(_happening(cls), min_size=most // 3, max_size=most)
        )
        def tell_one(first: Happening, others: list[Happening]) -> None:
            with cls() as history:
                for name, how in (first, *others):
                    getattr(history, name)(**how)
                history.end()

        tell_one()


def _happening(kind: type[History], names: Iterable[str] = ()) -> st.SearchStrategy[Happening]:
    """Draw an event by its name, and what it is given; any but the beginning, if no names are."""
    chosen = names or [
        each for each in dir(kind) if each != "begin" and hasattr(getattr(kind, each), "given")
    ]
    given = {each: getattr(getattr(kind, each), "given", {}) for each in chosen}
    return st.one_of(
        [st.tuples(st.just(name), st.fixed_dictionaries(how)) for name, how in given.items()]
    )
