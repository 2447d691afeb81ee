"""The three-way merge of one field: base, list and Zotero in, a decision out.

Zotero is the source of truth. What only it changed is taken; what only the list changed is kept and
waits for a push; where both changed, Zotero wins and the list's text is kept aside, never dropped.
"""

from enum import StrEnum

from zsync.core.base import NOTHING_SAID, FieldBase
from zsync.core.entry_fields import Field
from zsync.core.fields import digest


class Decision(StrEnum):
    """What becomes of one field of one entry."""

    IN_STEP = "in step"
    ADOPT = "adopt"
    OWN_WORDS = "own words"
    KEEP = "keep"
    TAKE = "take"
    WAIT = "wait"
    CONFLICT = "conflict"


def decide(
    field: Field, base: FieldBase | None, in_list: str | None, in_zotero: str | None
) -> Decision:
    """Decide one field from what it was at the last success and what each side says now.

    Without a base (a first sync) nothing in the list is rewritten: what both sides say is adopted in the
    wording of each, what only Zotero says is taken, what only the list says waits.
    """
    if base is None:
        return _first(field, in_list, in_zotero)
    list_changed = digest(in_list) != base.in_list
    zotero_changed = digest(in_zotero) != base.in_zotero
    if list_changed and zotero_changed:
        return Decision.CONFLICT
    if zotero_changed:
        return Decision.TAKE
    return Decision.WAIT if list_changed else Decision.IN_STEP


def _first(field: Field, in_list: str | None, in_zotero: str | None) -> Decision:
    if in_list is not None and in_zotero is None:
        return Decision.WAIT
    if in_list == in_zotero or in_list is not None or field.is_wording:
        return Decision.ADOPT
    return Decision.TAKE


def settle(
    decision: Decision, base: FieldBase | None, in_list: str | None, in_zotero: str | None
) -> FieldBase | None:
    """Return the field's base after the decision was carried out; ``in_list`` is what the list says then.

    What waits keeps its old base, so that it goes on waiting; at a first sync that is "nothing said".
    ``OWN_WORDS`` is ``ADOPT`` where the two sides word the field differently, and a person has to say which
    is right; ``KEEP`` is the same where nobody has to.
    """
    if decision is Decision.IN_STEP:
        return base
    if decision is Decision.WAIT:
        return base or NOTHING_SAID
    keeps = decision is Decision.KEEP
    own = (keeps or decision is Decision.OWN_WORDS) and in_list is not None
    return FieldBase(digest(in_list), digest(in_zotero), own, settled=keeps)


def overwrite(in_list: str | None, in_zotero: str | None) -> Decision:
    """Decide as ``pull --overwrite`` does: Zotero's word, whatever the list says."""
    return Decision.IN_STEP if in_list is None and in_zotero is None else Decision.TAKE
