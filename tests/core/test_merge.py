"""The three-way merge of one field, as a table."""

import pytest

from zsync.core.base import NOTHING_SAID, FieldBase
from zsync.core.entry_fields import NOTE, READ, field_of
from zsync.core.fields import digest
from zsync.core.merge import Decision, decide, settle

IN_STEP = FieldBase(digest("list"), digest("zotero"))


@pytest.mark.parametrize(
    ("in_list", "in_zotero", "decision"),
    [
        ("list", "zotero", Decision.IN_STEP),
        ("list", "zotero, edited", Decision.TAKE),
        ("list", None, Decision.TAKE),
        ("list, edited", "zotero", Decision.WAIT),
        (None, "zotero", Decision.WAIT),
        ("list, edited", "zotero, edited", Decision.CONFLICT),
    ],
)
def test_a_field_that_was_in_step(
    in_list: str | None, in_zotero: str | None, decision: Decision
) -> None:
    assert decide(NOTE, IN_STEP, in_list, in_zotero) is decision


@pytest.mark.parametrize(
    ("name", "in_list", "in_zotero", "decision"),
    [
        ("read", "x", "x", Decision.ADOPT),
        ("read", None, "x", Decision.TAKE),  # read in Zotero: the box is ticked
        ("read", "x", None, Decision.WAIT),  # a tick that only the list knows stays
        ("note", "my words", "<p>their words</p>", Decision.ADOPT),
        ("note", None, "<p>their words</p>", Decision.TAKE),
        ("note", "my words", None, Decision.WAIT),
        ("title", "Bert", "BERT: Pre-training", Decision.ADOPT),
        ("venue", None, "NAACL 2019", Decision.ADOPT),  # it may stand in the heading
        ("venue", "NAACL2019", None, Decision.WAIT),
        ("link:Code", None, "https://example.org", Decision.TAKE),
        ("link:Code", "https://example.org", None, Decision.WAIT),
        ("link:Code", None, None, Decision.ADOPT),
    ],
)
def test_a_first_sync_rewrites_nothing_and_completes_what_is_missing(
    name: str, in_list: str | None, in_zotero: str | None, decision: Decision
) -> None:
    assert decide(field_of(name), None, in_list, in_zotero) is decision


def test_what_waits_goes_on_waiting() -> None:
    settled = settle(Decision.WAIT, None, "a tick", None)
    assert settled == NOTHING_SAID
    assert decide(READ, settled, "a tick", None) is Decision.WAIT


def test_what_was_taken_is_in_step() -> None:
    settled = settle(Decision.TAKE, IN_STEP, "as now written", "zotero, edited")
    assert decide(NOTE, settled, "as now written", "zotero, edited") is Decision.IN_STEP
