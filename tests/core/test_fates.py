"""What became of papers after they were published: as services, Extra, records and titles say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core import fates
from zsync.core.fates import Fate

SICI = "10.1002/(sici)1000-0001(199808)17:15<1:aid-x9>3.0.co;2-2"
FATES = st.builds(
    Fate,
    st.sampled_from(["retracted", "partly retracted", "doubted", "corrected", "added to", "retracts"]),
    st.sampled_from(["", "1999", "2010-02", "2010-02-06"]),
    st.sampled_from(["", "10.5555/dew.1", SICI]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("update", "what", "kind"),
    [
        ("retraction", "retracted", "retracted"),
        ("Partial Retraction", "partly retracted", "retracted"),
        ("partial_retraction", "partly retracted", "retracted"),
        ("withdrawal", "withdrawn", "retracted"),
        ("expression-of-concern", "doubted", "doubted"),
        ("expression_of_concern", "doubted", "doubted"),
        ("erratum", "corrected", "corrected"),
        ("Corrigendum", "corrected", "corrected"),
        ("addendum", "added to", "corrected"),
    ],
)
def test_every_spelling_of_an_update(update: str, what: str, kind: str) -> None:
    found = fates.of_update(update, "2020", "10.5555/n", is_notice=False)
    assert found == Fate(what, "2020", "10.5555/n")
    assert found.kind == kind


@pytest.mark.parametrize("update", ["new_edition", "new_version", "", "crossmark"])
def test_what_is_no_fate(update: str) -> None:
    assert fates.of_update(update, "2020", "10.5555/n", is_notice=False) is None


def test_a_notice_tells_of_another_paper_and_gets_no_tag() -> None:
    found = fates.of_update("retraction", "2020-01-02", "10.5555/n", is_notice=True)
    assert found is not None
    assert str(found) == "retracts https://doi.org/10.5555/n"
    assert found.kind == ""


@given(st.lists(FATES, max_size=4))
def test_extra_gives_back_what_was_written_into_it(written: list[Fate]) -> None:
    extra = "\n".join(("Somebody's remark: retracted", *fates.lines(written)))
    assert set(fates.told("On Grass", extra)) == set(fates.together(written))


def test_one_retraction_that_two_sources_tell_is_one() -> None:
    by_watch, by_publisher = Fate("retracted", "2010-02-06", "10.5555/n"), Fate("retracted")
    assert fates.together([by_publisher, by_watch, by_watch]) == (by_watch,)
    assert len(fates.together([by_watch, Fate("retracted", "2012", "10.5555/n")])) == 2


@pytest.mark.parametrize(
    ("title", "what"),
    [
        ("RETRACTED: On Grass", "retracted"),
        ("RETRACTED ARTICLE: On Grass", "retracted"),
        ("Retracted: On Grass", "retracted"),
        ("[Withdrawn] On Grass", "withdrawn"),
        ("WITHDRAWN: On Grass", "withdrawn"),
        ("On Grass (Retracted)", "retracted"),
        ("On Grass [Retracted article].", "retracted"),
        ("Retraction Note: On Grass", None),
        ("Retraction of Claims about Grass", None),
        ("Retracted papers and who cites them: A Study", None),
        ("On Withdrawn Grass: A Study", None),
    ],
)
def test_what_a_title_tells(title: str, what: str | None) -> None:
    assert fates.told(title, "") == ((Fate(what),) if what else ())


@pytest.mark.parametrize(
    "name",
    ["RETRACTED", "Retraction Note", "Retraction notice to", "WITHDRAWN", "Retracted article",
     "Author Correction", "Correction to Dew", "Erratum", "Notice of Retraction", "Expression of concern",
     "Reply to Dew", "[RETRACTED]"],
)  # fmt: skip
def test_a_notice_is_no_name(name: str) -> None:
    assert fates.names_notice(name)


@pytest.mark.parametrize("name", ["Dew", "RetractNet", "Comment2Vec", "Review Networks", "CORRECT"])
def test_a_name_is_no_notice(name: str) -> None:
    assert not fates.names_notice(name)
