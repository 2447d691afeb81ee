"""Writes ``docs/reliability.md``: what is promised, how that was tested, how often, and with what result.

A test that counts its cases says so with ``record_property("reliability", row)``; ``row`` is a promise, how
it is tested, the number of cases and the number of differences, with bars between. This runs the files with
such tests at length and makes a table of what they said::

    make reliability        # HUNT=20: times as many examples of each law as in the suite
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Self

import pytest

TESTS = Path(__file__).parent
TABLE = TESTS.parent / "docs" / "reliability.md"
PROPERTY = "reliability"
HEAD = f"""\
# How reliable zsync is

`make reliability` made this page. Each row is one or several tests that count what they tried. Differences
are cases that ended otherwise than promised. [SECURITY.md](../SECURITY.md) says what is promised in all.

zsync {version("zotero-zsync")}, Python {sys.version_info.major}.{sys.version_info.minor}.

| promise | how it is tested | cases | differences |
|---|---|---:|---:|
"""


@dataclass(frozen=True, order=True)
class Row:
    """What one promise was tested with, and what came of it."""

    promise: str
    how: str
    cases: int
    differences: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a row as a test recorded it: ``promise|how|cases|differences``.

        Raises:
            ValueError: it has not these four parts, or a count is not a number.

        """
        promise, how, cases, differences = (part.strip() for part in text.split("|"))
        return cls(promise, how, int(cases), int(differences))


@dataclass
class Counted:
    """A plugin of pytest that gathers what the tests counted, and which of them failed."""

    rows: list[Row] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what a test recorded, and whether it failed or was left out."""
        if report.when == "call":
            recorded = [text for name, text in report.user_properties if name == PROPERTY]
            self.rows.extend(Row.of(str(text)) for text in recorded)
        if report.failed:
            self.failed.append(report.nodeid)
        if report.skipped:
            self.skipped.append(report.nodeid)


def gathered(rows: Iterable[Row]) -> list[Row]:
    """Return a row for each promise and way of testing it: what several tests counted is added up."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        cases, differences = sums.get((row.promise, row.how), (0, 0))
        sums[row.promise, row.how] = (cases + row.cases, differences + row.differences)
    return sorted(Row(*name, *counts) for name, counts in sums.items())


def page(counted: Counted) -> str:
    """Return the page: the table, then the tests that failed and those that were left out."""
    rows = [
        f"| {row.promise} | {row.how} | {row.cases:,} | {row.differences:,} |\n"
        for row in gathered(counted.rows)
    ]
    parts = [HEAD, *rows]
    for title, names in (("Failed", counted.failed), ("Not run", counted.skipped)):
        if names:
            parts.append(f"\n## {title}\n\n" + "".join(f"- `{name}`\n" for name in sorted(names)))
    return "".join(parts)


def counting(tests: Path = TESTS) -> list[str]:
    """Return the files with tests that count."""
    files = sorted(tests.rglob("test_*.py"))
    return [str(path) for path in files if f'"{PROPERTY}"' in path.read_text("utf-8")]


def main(arguments: Sequence[str]) -> int:
    """Run the tests that count, write the page and print its table; 1 where anything was otherwise."""
    parser = argparse.ArgumentParser(description="Writes docs/reliability.md.")
    parser.add_argument("--to", type=Path, default=TABLE, help="the page to be written")
    options, others = parser.parse_known_args(arguments)
    counted = Counted()
    code = pytest.main(["-q", *others, *counting()], plugins=[counted])
    if not counted.rows:
        sys.stderr.write("No test counted anything; the page was not written.\n")
        return 1
    text = page(counted)
    options.to.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(bool(code) or any(row.differences for row in counted.rows))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
