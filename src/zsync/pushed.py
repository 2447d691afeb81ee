"""What a push did for one list so far."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from zsync.core.library_changes import Held, LibraryChange, NewLink, NewNote, change_title
from zsync.outcome import KeptText


@dataclass(slots=True)
class Pushed:
    """What a push did for one list so far; ``version`` is the latest library version that it made."""

    changes: list[LibraryChange] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    skip: set[str] = field(default_factory=set)
    held: tuple[Held, ...] = ()
    kept: list[KeptText] = field(default_factory=list)
    version: int = 0

    def refuse(self, change: LibraryChange, why: str) -> None:
        """Note that a change cannot be made; it is not tried again in this run."""
        self.skip.add(change.key)
        is_orphan = isinstance(change, NewNote | NewLink) and change.parent in self.skip
        if not is_orphan:
            self.problems.append(f"“{change_title(change)}” could not be written: {why}.")

    def blame(self, changes: Iterable[LibraryChange]) -> bool:
        """Note that changes are planned again although Zotero was given them; say whether there are any."""
        faults = list(changes)
        for change in faults:
            self.skip.add(change.key)
            self.problems.append(
                f"zsync planned the same change of “{change_title(change)}” again after it was written. "
                "This is a bug in zsync; please report it. Everything else was done."
            )
        return bool(faults)
