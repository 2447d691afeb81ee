"""What a step tells GitHub: annotations, masks, outputs and the job's summary.

Source of the forms and escapes: actions/toolkit, ``packages/core``. What zsync says may hold foreign text (a
paper's title), so it is printed where GitHub reads no commands in it.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

_LARGEST_SUMMARY = 1_000_000
"""GitHub takes 1 MiB a step (docs: "Adding a job summary")."""


class Console:
    """The log of a step, and the files that GitHub gives it."""

    def __init__(self, log: TextIO, environment: Mapping[str, str]) -> None:
        self._log = log
        self._environment = environment

    def error(self, what: str) -> None:
        """Mark the step with an error."""
        self._write(f"::error title=zsync::{_escaped(what)}")

    def note(self, what: str) -> None:
        """Say something of our own."""
        self.quote(what)

    def quote(self, text: str) -> None:
        """Print text in which GitHub shall read no commands."""
        mark = f"zsync-{secrets.token_hex(12)}"
        self._write(f"::stop-commands::{mark}\n{text.rstrip()}\n::{mark}::")

    def pass_on(self, text: str) -> None:
        """Print text whose commands are meant."""
        self._write(text.rstrip())

    def mask(self, secret: str) -> None:
        """Have GitHub hide a text in all logs."""
        self._write(f"::add-mask::{secret}")

    def output(self, name: str, value: object) -> None:
        """Set an output of the step."""
        mark = f"zsync-{secrets.token_hex(12)}"
        self._append("GITHUB_OUTPUT", f"{name}<<{mark}\n{value}\n{mark}\n")

    def summarize(self, markdown: str) -> None:
        """Add to the job's summary."""
        self._append(
            "GITHUB_STEP_SUMMARY", markdown.encode()[:_LARGEST_SUMMARY].decode(errors="ignore")
        )

    def _write(self, text: str) -> None:
        print(text, file=self._log, flush=True)

    def _append(self, name: str, text: str) -> None:
        if path := self._environment.get(name):
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(text)


def _escaped(text: str) -> str:
    return text.strip().replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
