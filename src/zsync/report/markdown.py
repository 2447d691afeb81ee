"""An outcome as Markdown, for the summary of a job and for a pull request.

Titles and notes are foreign text: nothing in them may become markup, a mention or an image.
"""

import html
import re
from collections.abc import Iterator

from zsync.core.patterns import regex
from zsync.outcome import ListOutcome, Outcome
from zsync.report.counts import counts
from zsync.report.text import closing, pushed, remarks, sentence
from zsync.report.waiting import waiting_lines

_MOST = 50
_MARKUP = regex(r"([\\`*_{}\[\]()#+!|~>-])")
#: What GitHub would turn into a mention, a reference or a link.
_LIVE = regex(r"[@#]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
_JOINER = "&#8203;"


def markdown(outcome: Outcome) -> str:
    """Return a report in Markdown: counts, then what changed, at most fifty things a list and direction."""
    lines = [f"### zsync {outcome.command}: {_state(outcome)}", ""]
    lines.extend(_inline(notice) for notice in outcome.notices)
    if outcome.refusal:
        lines.extend([f"**{_inline(str(outcome.refusal))}**", ""])
    lines.extend(_counts(outcome))
    for each in outcome.lists:
        lines.extend(_list(outcome, each))
    lines.extend(["", _inline(closing(outcome))])
    return "\n".join(lines) + "\n"


def failure(what: str, advice: str) -> str:
    """Return a report in Markdown of a command that failed: what happened and what to do."""
    return f"### zsync: failed\n\n**{_inline(what)}**\n\n{_inline(advice)}\n"


def _state(outcome: Outcome) -> str:
    if outcome.refusal:
        return "nothing was written"
    if outcome.dry_run:
        return "a dry run"
    has_news = outcome.has_changes or any(each.pushed for each in outcome.lists)
    return "done" if has_news else "nothing new"


def _counts(outcome: Outcome) -> Iterator[str]:
    found = counts(outcome)
    yield "| entries added | updated | removed | conflicts | to Zotero |"
    yield "|---:|---:|---:|---:|---:|"
    yield "| " + " | ".join(str(found[name]) for name in found) + " |"


def _list(outcome: Outcome, each: ListOutcome) -> Iterator[str]:
    said = [line.strip() for line in pushed(outcome, each)][1:]
    if said:
        yield from ("", f"**{_inline(each.name)} → Zotero**", "")
        yield from _bullets(said)
    made = [sentence(change) for change in each.made]
    if made:
        yield from ("", f"**Zotero → {_inline(each.name)}**", "")
        yield from _bullets(made)
    waiting = [line.strip() for line in waiting_lines(outcome, each, everything=True)]
    if waiting:
        yield from ("", f"**{_inline(waiting[0])}**", "")
        yield from _bullets(waiting[1:])
    told = [line.strip() for line in remarks(outcome, each)]
    if told:
        yield from ("", f"**To know of {_inline(each.name)}**", "")
        yield from _bullets(told)


def _bullets(said: list[str]) -> Iterator[str]:
    yield from (f"- {_inline(line)}" for line in said[:_MOST])
    if len(said) > _MOST:
        yield f"- … and {len(said) - _MOST} more"


def _inline(text: str) -> str:
    """Return foreign text as one line of Markdown that says just that."""
    escaped = _MARKUP.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
    return _LIVE.sub(lambda found: found[0] + _JOINER, escaped)
