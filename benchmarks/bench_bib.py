"""Measures what an export of 10,000 items costs, and reading it, beside bibtexparser and pandoc.

``make bench-bib``, or ``make bench-bib BENCH_ARGS="--items 2000 --runs 5"``. Every run of every contestant
is a process of its own, and they take turns, so that a busy moment of the machine hits all alike. CPU is
user and system time. Memory is the peak of the whole process, its input included.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.papers import Data, make_items

FORMS: Final = ("bibtex", "biblatex")
BASELINE: Final = "bibtexparser1_from_items"
COLLECTION: Final = "BENCH222"
_SETTINGS: Final = f"""\
[zotero]
library = "users/1"
collection = "{COLLECTION}"

[bib]
path = "library.bib"
"""


class Cost(NamedTuple):
    """What one run cost: seconds, seconds, bytes."""

    cpu: float
    wall: float
    peak: float


@dataclass(frozen=True)
class Contestant:
    """A line of the table; ``key`` names it for the comparison with others, ``run`` does it once."""

    key: str
    name: str
    run: Callable[[], Cost]


# --- input ---------------------------------------------------------------------------------------------


def prepare(folder: Path, count: int) -> None:
    """Write everything that the contestants read."""
    from benchmarks.plain import csl_json

    items = make_items(count)
    _write_json(folder / "items.json", items)
    _write_json(folder / "csl.json", csl_json(items))
    for form in FORMS:
        _write_json(folder / f"{form}.fields.json", list(_finished_fields(items, form)))
    _prepare_project(folder / "project", items)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")


def _finished_fields(items: Sequence[Data], form: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Return what stands in our own export: the same fields, finished, for writers that only write."""
    from zsync.bibliography import export
    from zsync.core.cite.policy import BibFormat, BibPolicy
    from zsync.formats.item_json import parse_items

    text = export(parse_items(items), BibPolicy(BibFormat(form))).text
    for head, body in re.findall(r"^@(.*),\n((?:  .*\n)*)}$", text, re.MULTILINE):
        kind, _, key = head.partition("{")
        values = re.findall(r"^  ([\w+-]+) = \{?(.*?)\}?,?$", body, re.MULTILINE)
        yield kind, key, dict(values)


def _prepare_project(folder: Path, items: Sequence[Data]) -> None:
    """Make a folder whose mirror holds the items: nothing exported yet, and all exported but one change."""
    _absorb(folder / "new", items, 1)
    shutil.copytree(folder / "new", folder / "changed")
    subprocess.run(_zsync("bib"), cwd=folder / "changed", check=True, capture_output=True)  # noqa: S603
    changed = items[len(items) // 2]
    data = {**changed["data"], "title": "A title that was changed", "version": len(items) + 2}
    _absorb(folder / "changed", items, 2, [{**changed, "version": len(items) + 2, "data": data}])


def _absorb(
    folder: Path, items: Sequence[Data], version: int, new: Sequence[Data] | None = None
) -> None:
    from zsync import config
    from zsync.core.model import Collection
    from zsync.workspace import Workspace
    from zsync.zotero.delta import LibraryDelta

    folder.mkdir(parents=True, exist_ok=True)
    (folder / config.SETTINGS_FILE).write_text(_SETTINGS, "utf-8")
    settings = config.load(folder / config.SETTINGS_FILE, _SETTINGS, {})
    with Workspace(settings).mirror() as mirror:
        mirror.absorb(
            LibraryDelta(
                version=version,
                roots=(COLLECTION,),
                collections=(Collection(COLLECTION, "Bench"),),
                membership={COLLECTION: tuple(item["key"] for item in items)},
                items=tuple(items if new is None else new),
                gone={},
            )
        )


# --- contestants ---------------------------------------------------------------------------------------


def contestants(folder: Path) -> Iterator[Contestant]:
    """Return the lines of the table in their order."""
    for form, title in zip(FORMS, ("BibTeX", "BibLaTeX"), strict=True):
        yield _writer("zsync_from_items", folder, form, f"zsync, items -> {title}")
        target = str(folder / f"zsync.{form}")
        command = _zsync("bib", "--items", "items.json", "--format", form, "--output", target)
        yield _command(folder, command, f"zsync bib --items FILE, {title} (whole command)")
    for state, title in (("new", "all items new"), ("changed", "one item changed")):
        project = folder / "project" / state
        yield Contestant(
            state, f"zsync bib, from the mirror, {title}", partial(_run_in_copy, project)
        )
    yield _writer("zsync_from_fields", folder, FORMS[0], "zsync, finished fields -> BibTeX")
    for release in "12":
        for key, title in (
            ("from_items", "items -> BibTeX, its own LaTeX conversion"),
            ("built", "finished fields -> BibTeX, building counted"),
            ("from_fields", "finished fields -> BibTeX, built before"),
        ):
            name = f"bibtexparser {release}, {title}"
            yield _writer(f"bibtexparser{release}_{key}", folder, FORMS[0], name)
    yield _writer("zsync_reading", folder, FORMS[0], "zsync, reading a .bib")
    yield _writer("bibtexparser2_reading", folder, FORMS[0], "bibtexparser 2, reading a .bib")
    for form, title in zip(FORMS, ("BibTeX", "BibLaTeX"), strict=True):
        command = [_pandoc(), "-f", "csljson", "-t", form, "csl.json", "-o", f"pandoc.{form}"]
        yield _command(folder, command, f"pandoc, CSL-JSON -> {title} (whole command)")


def _writer(writer: str, folder: Path, form: str, name: str) -> Contestant:
    return Contestant(
        f"{writer}_{form}" if form != FORMS[0] else writer,
        name,
        partial(_run_writer, writer, folder, form),
    )


def _run_writer(writer: str, folder: Path, form: str) -> Cost:
    command = [sys.executable, "-m", "benchmarks.writers", writer, str(folder), form]
    answer = subprocess.run(  # noqa: S603
        command, check=False, capture_output=True, text=True, env=_environment(writer)
    )
    if answer.returncode:
        sys.exit(answer.stderr)
    return Cost(**json.loads(answer.stdout))


def _environment(writer: str) -> dict[str, str]:
    """Find bibtexparser 2, which lies in a folder of its own, because pyzotero needs bibtexparser 1."""
    second = Path(sys.prefix) / "bibtexparser2"
    own = os.environ.get("PYTHONPATH", "")
    return os.environ | {"PYTHONPATH": f"{second}:{own}" if "parser2" in writer else own}


def _command(folder: Path, command: Sequence[str], name: str) -> Contestant:
    return Contestant(name, name, partial(_run_command, folder, command))


def _run_command(folder: Path, command: Sequence[str]) -> Cost:
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    wall = time.perf_counter() - start
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024)


