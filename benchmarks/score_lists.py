"""How well lists are read that zsync was not made for: one table over a collection of lists with golds.

``make score-lists LISTS=FOLDER``, or ``make score-lists LISTS=FOLDER SCORE_ARGS="--parts read"``. The
collection is not part of the project. FOLDER holds ``NAME.md`` with ``gold/NAME.json`` and ``edits.json``,
``more/NAME.md`` with ``more/NAME.json``, and the programs that score them: ``score_md.py``,
``score_sample.py`` and ``adopt.py``, each with a text on top that says how it counts.

Every list belongs to one of two halves, by its name. Whoever changes the reader looks at the lines of the
one half only; what the reader is worth is what the other half says.
"""

import argparse
import hashlib
import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from benchmarks import read_cost
from benchmarks.adopted_in_part import read_by_a_tenth
from zsync.core.edits import Edit, SetRead, SetTitle
from zsync.formats.reading_list import ReadingList, edit, parse
from zsync.report.entries import entries_json

PARTS: Final = ("read", "adopt", "cost")
SCORERS: Final = ("score_md.py", "score_sample.py", "adopt.py")
ZSYNC: Final = (sys.executable, "-m", "zsync")

#: The columns of the two tables, in their order.
ADOPTED: Final = ("linked", "wrong", "again", "l-titles", "w-titles", "a-titles", "tenth")
MORE: Final = ("found", "title", "both", "links", "extra")
GOLDS: Final = ("recall", "precis", "title", "links", "joint")
#: These are numbers of papers, and their sum is told; everything else is a share, and its mean is told.
COUNTS: Final = frozenset({"wrong", "again", "w-titles", "a-titles"})

Scores = Mapping[str, float]


@dataclass(frozen=True)
class Row:
    """What was scored of one list: shares from 0 to 1, or numbers, by their column."""

    name: str
    papers: int
    scores: Scores

    @property
    def is_looked_at(self) -> bool:
        """Whether the list belongs to the half whose lines may be looked at."""
        return is_looked_at(self.name)


def is_looked_at(name: str) -> bool:
    """Tell the half of a list by its name alone, so that nobody chose it."""
    return int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


# --- reading -------------------------------------------------------------------------------------------


def read_more(folder: Path) -> list[Row]:
    """Score what is read of the lists whose gold says line, title and links of every paper."""
    report = _scored(folder, "score_sample.py", "--cmd", shlex.join(ZSYNC))
    return [Row(name, each["papers"], more_scores(each)) for name, each in report["lists"].items()]


def more_scores(counted: Mapping[str, int]) -> Scores:
    """Return the shares of one list of ``more/``; ``extra`` is for every paper that the list names."""
    papers, found = counted["papers"], counted["found"]
    shares = {
        "found": _share(found, papers),
        "title": _share(counted["title"], found),
        "both": _share(counted["title"], papers),
        "links": _share(counted["links"], found),
        "extra": _share(counted["extra"], papers),
    }
    return {name: share for name, share in shares.items() if share is not None}


def read_golds(folder: Path) -> tuple[list[Row], Mapping[str, Any]]:
    """Score what is read of the lists with a gold in every field, and say what became of the round trips."""
    with tempfile.TemporaryDirectory() as name:
        _write_candidates(folder, Path(name))
        report = _scored(folder, "score_md.py", name)
    rows = [
        Row(name, fields["recall"][1], gold_scores(fields))
        for name, fields in report["per_file"].items()
    ]
    return rows, report["roundtrip"]


def gold_scores(fields: Mapping[str, Sequence[int]]) -> Scores:
    """Return the shares of one list; ``joint`` is recall times title times links, as the scorer has it."""
    asked = {"recall": "recall", "precis": "precision", "title": "title", "links": "links"}
    shares = {column: _share(*fields[field]) for column, field in asked.items()}
    joint = (shares["recall"] or 0.0) * (shares["links"] or 0.0)
    title = shares["title"]
    return {
        **{name: share for name, share in shares.items() if share is not None},
        "joint": joint if title is None else joint * title,
    }


def _write_candidates(folder: Path, target: Path) -> None:
    """Write what zsync reads of each list, the list as it gives it back, and what it makes of the edits."""
    tasks = json.loads((folder / "edits.json").read_text("utf-8"))
    for path in sorted(folder.glob("*.md")):
        found = parse(path.read_bytes().decode())
        entries = entries_json(found.entries)
        (target / f"{path.stem}.json").write_text(entries, "utf-8")
        (target / f"{path.stem}.roundtrip.md").write_bytes("".join(found.spans()).encode())
        for kind, task in tasks.get(path.stem, {}).items():
            if (wanted := _edit_of(found, kind, task)) is not None:
                after = edit(found, [wanted]).reading_list.text
                (target / f"{path.stem}.{kind}.md").write_bytes(after.encode())


def _edit_of(found: ReadingList, kind: str, task: Mapping[str, Any]) -> Edit | None:
    """Return the edit that a task asks for, or None where no entry stands on its line."""
    lines = [entry.line for entry in found.entries]
    if task["line"] not in lines:
        return None
    index = lines.index(task["line"])
    if kind == "toggle":
        return SetRead(index, task["to"] == "checked")
    short = found.entries[index].short
    return SetTitle(index, short, task["to"].removeprefix(f"{short}: "))


# --- adopting ------------------------------------------------------------------------------------------


