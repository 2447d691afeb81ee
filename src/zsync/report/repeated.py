"""An outcome in every form, to be said again by a run that finds nothing new."""

from collections.abc import Mapping

from zsync.outcome import Outcome
from zsync.report.as_json import as_json
from zsync.report.markdown import markdown
from zsync.report.text import text


def in_every_form(outcome: Outcome) -> Mapping[str, str]:
    """Return the report as text, as JSON and as Markdown, by these names."""
    return {"text": text(outcome), "json": as_json(outcome), "markdown": markdown(outcome)}
