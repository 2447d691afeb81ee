"""Tables: one row a line, a name and what it stands for; each file names its source."""

from collections.abc import Iterator
from importlib import resources


def rows(table: str) -> Iterator[tuple[str, str]]:
    """Return the rows of a table, in order: the text before the first ``: `` and the one after it.

    A line that begins with ``# `` is a remark; one that begins with a space goes on with the last row.
    """
    text = resources.files(__name__).joinpath(f"{table}.txt").read_text("utf-8")
    for line in text.replace("\n ", " ").splitlines():
        if line and not line.startswith("# "):
            name, _, said = line.partition(": ")
            yield name, " ".join(said.split())
