"""Take to Zotero what the lists know and it does not."""

from dataclasses import replace

from zsync.commands.bib import check_bib
from zsync.config import Settings
from zsync.outcome import Outcome
from zsync.pushing import Pusher, PushOptions
from zsync.session import Session, online
from zsync.zotero.delta import Progress, silent


def push(settings: Settings, options: "PushOptions", progress: Progress = silent) -> Outcome:
    """Take to Zotero what the lists know and it does not; without ``apply``, say what that would be.

    The files stay as they are; the lock learns what is in step now. To say it, a key that only reads will do.

    Raises:
        SettingsError: records are to be pushed, and no list has a ``[bib]``.
        UnsafePlan: more items would be made than may be; nothing was written.
        ZsyncError: as :func:`pull`; what had been written by then stays and is not written twice.

    """
    if options.records:
        check_bib(settings)
    with online(settings, progress) as session:
        if options.apply:
            session.remote.check_may_write()
        session.refresh()
        pusher = Pusher(session, options)
        if options.apply:
            pusher.push()
        else:
            pusher.preview()
        settled = [session.settle(each) for each in settings.lists]
        outcome = session.outcome("push", [pusher.with_results(each) for each, _ in settled])
        if not options.apply:
            said = replace(outcome, dry_run=True, carried_out_by=options.command)
            return forewarned(session, said)
        return session.write(outcome, {each.name: base for each, base in settled})


def forewarned(session: Session, outcome: Outcome) -> Outcome:
    """Say of a preview that it could not be carried out, where the key may not write."""
    reason = session.remote.why_not_write()
    if reason is None:
        return outcome
    return replace(outcome, notices=(*outcome.notices, f"{reason.what} {reason.advice}"))
