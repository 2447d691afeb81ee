"""Write the bibliographies from what the last pull saw."""

from dataclasses import replace

from zsync.commands.pull import PullOptions, refuse
from zsync.config import Settings
from zsync.core.selection import EVERYTHING, NOTHING, Selection
from zsync.errors import SettingsError
from zsync.outcome import Outcome
from zsync.session import Session, offline, online
from zsync.zotero.delta import Progress, silent


def bib(
    settings: Settings, options: PullOptions | None = None, progress: Progress = silent
) -> Outcome:
    """Write the bibliographies from the mirror; ask Zotero only where nothing was pulled yet.

    Raises:
        SettingsError: no list has a ``[bib]``.
        ZsyncError: as :func:`pull`.

    """
    check_bib(settings)
    options = options or PullOptions()
    with offline(settings, writing=not options.dry_run) as session:
        if session.mirror.version() is not None:
            return _write_bibliographies(session, options)
    with online(settings, progress) as session:
        session.refresh()
        return _write_bibliographies(session, options)


def check_bib(settings: Settings) -> None:
    """Make sure that a list has a bibliography.

    Raises:
        SettingsError: none has.

    """
    if not any(each.bib for each in settings.lists):
        raise SettingsError(
            "No [bib] table is in zsync.toml.", 'Add one: [bib] with path = "refs/library.bib".'
        )


def _write_bibliographies(session: Session, options: PullOptions) -> Outcome:
    lists, bases = [], {}
    chosen = NOTHING
    if options.overwrite:
        named = session.item_keys(options.entries)
        chosen = Selection(items=named) if options.entries else EVERYTHING
    for each in session.settings.lists:
        updated, bases[each.name] = session.work_on_bib(each, chosen)
        lists.append(updated)
    refusal = refuse(lists, session.settings, options)
    outcome = replace(session.outcome("bib", lists), dry_run=options.dry_run, refusal=refusal)
    return outcome if options.dry_run or refusal else session.write(outcome, bases)
