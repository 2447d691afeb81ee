"""Tell what a pull would do, without a network."""

from dataclasses import replace

from zsync.config import Settings
from zsync.errors import SettingsError
from zsync.outcome import Outcome
from zsync.pushing import Pusher, PushOptions
from zsync.session import offline


def status(settings: Settings) -> Outcome:
    """Tell what a pull would do, from the mirror and the lock alone: no network, nothing written.

    Of entries without an item it says which a person has to look at, by what the metadata services answered
    before.

    Raises:
        SettingsError: nothing was pulled yet.

    """
    with offline(settings) as session:
        if session.mirror.version() is None:
            raise SettingsError(
                "Nothing was pulled yet.", "Run `zsync pull` once; this works offline then."
            )
        pusher = Pusher(session, PushOptions(scope=settings.push, offline=True))
        lists = [
            replace(pusher.with_questions(each, session.work(each)[0]), fates=session.fates(each))
            for each in settings.lists
        ]
        return session.outcome("status", lists)