def _run_in_copy(project: Path) -> Cost:
    """Export in a copy, so that every run finds the same state."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "project"
        shutil.copytree(project, copy)
        return _run_command(copy, _zsync("bib"))


def _zsync(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "zsync", *arguments]


def _pandoc() -> str:
    """The pandoc of the package pypandoc_binary: the same one on every machine."""
    import pypandoc

    return str(pypandoc.get_pandoc_path())


# --- the table -----------------------------------------------------------------------------------------


def table(costs: dict[Contestant, list[Cost]]) -> Iterator[str]:
    """Return the lines of the table; ``x`` compares the median CPU with bibtexparser 1's."""
    width = max(len(each.name) for each in costs)
    by_key = {each.key: _medians(runs).cpu for each, runs in costs.items()}
    titles = {each.key: each.name for each in costs}
    yield f"{'':{width}}  {'CPU s':^14}  {'wall s':^14}  {'peak':>7}  {'CPU':>6}"
    yield f"{'':{width}}  {'min':>6}  {'median':>6}  {'min':>6}  {'median':>6}  {'MB':>7}  {'x':>6}"
    for each, runs in costs.items():
        middle = _medians(runs)
        yield (
            f"{each.name:{width}}  {min(run.cpu for run in runs):6.2f}  {middle.cpu:6.2f}"
            f"  {min(run.wall for run in runs):6.2f}  {middle.wall:6.2f}  {middle.peak / 1e6:7.0f}"
            f"  {middle.cpu / by_key[BASELINE]:6.2f}"
        )
    yield ""
    yield "x: CPU beside bibtexparser 1 from the same items."
    for name, one, other, budget in (
        ("Items to text", "zsync_from_items", BASELINE, BUDGET_ITEMS),
        ("Finished fields to text", "zsync_from_fields", "bibtexparser1_from_fields", BUDGET),
        ("One item changed", "changed", "new", BUDGET_CHANGED),
        ("Reading", "zsync_reading", "bibtexparser2_reading", BUDGET),
    ):
        yield f"{name}: {by_key[one] / by_key[other]:.2f} of {titles[other]}; the budget is {budget}."


BUDGET: Final = 0.5
BUDGET_ITEMS: Final = 1.0
BUDGET_CHANGED: Final = 0.15


def _medians(runs: Sequence[Cost]) -> Cost:
    return Cost(*map(statistics.median, zip(*runs, strict=True)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.prepare:
        prepare(options.prepare, options.items)
        return
    with tempfile.TemporaryDirectory() as name:
        # In a process of its own: a child's peak memory counts its parent's at the moment it was started.
        command = [sys.executable, "-m", "benchmarks.bench_bib", "--prepare", name]
        subprocess.run([*command, "--items", str(options.items)], check=True)  # noqa: S603
        costs: dict[Contestant, list[Cost]] = {each: [] for each in contestants(Path(name))}
        for turn in range(options.runs):
            for each, runs in costs.items():
                print(f"run {turn + 1} of {options.runs}: {each.name}", file=sys.stderr)
                runs.append(each.run())
    print(f"\n{options.items} items, {options.runs} runs each\n")
    print("\n".join(table(costs)))


if __name__ == "__main__":
    main()