def adopted(folder: Path) -> Mapping[str, Scores]:
    """Score what becomes of each list whose papers Zotero has: all with address, by title alone, a tenth."""
    linked = _adopted(folder, ("linked", "wrong", "again"))
    by_title = _adopted(folder, ("l-titles", "w-titles", "a-titles"), "--titles-only")
    return {
        name: {**each, **by_title.get(name, {}), **_tenth(folder, name)}
        for name, each in linked.items()
    }


def _adopted(folder: Path, columns: Sequence[str], *options: str) -> Mapping[str, Scores]:
    report = _scored(folder, "adopt.py", "--cmd", shlex.join(ZSYNC), *options)
    for failed in (each for each in report["lists"] if "error" in each):
        print(f"{failed['name']}: {failed['error']}", file=sys.stderr)
    return {each["name"]: adoption_scores(each, columns) for each in report["lists"]}


def adoption_scores(each: Mapping[str, Any], columns: Sequence[str]) -> Scores:
    """Return the share that was linked, and the numbers of papers linked wrongly and written again."""
    linked, wrong, again = columns
    share = _share(each.get("linked", 0), each["papers"])
    counted = {wrong: each.get("wrong", 0), again: each.get("again", 0)}
    return counted if share is None else {linked: share, **counted}


def _tenth(folder: Path, name: str) -> Scores:
    right = read_by_a_tenth(folder, name, ZSYNC)
    return {} if right is None else {"tenth": right}


# --- the scorers ---------------------------------------------------------------------------------------


def _scored(folder: Path, scorer: str, *arguments: str) -> Any:
    """Run a scorer of the collection and give its report."""
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        command = [sys.executable, str(folder / scorer), *arguments, "--json", str(report)]
        answer = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
        if answer.returncode or not report.is_file():
            sys.exit(f"{scorer} ended with {answer.returncode}:\n{answer.stdout}{answer.stderr}")
        return json.loads(report.read_text("utf-8"))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


# --- the table -----------------------------------------------------------------------------------------


def with_scores(rows: Iterable[Row], further: Mapping[str, Scores]) -> list[Row]:
    """Return the rows with further columns."""
    return [Row(row.name, row.papers, {**row.scores, **further.get(row.name, {})}) for row in rows]


def means(name: str, rows: Sequence[Row]) -> Row:
    """Return the mean of each share over the lists that have it, and the sum of each number."""
    columns = {column for row in rows for column in row.scores}
    gathered = {
        column: [row.scores[column] for row in rows if column in row.scores] for column in columns
    }
    return Row(
        name,
        sum(row.papers for row in rows),
        {
            column: sum(found) if column in COUNTS else fmean(found)
            for column, found in gathered.items()
        },
    )


def table(title: str, columns: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Return the lines of a table: the half that may be looked at, the other one, and all."""
    if not rows:
        return
    yield f"{title:24}  half    papers" + "".join(f"{column:>9}" for column in columns)
    halves: dict[str, Sequence[Row]] = {
        "looked": [row for row in rows if row.is_looked_at],
        "unseen": [row for row in rows if not row.is_looked_at],
    }
    for half, members in halves.items():
        yield from (_line(row, half, columns) for row in members)
    for half, members in {**halves, "all": rows}.items():
        if members:
            yield _line(means(f"-- {len(members)} lists", members), half, columns)
    yield ""


def _line(row: Row, half: str, columns: Sequence[str]) -> str:
    cells = "".join(_cell(column, row.scores.get(column)) for column in columns)
    return f"{row.name:24}  {half:6}  {row.papers:6}{cells}"


def _cell(column: str, score: float | None) -> str:
    if score is None:
        return f"{'-':>9}"
    return f"{score:9.0f}" if column in COUNTS else f"{100 * score:9.1f}"


_LEGEND: Final = """\
Shares are per cent. found, title, links: of the papers in the gold, and of those found; both: found and with
the right title, of all; extra: entries that stand for no paper, for each hundred papers. joint: recall x
title x links. linked, wrong, again: of the papers when Zotero has them all (wrong and again are numbers);
l-, w-, a-titles: when it has no address of them; tenth: papers read with the right title when Zotero has
every tenth of them."""


def main() -> None:
    """Score and print; says so and ends with 2 where there is no collection to score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="the collection of lists with golds")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    folder: Path | None = options.folder
    if folder is None or not all((folder / scorer).is_file() for scorer in SCORERS):
        parser.exit(
            2,
            "NOTHING WAS SCORED: no collection of lists with golds.\n"
            f"Name its folder: make score-lists LISTS=FOLDER. It holds {', '.join(SCORERS)}.\n",
        )
    print("\n".join(_report(folder.resolve(), frozenset(options.parts))))


def _report(folder: Path, parts: frozenset[str]) -> Iterator[str]:
    more, golds, turns = read_more(folder), *read_golds(folder)
    further = adopted(folder) if "adopt" in parts else {}
    columns = ADOPTED if further else ()
    yield from table("more", (*MORE, *columns), with_scores(more, further))
    yield from table("golds", (*GOLDS, *columns), with_scores(golds, further))
    yield _turns("round trip", turns)
    yield from (_turns(f"edit {kind}", each) for kind, each in turns["edits"].items())
    yield _LEGEND
    if "cost" in parts:
        yield ""
        yield from read_cost.report()


def _turns(what: str, each: Mapping[str, Any]) -> str:
    told = (f"{count} {name}" for name, count in each.items() if isinstance(count, int))
    return f"{what}: {', '.join(told)}"


if __name__ == "__main__":
    main()
