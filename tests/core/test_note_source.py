"""A note's HTML in one form, whichever of Zotero's programs saved it; and locks of earlier releases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core.base import Base, EntryBase, FieldBase, ItemBase
from zsync.core.fields import SEPARATOR, digest, note_value
from zsync.core.model import Item, Note
from zsync.core.note_source import note_source
from zsync.core.policy import ListPolicy, NotesPolicy
from zsync.core.upgrade import upgraded

SENT = (
    '<p>See <a href="https://docs.example.org/a?b=1&amp;c=2">the docs</a>, <b>twice</b>.</p>'
    "<ul><li>one</li><li>two</li></ul>"
    "<table><tr><th>a</th></tr><tr><td>b</td></tr></table>"
)
BY_THE_SERVER = (
    '<p>See <a href="https://docs.example.org/a?b=1&amp;c=2" rel="nofollow">the docs</a>,'
    " <strong>twice</strong>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    "<table>\n<tbody>\n<tr>\n<th>a</th>\n</tr>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>"
)
BY_THE_DESKTOP = (
    '<div data-schema-version="9"><p>See <a rel="noopener noreferrer nofollow" target="_blank"'
    " href='https://docs.example.org/a?b=1&#38;c=2'>the&nbsp;docs</a>, <strong>twice</strong>.</p>\n"
    "<ul>\n<li>\n<p>one</p>\n</li>\n<li>\n<p>two</p>\n</li>\n</ul>\n"
    "<table>\n<tbody>\n<tr>\n<td>\n<p>a</p>\n</td>\n</tr>\n<tr>\n<td>\n<p>b</p>\n</td>\n</tr>\n</tbody>\n"
    "</table>\n</div>"
)


@pytest.mark.parametrize("saved", [BY_THE_SERVER, BY_THE_DESKTOP])
def test_who_saved_a_note_does_not_count(saved: str) -> None:
    assert note_source(saved) == note_source(SENT)


@pytest.mark.parametrize(
    "edited",
    [
        SENT.replace("twice", "thrice"),
        SENT.replace("c=2", "c=3"),
        SENT.replace("<b>twice</b>", "twice"),
        SENT.replace("<b>twice</b>", "<i>twice</i>"),
        SENT.replace("<li>two</li>", ""),
        SENT.replace("<li>two</li>", "<li>two<ul><li>three</li></ul></li>"),
        SENT.replace("ul>", "ol>"),
        SENT.replace("See ", "See</p><p>"),
        SENT.replace("See ", '<span style="text-decoration: line-through">See</span> '),
    ],
)
def test_an_edit_counts(edited: str) -> None:
    assert note_source(edited) != note_source(SENT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a<br>b</p>", "<p>a<br />\nb</p>"),
        ("<p><del>old</del></p>", '<p><span style="text-decoration: line-through">old</span></p>'),
        ('<p><span style="color: #ff2020">red</span> ink</p>', "<p>red ink</p>"),
        ("<p></p><p>a</p><p> </p>", "<p>a</p>"),
        ("a &lt; b &amp; c", "<p>a < b & c</p>"),
        ("<!-- x --><p>caf&eacute;</p>", "<p>café</p>"),
        ('<span class="math">$x$</span>', "<div><p><span class='math'>$x$</span></p></div>"),
    ],
)
def test_ways_to_write_one_thing(one: str, other: str) -> None:
    assert note_source(one) == note_source(other)


def test_text_that_looks_like_a_tag_is_no_tag() -> None:
    assert note_source("<p>&lt;b&gt;x&lt;/b&gt;</p>") != note_source("<p><b>x</b></p>")


_TAGS = [
    "p",
    "/p",
    "b",
    "/b",
    "ul",
    "li",
    "/li",
    "/ul",
    "br",
    "span",
    "/span",
    "pre",
    "/pre",
    "h2",
    "/h2",
]
_TEXTS = ["x", " y ", "\n", "<", "&amp;", '"', '<a href="https://a.example">', "</a>", "<hr />"]
_PIECES = st.sampled_from([*(f"<{tag}>" for tag in _TAGS), *_TEXTS])


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_the_form_is_a_note_of_the_same_form(html: str) -> None:
    assert note_source(note_source(html)) == note_source(html)


@pytest.mark.parametrize("evil", ['<a "', "<", "<a ", "&#9999999999", "<!--", "<p x=", "</"])
def test_broken_markup_takes_no_longer(evil: str) -> None:
    assert note_source(evil * 50_000) == note_source(evil * 50_000)


# -- locks of earlier releases -----------------------------------------------------------------------

POLICY = ListPolicy(notes=NotesPolicy.ALL)
#: What earlier releases digested: the HTML without its wrapper and the white space beside tags.
ONCE = '<p>See<a href="https://a.example/"{rel}>this</a>.</p><ul><li>one</li></ul>'
HTML = '<p>See <a href="https://a.example/"{rel}>this</a>.</p>\n<ul>\n<li>one</li>\n</ul>'
DESKTOP = ' rel="noopener noreferrer nofollow"'


def _locked(digested: str) -> Base:
    note = FieldBase(digest("the list's own words"), digest(digested), own=True)
    return Base("ROOT", {"ITEM2222": ItemBase(entries=(EntryBase({"note": note}),))})


def _note(base: Base) -> FieldBase:
    known = base.items["ITEM2222"].entries[0].of("note")
    assert known is not None
    return known


def _item(*notes: str) -> Item:
    return Item("ITEM2222", "book", notes=tuple(Note(f"N{html[:5]}", html) for html in notes))


@pytest.mark.parametrize("now", ["", ' rel="nofollow"', DESKTOP])
@pytest.mark.parametrize("then", ["", ' rel="nofollow"', DESKTOP])
def test_the_digest_of_an_earlier_release_is_brought_up_to_date(then: str, now: str) -> None:
    html = HTML.format(rel=now)
    base = upgraded(_locked(ONCE.format(rel=then)), [_item(html)], POLICY)
    assert _note(base).in_zotero == digest(note_value([html]))
    assert _note(base).own
    assert upgraded(base, [_item(html)], POLICY) == base


def test_paragraphs_that_the_desktop_put_into_items_are_no_change() -> None:
    html = HTML.format(rel=DESKTOP).replace("<li>one</li>", "<li>\n<p>one</p>\n</li>")
    base = upgraded(_locked(ONCE.format(rel=' rel="nofollow"')), [_item(html)], POLICY)
    assert _note(base).in_zotero == digest(note_value([html]))


def test_a_note_that_changed_since_keeps_the_digest_that_shows_it() -> None:
    base = _locked(ONCE.format(rel=""))
    changed = HTML.format(rel=DESKTOP).replace("one", "two")
    assert upgraded(base, [_item(changed)], POLICY) == base


def test_several_notes_are_digested_together() -> None:
    html = HTML.format(rel="")
    base = _locked(SEPARATOR.join([ONCE.format(rel=""), "<p>More.</p>"]))
    now = upgraded(base, [_item(html, "<p>More.</p>\n")], POLICY)
    assert _note(now).in_zotero == digest(note_value([html, "<p>More.</p>"]))
