"""An outcome, or a list's entries, in words: as text, JSON, Markdown or a unified diff.

Pure; nothing is printed here.
"""

from zsync.report.as_json import as_json
from zsync.report.diff import diff, file_diff
from zsync.report.entries import dialect_json, dialect_text, entries_json, entries_text
from zsync.report.markdown import failure, markdown
from zsync.report.text import text

__all__ = [
    "as_json",
    "dialect_json",
    "dialect_text",
    "diff",
    "entries_json",
    "entries_text",
    "failure",
    "file_diff",
    "markdown",
    "text",
]
