"""Whether what somebody else wrote meanwhile concerns what a push is about to make.

Everything new is made under the library version that it was decided for, so that two machines that push one
list do not make its papers twice. Where the version moved, most often somebody does something else there.
"""

from collections.abc import Collection as Group
from collections.abc import Iterable, Sequence

from zsync.core import fields, matching, venues
from zsync.core.library_changes import NewCollection, NewItem, NewObject
from zsync.core.matching import Certainty
from zsync.core.model import Checkbox, Entry, Item, Link


def concerns_items(new: Iterable[NewObject], touched: Group[str], items: Sequence[Item]) -> bool:
    """Return whether others wrote an item that may be a paper to be made, or touched one that gets a child.

    ``items`` are those that changed and are there; ``touched`` are the keys of the items that went into the
    trash, or whose children changed.
    """
    made = [one for one in new if isinstance(one, NewItem)]
    parents = {one.parent for one in new if not isinstance(one, NewItem)}
    matches = matching.match([_entry(one) for one in made], items)
    may_be_there = any(match.certainty is not Certainty.MISSING for match in matches)
    return may_be_there or not parents.isdisjoint(touched)


def concerns_collections(
    new: Iterable[NewCollection], others: Iterable[tuple[str, str | None]]
) -> bool:
    """Return whether others made, or renamed, a collection to one of these: ``others`` by name and parent."""
    wanted = {(fields.plain(one.name), one.parent) for one in new}
    return not wanted.isdisjoint((fields.plain(name), parent) for name, parent in others)


def _entry(new: NewItem) -> Entry:
    """Return what is to be made as an entry, to be matched with items."""
    item = Item(new.key, new.draft.item_type, fields=new.draft.fields)
    short, title = fields.split_title(item)
    urls = dict.fromkeys(filter(None, (item.fields.get("url"), fields.doi_address(item))))
    year = venues.first_year(item.fields.get("date", ""))
    links = tuple(Link("", url) for url in urls)
    return Entry(0, (), Checkbox.NONE, short, title, year=year, links=links)
