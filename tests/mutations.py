"""Plants mistakes in zsync, one at a time, and says whether the tests notice.

What no test notices is promised by nobody. Each mutation names the tests that have to fail; a text that is
not there once, and once only, is refused, so that the list ages with the code::

    make mutations                        # all of them
    python -m tests.mutations lock files  # those of some parts
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = Path("src", "zsync")
LIST = Path(__file__).with_suffix(".txt")
#: Seconds for the tests of one mutation: one that makes them hang is noticed as well.
MOST_SECONDS = 300


@dataclass(frozen=True)
class Mutation:
    """One mistake: in a file of zsync, ``old`` becomes ``new``, and one of ``tests`` has to fail.

    ``tests`` are arguments for pytest.
    """

    part: str
    file: str
    old: str
    new: str
    tests: str

    @property
    def name(self) -> str:
        """The mistake in one line."""
        return f"{self.part}: {self.old.strip().splitlines()[0]}"


def read(text: str) -> Iterator[Mutation]:
    """Read a list of mutations; its head says how it is written."""
    _, *blocks = text.split("\n== ")
    for block in blocks:
        heading, *lines = block.split("\n")
        part, file, tests = (each.strip() for each in heading.split("|"))
        for is_blank, group in groupby(lines, key=lambda line: not line):
            if not is_blank:
                old, new = _sides(group)
                yield Mutation(part, file, old, new, tests)


def _sides(lines: Iterable[str]) -> tuple[str, str]:
    """Return what is taken out and what is put in its place, of the lines of one mistake."""
    sides: dict[str, list[str]] = {"-": [], "+": []}
    for line in lines:
        sides[line[0]].append(line[1:])
    return "\n".join(sides["-"]), "\n".join(sides["+"])


class StaleError(Exception):
    """A mutation whose text is not there once; the list has to be brought up to date."""


class Copy:
    """A copy of zsync's code in which mistakes are planted, and the tests of the project with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copytree(ROOT / SOURCES, folder / SOURCES)
        self._age = 0

    def plant(self, mutation: Mutation) -> None:
        """Make one mistake.

        Raises:
            StaleError: the text is not there, or more than once.

        """
        text = self._original(mutation)
        if (found := text.count(mutation.old)) != 1:
            raise StaleError(f"{mutation.file} has this text {found} times: {mutation.old!r}")
        self._write(mutation, text.replace(mutation.old, mutation.new))

    def correct(self, mutation: Mutation) -> None:
        """Take the mistake back."""
        self._write(mutation, self._original(mutation))

    def passes(self, tests: Sequence[str]) -> bool:
        """Run tests against the copy; one that hangs does not pass."""
        environment = {**os.environ, "PYTHONPATH": str(self._folder / "src")}
        environment.pop("ZSYNC_HUNT", None)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "--tb=no",
            "-p",
            "no:randomly",
            *tests,
        ]
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=environment,
                capture_output=True,
                timeout=MOST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def _original(self, mutation: Mutation) -> str:
        return (ROOT / SOURCES / mutation.file).read_text("utf-8")

    def _write(self, mutation: Mutation, text: str) -> None:
        path = self._folder / SOURCES / mutation.file
        path.write_text(text, encoding="utf-8")
        # Compiled code is told from its source by whole seconds: each version gets a second of its own.
        self._age += 1
        os.utime(path, (1e9 + self._age, 1e9 + self._age))


def stale(mutations: Sequence[Mutation]) -> Iterator[str]:
    """Name the mutations that can no longer be planted."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        for mutation in mutations:
            try:
                copy.plant(mutation)
            except (StaleError, FileNotFoundError) as error:
                yield f"{mutation.name}: {error}"


def survivors(mutations: Sequence[Mutation]) -> Iterator[Mutation]:
    """Plant one after the other, print what came of each, and give those that no test noticed.

    Tests that fail without any mistake notice none.
    """
    sound: dict[str, bool] = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        for number, mutation in enumerate(mutations, 1):
            tests = shlex.split(mutation.tests)
            if mutation.tests not in sound:
                sound[mutation.tests] = copy.passes(tests)
            copy.plant(mutation)
            is_caught = sound[mutation.tests] and not copy.passes(tests)
            copy.correct(mutation)
            result = "caught" if is_caught else "SURVIVED"
            _say(f"{number:3} {result:8} {mutation.name}")
            if not is_caught:
                yield mutation


def main(arguments: Sequence[str]) -> int:
    """Plant the mutations of the parts named, or all; 1 where one survived or cannot be planted."""
    parser = argparse.ArgumentParser(description="Plants mistakes; the tests have to notice.")
    mutations = list(read(LIST.read_text("utf-8")))
    parts = sorted({mutation.part for mutation in mutations})
    parser.add_argument("part", nargs="*", help=f"which parts: {', '.join(parts)}")
    wanted = set(parser.parse_args(arguments).part)
    chosen = [each for each in mutations if not wanted or each.part in wanted]
    if old := list(stale(chosen)):
        _say("These cannot be planted any more:", *old)
        return 1
    left = list(survivors(chosen))
    _say(f"{len(chosen) - len(left)} of {len(chosen)} mutations were caught.")
    return int(bool(left))


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
