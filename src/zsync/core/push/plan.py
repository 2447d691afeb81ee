"""The plan of a push: what the list knows and Zotero does not, as changes to the library.

It begins from the plan of a pull, which says field by field what waits in the list. Zotero wins every
contradiction, so a push only ever carries what waits: a field that changed in Zotero as well is not pushed.
Nothing is deleted or put into the trash.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from zsync.core.base import Base, EntryBase, ItemBase
from zsync.core.entry_fields import NoteForms
from zsync.core.fields import digest, section_value
from zsync.core.library_changes import (
    Held,
    ItemChange,
    LibraryChange,
    Lookup,
    NewItem,
    PushPolicy,
)
from zsync.core.places import ListState, SectionPath
from zsync.core.plan import LibraryState, Plan
from zsync.core.policy import ListPolicy, PushScope
from zsync.core.push.fields import FieldPusher
from zsync.core.push.papers import PaperPusher
from zsync.core.push.places import NewPlaces
from zsync.core.push_builder import PushBuilder
from zsync.errors import UnsafePlan

_NAMED = 3


@dataclass(frozen=True, slots=True)
class PushPlan:
    """All that a push would do for one list, in the order in which it can be done.

    ``joined`` pairs items of the library that are to join the collection, and ``pairs`` those that are to be
    made, with the entries that name them: item key -> entry bases. ``sections`` says which section each new
    collection stands for. ``leaving`` are the items that are to leave collections because their entries were
    taken out, of ``linked`` that have or had one.
    """

    changes: tuple[LibraryChange, ...] = ()
    held: tuple[Held, ...] = ()
    pairs: Mapping[str, tuple[EntryBase, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sections: Mapping[str, SectionPath] = field(default_factory=lambda: MappingProxyType({}))
    leaving: frozenset[str] = frozenset()
    linked: int = 0

    @property
    def additions(self) -> int:
        """How many items would be made."""
        return sum(isinstance(change, NewItem) for change in self.changes)

    @property
    def retitles(self) -> tuple[ItemChange, ...]:
        """The changes that give an item another title."""
        return tuple(
            change
            for change in self.changes
            if isinstance(change, ItemChange)
            if (title := change.fields.get("title")) and title.before != title.after
        )

    def remembered_in(self, base: Base) -> Base:
        """Return the base with the keys chosen here, to be kept before anything is sent.

        An item is remembered with what its entries say now, so that they are found again; what Zotero says is
        left open.
        """
        items = dict(base.items)
        for key, entries in self.pairs.items():
            known = items.get(key)
            records = {each.key: each.record for each in self.changes if isinstance(each, NewItem)}
            items[key] = replace(
                known or ItemBase(),
                entries=entries,
                pending=True,
                citation_key=records.get(key) or (known.citation_key if known else None),
            )
        sections = {key: digest(section_value(path)) for key, path in self.sections.items()}
        return replace(base, items=items, sections={**base.sections, **sections})


def check_additions(additions: int, most: int) -> None:
    """Refuse to make more items than ``most`` in one run.

    Raises:
        UnsafePlan: there would be more.

    """
    if additions > most:
        raise UnsafePlan(
            f"{additions} items would be made in Zotero; the limit is {most}.",
            "Look at the plan with `zsync push`. If it is meant, run again with --yes, or set max_additions "
            "in the [guard] table of zsync.toml.",
        )


def check_retitles(retitles: Sequence[ItemChange], most: int) -> None:
    """Refuse to give more than ``most`` items another title in one run.

    Raises:
        UnsafePlan: there would be more.

    """
    if len(retitles) > most:
        named = ", ".join(
            f"“{each.title}” → “{each.fields['title'].after}”" for each in retitles[:_NAMED]
        )
        raise UnsafePlan(
            f"{len(retitles)} titles would change in Zotero; the limit is {most}: {named}"
            f"{' ...' if len(retitles) > _NAMED else '.'}",
            "Look whether the list still reads as you meant it (`zsync entries`). If it is meant, run again "
            f"with --max-retitles {len(retitles)}.",
        )


def make_push_plan(
    plan: Plan,
    base: Base,
    library: LibraryState,
    reading_list: ListState,
    policy: ListPolicy,
    notes: NoteForms,
    lookup: Lookup,
    push: PushPolicy,
    new_key: Callable[[], str],
) -> PushPlan:
    """Decide what of the list goes to Zotero; ``plan`` is the pull's, made of the same values."""
    places = NewPlaces(library, reading_list, plan, push.skip, new_key)
    intended = PushBuilder(policy)
    papers = PaperPusher(plan, base, library, reading_list, lookup, places, intended, new_key)
    leaving: frozenset[str] = frozenset()
    waiting = FieldPusher(plan, library, reading_list, notes, places, intended, push.take)
    if push.take:
        waiting.push_taken()
    else:
        if push.scope is PushScope.ALL:
            papers.push(with_records=push.records)
        if push.scope is not PushScope.NONE:
            waiting.push(push.scope)
        if push.removals:
            leaving = waiting.push_removals(push.only)
    changes = (*places.new, *intended.made, *intended.children, *intended.changed.values())
    return PushPlan(
        tuple(each for each in changes if each.key not in push.skip),
        tuple(intended.held),
        MappingProxyType(papers.pairs),
        MappingProxyType(places.sections),
        leaving,
        len({each.item for each in plan.linked_entries} | {key for key, _ in plan.absent}),
    )
