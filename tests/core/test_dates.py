"""Dates as people type them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core.dates import parse_date


@pytest.mark.parametrize(
    ("typed", "edtf"),
    [
        ("2020", "2020"),
        ("2020-03", "2020-03"),
        ("2020-3-4", "2020-03-04"),
        ("2020/03/04", "2020-03-04"),
        ("1993-00-00", "1993"),
        ("2016-07-18T20:26:06Z", "2016-07-18T20:26:06Z"),
        ("-0333", "-0333"),
        ("199u", "199X"),
        ("1999-uu", "1999-XX"),
        ("y52000", "Y52000"),
        ("2017-24~", "2017-24~"),
        ("1860?", "1860?"),
        ("circa 1860", "1860~"),
        ("4 March 2020", "2020-03-04"),
        ("March 4th, 2020", "2020-03-04"),
        ("Mar 2020", "2020-03"),
        ("4 de mayo de 2010", "2010-05-04"),
        ("3. března 2001", "2001-03-03"),
        ("15 juin 2009", "2009-06-15"),
        ("2020年3月4日", "2020-03-04"),
        ("四月 1, 1976", "1976-04-01"),
        ("03/04/2020", "2020-04-03"),
        ("12/31/1999", "1999-12-31"),
        ("11/2010", "2010-11"),
        ("Spring 2015", "2015-21"),
        ("printemps 1985", "1985-21"),
        ("20th century", "19XX"),
        ("2015-2017", "2015/2017"),
        ("1486/87", "1486/1487"),
        ("2019-03-09/", "2019-03-09/"),
        ("2004-01-01/..", "2004-01-01/.."),
        ("../1999", "../1999"),
        ("12-14 Dec 1986", "1986-12-12/1986-12-14"),
        ("June 18–23, 2017", "2017-06-18/2017-06-23"),
        ("29 June - 1 July 2011", "2011-06-29/2011-07-01"),
        ("Jan-Mar 1990", "1990-01/1990-03"),
        ("2010 May-June", "2010-05/2010-06"),
        ("2004-02-01/2005", "2004-02-01/2005"),
        ("1985/", "1985/"),
        ("/1985", "/1985"),
        ("from 1999 to 2001", "1999/2001"),
        ("du 5 au 7 mai 2010", "2010-05-05/2010-05-07"),
        ("2016/12", "2016-12"),
        ("19991231", "1999-12-31"),
        ("2003-02-30", "2003-02"),
        ("2016-07-18T20:26:06.123Z", "2016-07-18T20:26:06Z"),
        ("2016-07-18 20:26", "2016-07-18"),
        ("2016-06-06T15:26:37+1000", "2016-06-06T15:26:37+10:00"),
        ("2016-06-06T15:26:37-03:30", "2016-06-06T15:26:37-03:30"),
        ("2020-13-01", "2020"),
        ("Q3 2019", "2019"),
        ("Third Quarter, 2019", "2019"),
        ("2020-W05", "2020"),
        ("15.06.2009 12:00", "2009-06-15"),
        ("[1990?]", "1990?"),
        ("1990s", "199X"),
        ("44 BC", "-0043"),
        ("1 BC", "0000"),
        ("AD 45", "0045"),
        ("1er févr. 2010", "2010-02-01"),
        ("1º de maio de 2010", "2010-05-01"),
        ("12.XII.1999", "1999-12-12"),
        ("1 Μαΐου 2010", "2010-05-01"),
    ],
)
def test_a_date_is_understood(typed: str, edtf: str) -> None:
    date = parse_date(typed)
    assert date is not None
    assert date.edtf == edtf


@pytest.mark.parametrize("typed", ["[1923] 1958", "1958 [1923]", "[1923]1958"])
def test_an_original_date_in_brackets_is_told_apart(typed: str) -> None:
    date = parse_date(typed)
    assert date is not None
    assert (date.edtf, str(date.original)) == ("1958", "1923")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Forthcoming",
        "n.d.",
        "--",
        "32 March 2020",
        "2017-2015",
        "12",
        "May",
        "1999-2X",
        "5/9-5 1999/1",
        "x" * 500,
    ],
)
def test_what_is_no_date_is_never_made_up(typed: str) -> None:
    assert parse_date(typed) is None


@given(st.text(alphabet="0123456789-/. XuTy~?[]abcJanMay\n", max_size=40))
def test_whatever_is_typed_a_date_is_well_formed_or_none(typed: str) -> None:
    date = parse_date(typed)
    if date is not None:
        assert re.fullmatch(r"[0-9XYTZ:+./?~%-]+", date.edtf)
