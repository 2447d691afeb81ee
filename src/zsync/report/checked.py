"""What a check found: for people, for programs, and as the commands that mark lines on GitHub."""

import json
from dataclasses import asdict

from zsync.commands.check import Checked, Finding
from zsync.report.words import plural


def check_text(checked: Checked) -> str:
    """Return the findings, a line each, and what was looked at."""
    told = (*checked.findings, *checked.fates)
    lines = [f"{_place(each)}: {each.what}. {each.advice}" for each in told]
    return "\n".join([*lines, _summary(checked)])


def check_json(checked: Checked) -> str:
    """Return the findings as JSON."""
    return json.dumps(asdict(checked), ensure_ascii=False, indent=2)


def check_annotations(checked: Checked) -> str:
    """Return the findings as workflow commands of GitHub Actions, and what was looked at in words."""
    marks = [
        annotation(each.file, each.line, f"{each.what}. {each.advice}", level)
        for level, told in (("error", checked.findings), ("warning", checked.fates))
        for each in told
    ]
    return "\n".join([*marks, _summary(checked)])


def annotation(file: str, line: int | None, message: str, level: str = "error") -> str:
    """Return the workflow command that marks a line of a file with an error, or with another ``level``.

    The escapes are those of actions/toolkit: per cent and line ends, in properties also colon and comma.
    """
    where = f"file={_property(file)}" + (f",line={line}" if line else "")
    return f"::{level} {where},title=zsync::{_data(message)}"


def _summary(checked: Checked) -> str:
    count, found = checked.entries, len(checked.findings)
    unlinked = f" ({checked.unlinked} without an item)" if checked.unlinked else ""
    state = f"{found} {plural('finding', found)}" if found else "everything agrees"
    return f"{count} {plural('entry', count)}{unlinked}: {state}."


def _place(finding: Finding) -> str:
    return finding.file if finding.line is None else f"{finding.file}:{finding.line}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
