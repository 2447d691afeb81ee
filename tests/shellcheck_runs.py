"""Gives every `run` of actions and workflows to shellcheck; part of `make lint-actions`.

    python -m tests.shellcheck_runs action.yml .github/workflows/*.yml

An action's `run` may hold no `${{ }}`: what a caller typed would become a part of the program.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Run:
    """One `run`: the file, its step's place among all steps (from 1), whether an action's, the text."""

    file: str
    step: int
    composite: bool
    text: str


def runs(file: Path) -> Iterator[Run]:
    """Every `run` of an action or a workflow, in the order of the file."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    composite = "runs" in document
    parts = [document["runs"]] if composite else document["jobs"].values()
    steps = [step for part in parts for step in part.get("steps", ())]
    for number, step in enumerate(steps, start=1):
        if "run" in step:
            yield Run(str(file), number, composite, step["run"])


def findings(run: Run) -> list[str]:
    """What is wrong with one `run`, a line each; nothing if it is in order."""
    if run.composite and "${{" in run.text:
        return [f"{run.file}: step {run.step}: an expression in a run; pass it through env"]
    checked = subprocess.run(  # noqa: S603  our own programs' text, on standard input
        ["shellcheck", "--shell=bash", "--format=gcc", "-"],  # noqa: S607  the one of the environment
        input=run.text,
        capture_output=True,
        text=True,
        check=False,
    )
    return [
        f"{run.file}: step {run.step}: {line.removeprefix('-:')}"
        for line in (checked.stdout + checked.stderr).splitlines()
    ]


def main(names: list[str]) -> int:
    """Print what is wrong with the files; 1 if anything is."""
    every = [run for name in names for run in runs(Path(name))]
    found = [line for run in every for line in findings(run)]
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.stdout.write(f"{len(every)} runs, {len(found)} findings\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
