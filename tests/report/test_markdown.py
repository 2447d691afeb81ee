"""Reports in Markdown: titles are foreign text, and nothing in them may come alive."""

import json
import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from zsync.core.changes import Change
from zsync.core.edits import RemoveEntry, SetRead
from zsync.core.model import Checkbox, Entry
from zsync.core.plan import Plan
from zsync.outcome import FileChange, ListOutcome, Outcome
from zsync.report.as_json import as_json
from zsync.report.markdown import failure, markdown
from zsync.report.text import text as text_of

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def outcome(*titles: str) -> Outcome:
    made = tuple(
        Change(SetRead(index, True), "K", title, "read", "unchecked", "checked")
        for index, title in enumerate(titles)
    )
    file = FileChange("README.md", "a", "b")
    return Outcome(
        "sync", (ListOutcome("README.md", made=made, files=(file,)),), written=("README.md",)
    )


def test_counts_and_changes() -> None:
    removed = Change(RemoveEntry(0), "R", "Gone", "entry", "Gone", "in Zotero's trash")
    given_one = outcome("Alpha")
    (each,) = given_one.lists
    both = ListOutcome(each.name, made=(*each.made, removed), files=each.files)
    text = markdown(Outcome("pull", (both,), written=("README.md",)))
    assert text.startswith("### zsync pull: done\n")
    assert "| 0 | 1 | 1 | 0 | 0 |" in text
    assert "- ticked Alpha\n- removed Gone \\(in Zotero's trash\\)" in text
    assert '"updated": 1' in as_json(Outcome("pull", (both,)))


def test_misread_lines_are_named_the_first_few_and_a_count() -> None:
    entries = tuple(Entry(line, (), Checkbox.NONE, None, "T") for line in range(3, 10))
    plan = Plan(misread={index: f"“T{index}” is read there" for index in range(7)})
    told = Outcome("pull", (ListOutcome("README.md", plan, entries=entries),))
    said = text_of(told)
    assert "7 things wait" in said
    assert "    line 3: T — “T0” is read there\n      zsync push --take 3 --apply\n" in said
    assert "    ... and 2 more (`zsync status --all`)\n" in said
    assert "line 8" not in said
    assert "In step" not in said
    thing = json.loads(as_json(told))["lists"][0]["waiting"][6]
    assert (thing["kind"], thing["line"], thing["reason"]) == ("misread", 9, "“T6” is read there")


def test_long_reports_are_cut() -> None:
    text = markdown(outcome(*(f"Paper {number}" for number in range(60))))
    assert text.count("\n- ticked") == 50
    assert "- … and 10 more" in text


@given(
    st.text(
        alphabet=st.sampled_from("ab @#<>&|`*_[]()!\\~:/.-+1x\u4e2d\n"), min_size=1, max_size=40
    )
)
def test_a_title_is_text_and_nothing_else(title: str) -> None:
    text = markdown(outcome(f"T{title}"))
    html = READER.render(text)
    assert not re.search(r"<(a|img|em|code|s|del|h[1-24-6]|script)\b", html)
    assert html.count("<table>") == 1
    assert html.count("<li>") == 1
    words = re.sub(r"[\s\u200b]", "", unescape(re.sub(r"<[^>]*>", "", html)))
    assert re.sub(r"\s", "", f"T{title}")[:50] in words
    assert not re.search(r"[@#]\w", text.replace("###", "").replace("&#8203;", " "))


def test_a_failure_says_what_to_do() -> None:
    text = failure("The key may not write.", "Make another.")
    assert "**The key may not write.**" in text
    assert "Make another." in text
