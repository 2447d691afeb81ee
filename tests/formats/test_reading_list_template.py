"""The form of an entry as its owner writes it."""

import re

import pytest

from zsync.formats.reading_list.set_form import check_form
from zsync.formats.reading_list.template import TemplateError, fill, parse_template, show

FORM = "- [{box}] {?**{short}**: }{title}.{? {venue}{year}}{? [Paper]({url})}{? {links}}"


def test_every_field_is_filled_in() -> None:
    values = {"box": "x", "short": "A", "title": "T", "venue": "V", "year": "2020", "url": "u"}
    assert fill(parse_template(FORM), values) == "- [x] **A**: T. V2020 [Paper](u)"


def test_a_part_is_left_out_where_a_field_in_it_is_empty() -> None:
    assert fill(parse_template(FORM), {"box": " ", "title": "T", "venue": "V"}) == "- [ ] T."


def test_a_part_within_a_part_is_left_out_alone() -> None:
    form = parse_template("- {title}{?, *{venue}{? {year}}*}")
    assert fill(form, {"title": "T", "venue": "V"}) == "- T, *V*"


def test_a_form_is_shown_as_it_is_written() -> None:
    assert show(parse_template(FORM)) == FORM


@pytest.mark.parametrize(
    ("text", "what", "advice"),
    [
        ("- {titel}", "{titel} is no field", "Did you mean {title}?"),
        ("- {title", "the { at character 3 has no other half", "around a field"),
        ("- {title}}", "the } at character 10", "around a field"),
        ("- {title}{? {venue}", "a {? is not closed", "Close it"),
        ("- {short}", "it has no {title}", "Every entry needs one"),
        ("- {title}{link:}", "{link:} is no field", "Known:"),
    ],
)
def test_what_is_no_form_is_explained(text: str, what: str, advice: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(what)) as found:
        parse_template(text)
    assert advice in found.value.advice


@pytest.mark.parametrize(
    "text",
    [
        FORM,
        "* **{title}**{? ({venue} {year})}{? [[PDF]({url})]}{? [[Code]({link:Code})]}",
        "1. [{box}] {?**{short}:** }{title}{? [Paper]({url})}",
    ],
)
def test_a_form_that_is_read_back_is_accepted(text: str) -> None:
    check_form(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{title}", "would not read this as an entry"),
        ("- [{box}] {title} by {venue} of {year} [Paper]({url})", "not with these fields"),
        ("- [{box}] **{short}**: {title}. [Paper]({url})", "a paper without {short}"),
    ],
)
def test_a_form_that_would_not_be_read_back_is_refused(text: str, what: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(what)):
        check_form(text)
