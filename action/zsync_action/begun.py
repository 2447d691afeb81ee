"""What a job began: a note in git's own folder, by which one that was killed is taken up where it stopped."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Begun:
    """The commit that a job began at, and the files that somebody else had changed by then, from the top.

    ``undoing`` are the files of a commit that is being taken back.
    """

    start: str
    foreign: Sequence[str] = ()
    undoing: Sequence[str] = ()


def read(note: Path) -> Begun | None:
    """Return what a killed job noted; None where there is no note, or none that we wrote."""
    try:
        data = json.loads(note.read_text(encoding="utf-8"))
        return Begun(str(data["start"]), list(data["foreign"]), list(data["undoing"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write(note: Path, begun: Begun) -> None:
    """Write a note, whole or not at all."""
    new = note.with_name(f"{note.name}.new")
    new.write_text(json.dumps(asdict(begun)), encoding="utf-8")
    new.replace(note)
