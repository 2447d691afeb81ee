"""One entry and the item it stands for, reconciled field by field: what to write, what waits, what agrees.

A first sync rewrites nothing. Title, venue, first link and section are wording: both sides are
adopted as they stand, also a venue that stands only in the heading. A tick, a note or a link that
only Zotero has is added; what only the list has waits. What no command could settle is said in the
run that sees it first, and a list with such things is in step.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from zsync.core import fields, identifier_only
from zsync.core.base import EntryBase, FieldBase, known_url
from zsync.core.changes import Change, LinkedEntry, Settled, Waiting, draft_of
from zsync.core.edits import CompleteEntry, Edit, MoveEntry
from zsync.core.entry_fields import NOTE, READ, SECTION, Both, Field, NoteForms, field_of, of_item
from zsync.core.fields import LINK, ItemView, item_name
from zsync.core.identifiers import normalise_url
from zsync.core.merge import Decision, decide, overwrite
from zsync.core.model import Checkbox, Entry
from zsync.core.places import SectionPath

_WRITING = frozenset({Decision.TAKE, Decision.CONFLICT})
#: What somebody who types no more than an address may have said besides it, and where it stands.
_TYPED = frozenset({"read", "note", "section", "state", "rating"})


@dataclass(frozen=True)
class Pair:
    """An entry (``entry`` is its index) and the item that it stands for in one place.

    ``section`` is where the place's entries stand in the list; ``known`` is the entry's base.
    ``is_new``: the entry came into a list that was in step before, so that an address that stands alone
    was typed to be completed. ``is_home``: the entry's own section stands for the place, too.
    ``is_further``: another entry stands for the place already; ``joins``: this one came as a copy, and its
    item is to join the collection of its section. ``copies`` are the entries that came as copies of this one.
    """

    item: str
    says: ItemView
    place: str
    section: SectionPath
    entry: int
    written: Entry
    known: EntryBase
    notes: NoteForms
    is_new: bool = False
    is_home: bool = False
    is_further: bool = False
    joins: bool = False
    copies: tuple[Entry, ...] = ()

    def reconcile(
        self, managed: Iterable[str], *, overwriting: bool, keeping: bool
    ) -> tuple[LinkedEntry, list[Change], list[Waiting]]:
        """Decide every field: those that ``managed`` names, and every link.

        ``overwriting`` lets Zotero win everywhere, ``keeping`` leaves both sides as they are.
        """
        links = {
            name
            for name in (*self._in_list, *self._in_zotero, *self.known.fields)
            if name.startswith(LINK)
        }
        decisions: dict[str, Decision] = {}
        changes, waiting = [], []
        names = [*managed, *sorted(links)]
        names = [name for name in names if field_of(name).has_place(self.written)]
        if self.is_new and identifier_only.is_identifier_only(self.written) and self.says.title:
            filled = [name for name in names if name not in _TYPED]
            decisions = dict.fromkeys(filled, Decision.TAKE)
            changes.append(self._completion())
            names = [name for name in names if name in _TYPED]
        for name in names:
            decision, edit = self._settle(name, overwriting=overwriting)
            if led := self._led(field_of(name), decisions):
                decision, edit = led, None
            if keeping and decision in (Decision.WAIT, Decision.OWN_WORDS):
                decision = Decision.KEEP
            decisions[name] = decision
            if edit is not None:
                changes.append(self._change(name, decision, edit, overwriting=overwriting))
            elif (settled := self._settled(name, decision)) is not None:
                waiting.append(self._waiting(name, decision, settled))
        unlike = frozenset(each.field for each in waiting if each.settled is not Settled.BY_PUSH)
        linked_entry = LinkedEntry(
            self.item,
            self.place,
            self.says,
            self.entry,
            self.known,
            decisions,
            unlike=unlike,
            further=self.is_further,
        )
        return linked_entry, changes, waiting

    # -- what each side says ----------------------------------------------------------------------

    @cached_property
    def _both(self) -> Both:
        own_link = fields.paper_link(self.written, self.says, known_url(self.known))
        return Both(self.entry, self.written, self.says, own_link, self.notes)

    @property
    def _in_list(self) -> dict[str, str]:
        return self._both.in_list

    @cached_property
    def _in_zotero(self) -> dict[str, str]:
        return of_item(self.says, self.place)

    # -- deciding ---------------------------------------------------------------------------------

    def _settle(self, name: str, *, overwriting: bool) -> tuple[Decision, Edit | None]:
        """Decide one field; a change that Zotero has no word for waits instead."""
        field = field_of(name)
        if field.is_unclear(self.written):
            return Decision.IN_STEP, None
        mine, theirs = self._in_list.get(name), self._in_zotero.get(name)
        base = self.known.of(name)
        if field is SECTION:
            return self._settle_section(base, mine, theirs, overwriting=overwriting)
        decision = overwrite(mine, theirs) if overwriting else decide(field, base, mine, theirs)
        if decision is Decision.TAKE and (
            self._is_there_by_another_name(name, theirs, base) or self._is_said_by_a_copy(name)
        ):
            decision = Decision.ADOPT
        is_own = base is not None and base.own
        is_settled = base is not None and base.settled
        if (
            not overwriting
            and (decision is Decision.CONFLICT or (decision is Decision.TAKE and is_own))
            and field.means_the_same(self._both)
        ):
            # Both sides changed to the same: so it is after every push.
            decision = Decision.ADOPT
        is_open = is_own and field.is_judged and not is_settled
        if not overwriting and is_open and decision in (Decision.IN_STEP, Decision.TAKE):
            # Nobody chose yet which words are right: they go on differing, also where Zotero's are new.
            decision = Decision.ADOPT
        was = None if base is None else base.in_zotero
        edit = field.edit(self._both, was) if decision in _WRITING else None
        if edit is not None or decision is Decision.IN_STEP:
            return decision, edit
        return self._compare(field, decision), None

    def _led(self, field: Field, decisions: Mapping[str, Decision]) -> Decision | None:
        """Return the decision on a field for which another one speaks, unless that one is to be written.

        While the leader waits it is not known what this one will be: it keeps its base.
        """
        leader = decisions.get(field.leader)
        if leader is None or leader in _WRITING or not field.is_led(self._both):
            return None
        return Decision.IN_STEP if leader is Decision.WAIT else Decision.ADOPT

    def _settle_section(
        self, base: FieldBase | None, mine: str | None, theirs: str | None, *, overwriting: bool
    ) -> tuple[Decision, Edit | None]:
        """Decide where the entry stands.

        One that never stood for a collection is where it was written; so is a further copy that stands where
        its author put it, whatever becomes of the other, and an entry that was put into a section of the
        collection where its item is now.
        """
        if base is not None and not base.in_zotero:
            base = None
        decision = overwrite(mine, theirs) if overwriting else decide(SECTION, base, mine, theirs)
        if decision is Decision.IN_STEP:
            return decision, None
        if self.written.section == self.section:
            return Decision.ADOPT, None
        is_own = base is None or (decision is Decision.TAKE and base.own)
        stays = (self.is_further and is_own) or (decision is Decision.CONFLICT and self.is_home)
        if decision in _WRITING and not stays:
            return decision, MoveEntry(self.entry, self.section)
        waits = self.joins or decision is Decision.WAIT
        return Decision.WAIT if waits and not self.is_home else Decision.KEEP, None

    def _compare(self, field: Field, decision: Decision) -> Decision:
        """Tell apart what both sides say in other words from what they agree on.

        Wording is its author's when it is adopted. Later it is what no push could take to Zotero.
        """
        name, is_adopted = field.name, decision is Decision.ADOPT
        if self._in_list.get(name) == self._in_zotero.get(name) or field.agrees(self._both):
            return Decision.ADOPT
        if name not in self._in_list and decision is not Decision.WAIT:
            # The list need not say what it has no words for.
            return Decision.ADOPT
        if field.may_differ(self._both) or (is_adopted and not field.is_judged):
            return Decision.KEEP
        return Decision.OWN_WORDS if is_adopted else Decision.WAIT

    # -- what is told of it -----------------------------------------------------------------------

    def _settled(self, name: str, decision: Decision) -> Settled | None:
        """Return what settles a field in which the two sides say different things; None where they do not."""
        base = self.known.of(name)
        match decision:
            case Decision.WAIT:
                return Settled.BY_PUSH
            case Decision.OWN_WORDS:
                return Settled.BY_CHOICE
            case Decision.KEEP:
                return Settled.BY_ITSELF
            case Decision.IN_STEP if base is not None and (base.own or base.settled):
                return Settled.BY_ITSELF
            case _:
                return None

    def _waiting(self, name: str, decision: Decision, settled: Settled) -> Waiting:
        field, said = field_of(name), self._in_list.get(name)
        section = self.section[-1] if self.section else ""
        note = self.notes.of(self.says) if field is NOTE else None
        return Waiting(
            self.item,
            item_name(self.says),
            name,
            self.entry,
            field.shown(self.written, said) if said is not None or field is READ else "",
            field.shown_item(self.says, self._in_zotero.get(name), section, note),
            settled,
            is_new=decision is not Decision.IN_STEP,
        )

    def _is_there_by_another_name(self, name: str, url: str | None, base: FieldBase | None) -> bool:
        """Return whether the list's author has the address of a new link already, under a label of his own.

        A link that Zotero knows does not count: it may be on its way out.
        """
        if not name.startswith(LINK) or url is None or (base and base.in_list):
            return False
        own = self._in_list.keys() - self.known.fields.keys() - self._in_zotero.keys() | {"url"}
        return normalise_url(url) in {
            normalise_url(self._in_list[each]) for each in own if each in self._in_list
        }

    def _is_said_by_a_copy(self, name: str) -> bool:
        """Return whether a copy that came new says the link or the note: that is where it stands."""
        if name == "note":
            note = self.notes.comparable(self.notes.of(self.says) or "")
            return any(note == self.notes.comparable(copy.note or "") for copy in self.copies)
        url = self._in_zotero.get(name)
        if not name.startswith(LINK) or url is None:
            return False
        there = (link.url for copy in self.copies for link in copy.links)
        return normalise_url(url) in map(normalise_url, there)

    # -- writing ----------------------------------------------------------------------------------

    def _change(self, name: str, decision: Decision, edit: Edit, *, overwriting: bool) -> Change:
        field = field_of(name)
        before = field.shown(self.written, self._in_list.get(name))
        is_conflict = decision is Decision.CONFLICT
        base = self.known.of(name)
        is_own = is_conflict or overwriting or (base is not None and base.own)
        loses = is_own and name in self._in_list and field is not SECTION
        return Change(
            edit,
            self.item,
            item_name(self.says),
            name,
            before,
            field.shown_edit(edit),
            before if loses else None,
            is_conflict,
        )

    def _completion(self) -> Change:
        """Return the change that makes a full entry of an address that somebody typed."""
        draft = draft_of(self.says, read=self.written.checkbox is Checkbox.CHECKED)
        section = self.section[-1] if self.section else ""
        edit = CompleteEntry(self.entry, draft)
        return Change(edit, self.item, item_name(self.says), "entry", after=section)
