"""An outcome in numbers."""

from zsync.core.edits import AddEntry, RemoveEntry
from zsync.core.plan import MERGED
from zsync.outcome import Outcome


def counts(outcome: Outcome) -> dict[str, int]:
    """Count the entries of the lists that were ``added``, ``updated`` and ``removed``.

    ``conflicts`` are fields where both sides had changed, ``pushed`` the changes in Zotero. An entry that was
    merged with another's is an update of that one.
    """
    made = [change for each in outcome.lists for change in each.made]
    new = {change.item for change in made if isinstance(change.edit, AddEntry)}
    removed = [
        change for change in made if isinstance(change.edit, RemoveEntry) and change.after != MERGED
    ]
    gone = {change.item for change in removed}
    return {
        "added": sum(isinstance(change.edit, AddEntry) for change in made),
        "updated": len({change.item for change in made if change.item} - new - gone),
        "removed": len(removed),
        "conflicts": sum(change.conflict for change in made),
        "pushed": sum(len(each.pushed) for each in outcome.lists),
    }
