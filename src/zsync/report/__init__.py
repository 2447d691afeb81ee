"""An outcome, or a list's entries, in words: as text, JSON, Markdown or a unified diff.

Pure; nothing is printed here.
"""

from zsync.report.as_json import as_json
from zsync.report.checked import annotation, check_annotations, check_json, check_text
from zsync.report.diff import diff, file_diff
from zsync.report.entries import (
    dialect_json,
    dialect_text,
    entries_json,
    entries_text,
    unread_json,
    unread_text,
)
from zsync.report.markdown import failure, markdown
from zsync.report.text import text

__all__ = [
    "annotation",
    "as_json",
    "check_annotations",
    "check_json",
    "check_text",
    "dialect_json",
    "dialect_text",
    "diff",
    "entries_json",
    "entries_text",
    "failure",
    "file_diff",
    "markdown",
    "text",
    "unread_json",
    "unread_text",
]
